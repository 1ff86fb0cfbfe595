"""The promises of the walk: identities, test apart from production, held documents, retries, batches, receipts."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from hub.app import Hub
from hub.errors import Misconfigured, Rejected, Unavailable, Unknown
from hub.ledger import deliveries, documents, lanes, outbound, timeline
from hub.operations.retry import retry
from hub.operations.trace import lives
from tests.journey import HERE, NOON, bring, hub_for, wire

ORDER = (HERE / "clean_order_to_paid_invoice" / "01_acme_850.edi").read_bytes()
CONFIRMATION = (HERE / "clean_order_to_paid_invoice" / "02_erp_confirmation.json").read_bytes()
BILL = (HERE / "clean_order_to_paid_invoice" / "05_erp_invoice.json").read_bytes()
ACK = (HERE / "clean_order_to_paid_invoice" / "06_acme_997.edi").read_bytes()


def sent(hub: Hub, name: str) -> list[bytes]:
    return [outgoing.body for outgoing in wire(hub, name).sent.values()]


def sets(hub: Hub, name: str = "acme") -> list[str]:
    """Set numbers of what was sent, in order."""
    return [outgoing.name.split("_")[1] for outgoing in wire(hub, name).sent.values()]


def states(hub: Hub, kind: str = "order") -> list[str]:
    rows = hub.ledger.look(lambda connection: documents.many(connection, range(1, 100)))
    return [row.state for row in rows if row.kind == kind]


def said(hub: Hub, number: str = "PO-1001") -> str:
    return "\n".join(
        entry.text for life in hub.ledger.look(lambda connection: lives(connection, number)) for entry in life.entries
    )


async def test_the_same_document_again_is_acknowledged_and_nothing_else(hub: Hub) -> None:
    await bring(hub, "acme", ORDER, "first.edi")
    await bring(hub, "acme", ORDER.replace(b"000000101", b"000000102"), "again.edi")
    assert states(hub) == ["accepted", "duplicate"]
    assert len(sent(hub, "erp")) == 1
    assert sets(hub) == ["997", "997"]
    assert "came again with the same content" in said(hub)


async def test_the_same_bytes_again_are_a_second_arrival(hub: Hub) -> None:
    await bring(hub, "acme", ORDER, "first.edi", key="one")
    await bring(hub, "acme", ORDER, "first.edi", key="two")
    assert states(hub) == ["accepted", "duplicate"]


async def test_the_same_arrival_told_twice_is_one(hub: Hub) -> None:
    await bring(hub, "acme", ORDER, "first.edi", key="one")
    await bring(hub, "acme", ORDER, "first.edi", key="one")
    assert states(hub) == ["accepted"]
    assert sets(hub) == ["997"]


async def test_the_same_number_with_other_content_is_held_by_default(hub: Hub) -> None:
    await bring(hub, "acme", ORDER, "first.edi")
    await bring(hub, "acme", ORDER.replace(b"*24*EA*", b"*25*EA*"), "other.edi")
    assert states(hub) == ["accepted", "held"]
    assert len(sent(hub, "erp")) == 1
    assert sets(hub) == ["997", "997"]
    assert "the partner file says hold" in said(hub)


@pytest.mark.parametrize(("policy", "orders"), [("replace", 1), ("new", 2)])
async def test_the_partner_file_may_say_otherwise(tmp_path: Path, policy: str, orders: int) -> None:
    async with hub_for(tmp_path, company_with(tmp_path, partner=("duplicates: hold", f"duplicates: {policy}"))) as hub:
        await bring(hub, "acme", ORDER, "first.edi")
        await bring(hub, "acme", ORDER.replace(b"*24*EA*", b"*25*EA*"), "other.edi")
        assert states(hub) == ["accepted", "accepted"]
        assert len(sent(hub, "erp")) == 2
        assert len(hub.ledger.look(lambda connection: documents.orders_numbered(connection, "PO-1001"))) == orders


@pytest.mark.parametrize(
    ("checks", "state", "told"),
    [
        ("", "rejected", "AK5*R*4~"),
        ("segment_count: tolerate", "accepted", "AK5*E*4~"),
        ("segment_count: repair", "accepted", "AK5*A~"),
        ("segment_count: repair, check_digit: strict", "held", "AK5*A~"),  # content: for a person, never for an acknowledgement
    ],
)
async def test_how_strict_to_be_is_the_partners(tmp_path: Path, checks: str, state: str, told: str) -> None:
    folder = company_with(tmp_path, partner=("duplicates: hold", f"duplicates: hold\nchecks: {{{checks}}}"))
    async with hub_for(tmp_path, folder) as hub:
        await bring(hub, "acme", ORDER.replace(b"SE*13*", b"SE*14*").replace(b"012345678905", b"012345678906"), "first.edi")
        assert states(hub) == [state]
        assert told in sent(hub, "acme")[0].decode()


async def test_purpose_05_replaces_and_06_07_never_create(hub: Hub) -> None:
    await bring(hub, "acme", ORDER.replace(b"BEG*00", b"BEG*07"), "copy.edi")
    await bring(hub, "acme", ORDER, "first.edi")
    await bring(hub, "acme", ORDER.replace(b"BEG*00", b"BEG*05").replace(b"*24*EA*", b"*30*EA*"), "replacement.edi")
    assert states(hub) == ["held", "accepted", "accepted"]
    rows = hub.ledger.look(lambda connection: documents.latest(connection, [1]))
    assert [(row.revision, json.loads(row.canonical)["lines"][0]["quantity"]) for row in rows] == [(2, "30")]


def company_with(tmp_path: Path, **changes: tuple[str, str]) -> Path:
    """The journeys' company with one thing written otherwise: partner, channel, erp or hub."""
    return rewritten(tmp_path, HERE / "company", changes)


def rewritten(tmp_path: Path, company: Path, changes: dict[str, tuple[str, str]]) -> Path:
    """A company with one thing written otherwise."""
    import shutil

    folder = tmp_path / "changed"
    shutil.copytree(company, folder)
    places = {
        "partner": "partners/acme/partner.yaml",
        "channel": "channels/acme.yaml",
        "erp": "systems/erp.yaml",
        "accounting": "systems/accounting.yaml",
        "hub": "hub.yaml",
    }
    for name, (old, new) in changes.items():
        path = folder / places[name]
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
    return folder


async def test_a_test_flag_that_nobody_expects_holds_the_document(hub: Hub) -> None:
    await bring(hub, "acme", ORDER.replace(b"*0*P*>", b"*0*T*>"), "test.edi")
    assert states(hub) == ["held"]
    assert sent(hub, "erp") == []
    assert b"*0*T*>" in sent(hub, "acme")[0]


async def test_a_test_order_never_reaches_a_production_system(tmp_path: Path) -> None:
    async with hub_for(tmp_path, company_with(tmp_path, partner=("state: production", "state: test"))) as hub:
        await bring(hub, "acme", ORDER.replace(b"*0*P*>", b"*0*T*>"), "test.edi")
        assert states(hub) == ["accepted"]
        assert sent(hub, "erp") == []
        assert "is not sent to erp: it is a test" in said(hub)


async def test_a_test_order_reaches_a_test_system_and_its_answers_carry_the_flag(tmp_path: Path) -> None:
    changes = {"partner": ("state: production", "state: test"), "erp": ("format: json", "format: json\ntest: true")}
    async with hub_for(tmp_path, company_with(tmp_path, **changes)) as hub:
        await bring(hub, "acme", ORDER.replace(b"*0*P*>", b"*0*T*>"), "test.edi")
        await bring(hub, "erp", CONFIRMATION, "confirmation")
        assert len(sent(hub, "erp")) == 1
        assert sets(hub) == ["997", "855"]
        assert all(b"*0*T*>" in body for body in sent(hub, "acme"))


@pytest.mark.parametrize(
    ("place", "body", "gives"),
    [
        ("channel", ORDER, "[acknowledgement]"),
        ("erp", CONFIRMATION, "[invoice]"),
        ("accounting", b'{"lines": []}', "[remittance]"),
    ],
    ids=["x12", "json", "canonical"],
)
async def test_a_place_brings_only_what_it_gives(tmp_path: Path, place: str, body: bytes, gives: str) -> None:
    async with hub_for(tmp_path, company_with(tmp_path, **{place: ("format:", f"gives: {gives}\nformat:")})) as hub:
        name = "acme" if place == "channel" else place
        await bring(hub, name, body, "odd", document="invoice")
        rows = hub.ledger.look(lambda connection: documents.many(connection, range(1, 100)))
        assert [(row.state, row.why) for row in rows if row.direction == "in"] == [
            ("held", f"{name} is not expected to send this; see `gives` in its file")
        ]
        assert sent(hub, "erp") == []


NESTED = b"[" * 100_000 + b"]" * 100_000


@pytest.mark.parametrize("number", [b"1e999999", b'"1e999999"', b"NaN", b'"NaN"', b'"1_000"', b"9" * 5000, NESTED])
async def test_numbers_and_nesting_that_would_tie_up_the_hub_are_refused(hub: Hub, number: bytes) -> None:
    await bring(hub, "acme", ORDER, "first.edi")
    await bring(hub, "erp", CONFIRMATION.replace(b'"qty": "24"', b'"qty": ' + number), "odd")
    body = b'{"document": "order", "number": "X", "lines": [{"number": "1", "quantity": %s}]}' % number
    await bring(hub, "warehouse", body, "odd")
    assert states(hub, "order_response") in ([], ["held"])
    assert len(sent(hub, "erp")) == 1
    assert "confirmed" not in said(hub)
    told = [entry.text for entry in hub.ledger.look(lambda connection: timeline.recent(connection, 20))]
    assert number != NESTED or sum("nested too deeply" in text for text in told) == 2


async def test_a_place_is_sent_only_what_it_takes(tmp_path: Path) -> None:
    changes = {"channel": ("format:", "takes: [acknowledgement, invoice]\nformat:")}
    company = company_with(tmp_path, **changes)
    (company / "channels" / "shop.yaml").write_text("connector: wire\nformat: canonical\n")  # so that a channel takes the rest
    async with hub_for(tmp_path, company) as hub:
        await bring(hub, "acme", ORDER, "first.edi")
        await bring(hub, "erp", CONFIRMATION, "confirmation")
        assert sets(hub) == ["997"]
        assert "is not sent to acme: `takes` in its file does not name it" in said(hub)


async def test_a_stranger_on_the_channel_is_held_and_gets_no_answer(hub: Hub) -> None:
    await bring(hub, "acme", ORDER.replace(b"ZZ*ACMERETAIL ", b"ZZ*SOMEBODY   "), "stranger.edi")
    assert states(hub) == ["held"]
    assert sent(hub, "acme") == []


async def test_an_answer_that_matches_no_order_is_held(hub: Hub) -> None:
    await bring(hub, "erp", CONFIRMATION, "confirmation")
    assert states(hub, "order_response") == ["held"]
    assert sent(hub, "acme") == []


async def test_an_answer_for_a_line_that_is_not_there_is_held(hub: Hub) -> None:
    await bring(hub, "acme", ORDER, "first.edi")
    await bring(hub, "erp", CONFIRMATION.replace(b'"customerRow": "2"', b'"customerRow": "9"'), "confirmation")
    assert states(hub, "order_response") == ["held"]
    assert "speaks of line 9" in said(hub)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b'"total": "822.00"', b'"total": "0.00"', "total: the total is 0.00, the document adds up to 822.00; mend the bill"),
        (b'"unitPrice": "60.00"', b'"unitPrice": "6.00"', "total: the total is 822.00, the document adds up to 174.00"),
        (b'"total": "822.00"', b'"total": "822.01"', ""),  # a coin for each line is rounding
    ],
)
async def test_a_bill_that_does_not_tie_out_is_held(hub: Hub, old: bytes, new: bytes, why: str) -> None:
    await bring(hub, "acme", ORDER, "first.edi")
    await bring(hub, "erp", CONFIRMATION, "confirmation")
    await bring(hub, "erp", BILL.replace(old, new), "bill")
    assert states(hub, "invoice") == ["held" if why else "accepted"]
    assert why in said(hub)


async def test_one_bad_document_never_stops_its_siblings(hub: Hub) -> None:
    body = ORDER.decode()
    start, end = body.index("ST*850"), body.index("GE*")
    good = body[start:end]
    bad = good.replace("0001~", "0002~").replace("PO-1001", "PO-1002").replace("*24*EA*", "*many*EA*")
    third = good.replace("0001~", "0003~").replace("PO-1001", "PO-1003")
    await bring(hub, "acme", (body[:start] + good + bad + third + body[end:].replace("GE*1", "GE*3")).encode(), "three.edi")
    assert states(hub) == ["accepted", "rejected", "accepted"]
    assert len(sent(hub, "erp")) == 2
    ack = sent(hub, "acme")[0].decode()
    assert "AK9*P*3*3*2~" in ack
    assert "AK3*PO1*" in ack
    assert "AK4*2*" in ack


async def test_unreadable_bytes_are_kept_and_said(hub: Hub) -> None:
    await bring(hub, "acme", b"\x00\x01 not a document", "junk.bin")
    rows = hub.ledger.look(lambda connection: list(connection.exec_driver_sql("select state, error from arrivals")))
    assert rows[0][0] == "failed"
    assert "not a document we know" in rows[0][1]


async def test_retries_back_off_then_a_person_may_ask_again(hub: Hub) -> None:
    clock: Any = hub.clock
    wire(hub, "erp").trouble = [Unavailable("closed for the night")] * 3
    await bring(hub, "acme", ORDER, "first.edi")
    waits = []
    for _ in range(2):
        row = hub.ledger.look(lambda connection: deliveries.of_documents(connection, [1]))[0]
        waits.append((row.due - clock.now()).total_seconds())
        await clock.advance(timedelta(seconds=waits[-1]))
        await hub.work()
    assert waits == [10, 20]
    await clock.advance(timedelta(hours=2))
    await hub.work()
    assert len(sent(hub, "erp")) == 1, "the last attempt succeeds"


async def test_given_up_it_waits_for_a_person_with_its_reason(hub: Hub) -> None:
    wire(hub, "erp").trouble = [Rejected("customer is blocked")]
    await bring(hub, "acme", ORDER, "first.edi")
    row = hub.ledger.look(deliveries.parked)[0]
    assert "customer is blocked" in row.error
    said_now = await hub.ledger.write(lambda connection: retry(connection, "PO-1001", "ann", "unblocked", NOON))
    assert len(said_now) == 1
    await hub.work()
    assert len(sent(hub, "erp")) == 1
    assert "(ann)" not in said(hub)
    assert "to be tried again: unblocked" in said(hub)


async def test_an_unknown_outcome_is_repeated_with_the_same_bytes_and_key(hub: Hub) -> None:
    wire(hub, "acme").trouble = [Unknown("cut in the middle")]
    await bring(hub, "acme", ORDER, "first.edi")
    (name,) = hub.ledger.look(
        lambda connection: list(connection.exec_driver_sql("select name from outbound where target = 'acme'"))
    )[0]
    await hub.clock.advance(timedelta(minutes=5))  # type: ignore[attr-defined]
    await hub.work()
    assert [outgoing.name for outgoing in wire(hub, "acme").sent.values()].count(name) == 1
    assert sets(hub) == ["997"]
    assert (
        len(hub.ledger.look(lambda connection: list(connection.exec_driver_sql("select * from drawn")))) == 2
    )  # one ISA, one GS


async def test_bad_credentials_stop_the_endpoint_until_somebody_says_go(hub: Hub) -> None:
    wire(hub, "erp").trouble = [Misconfigured("wrong key")]
    await bring(hub, "acme", ORDER, "first.edi")
    assert [row.stopped for row in hub.ledger.look(lanes.stopped)] == ["wrong key"]
    assert sent(hub, "erp") == []
    await hub.ledger.write(lambda connection: retry(connection, None, "ann", "new key", NOON))
    await hub.work()
    assert len(sent(hub, "erp")) == 1


async def test_a_document_that_cannot_be_written_stays_and_draws_no_number(hub: Hub) -> None:
    await bring(hub, "acme", ORDER, "first.edi")
    drawn = len(hub.ledger.look(lambda connection: list(connection.exec_driver_sql("select * from drawn"))))
    long = CONFIRMATION.replace(b'"SO-70001"', b'"' + b"X" * 80 + b'"')  # BAK08 has room for 30 at most
    await bring(hub, "erp", long, "confirmation")
    assert sets(hub) == ["997"]
    assert "cannot be written for acme" in said(hub)
    assert len(hub.ledger.look(lambda connection: list(connection.exec_driver_sql("select * from drawn")))) == drawn


@pytest.mark.parametrize(
    "changes",
    [
        {"channel": ("partner: acme", 'partner: acme\nbatch: {cron: "0 14 * * *", zone: America/Chicago}')},
        {"partner": ("state: production", 'state: production\nbatch: {cron: "0 14 * * *"}'), "hub": ("America/Chicago", "UTC")},
    ],
    ids=["the channel's", "the partner's"],
)
async def test_a_batch_goes_out_together_on_its_schedule(tmp_path: Path, changes: dict[str, tuple[str, str]]) -> None:
    async with hub_for(tmp_path, company_with(tmp_path, **changes)) as hub:
        for n in (1, 2, 3):
            await bring(
                hub, "acme", ORDER.replace(b"PO-1001", b"PO-100%d" % n).replace(b"000000101", b"00000010%d" % n), f"{n}.edi"
            )
        assert sent(hub, "acme") == []
        await hub.clock.advance(timedelta(hours=2, minutes=1))  # type: ignore[attr-defined]
        await hub.work()
        (body,) = sent(hub, "acme")
        assert body.count(b"ST*997") == 3
        assert b"GE*3*1~" in body


@pytest.mark.parametrize(("size", "status"), [(1024 * 1024, 202), (1024 * 1024 + 1, 413)])
async def test_what_is_posted_is_no_larger_than_the_settings_say(tmp_path: Path, size: int, status: int) -> None:
    posted = "connector: http\nsettings: {accept_tokens: [right]}"
    changes = {"hub": ("zone:", "receiving: {largest: 1}\nzone:"), "accounting": ("connector: wire", posted)}
    async with hub_for(tmp_path, company_with(tmp_path, **changes)) as hub:
        door = httpx.ASGITransport(hub.web())
        async with httpx.AsyncClient(transport=door, headers={"Authorization": "Bearer right"}) as outside:
            answer = await outside.post("http://hub/in/accounting/remittance", content=b"x" * size)
    assert answer.status_code == status
    assert status == 202 or "receiving.largest" in answer.json()["hint"]


async def test_a_receipt_is_matched_and_one_that_does_not_come_is_overdue(hub: Hub) -> None:
    await bring(hub, "acme", ORDER, "first.edi")
    await bring(hub, "erp", CONFIRMATION, "confirmation")
    assert [row.receipt for row in hub.ledger.look(outbound.open_receipts)] == ["open"]
    await hub.clock.advance(timedelta(hours=25))  # type: ignore[attr-defined]
    await hub.work()
    assert [row.receipt for row in hub.ledger.look(outbound.open_receipts)] == ["overdue"]
    ours = sent(hub, "acme")[1].decode()
    group = ours.split("GS*PR*")[1].split("*")[4]
    await bring(hub, "acme", ACK.replace(b"AK1*IN*4", f"AK1*PR*{group}".encode()).replace(b"AK2*810", b"AK2*855"), "ack.edi")
    assert hub.ledger.look(outbound.open_receipts) == []
    assert "acknowledged our 855 0001: accepted" in said(hub)
