"""What a person may ask of a walk: hold, release, skip, resend; and what is open with partners. Asked twice is asked once."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from hub.app import Hub
from hub.cli.main import load
from hub.errors import Rejected, Unavailable, Unknown
from hub.flow.site import Site
from hub.ledger import deliveries, documents, lanes, outbound
from hub.operations.hold import free, hold
from hub.operations.open import opened
from hub.operations.person import Person, Refused
from hub.operations.release import Release, release
from hub.operations.resend import Resend, resend
from hub.operations.retry import retry
from hub.operations.skip import Skip, skip
from tests.journey import HERE, NOON, bring, catch_up, hub_for, wire
from tests.test_steady import acknowledged, another
from tests.test_walk import CONFIRMATION, ORDER, company_with, said, sent, sets, states

OTHER = ORDER.replace(b"*24*EA*", b"*25*EA*")
ANN = Person("ann", "because", NOON)


@pytest.fixture
async def hub(tmp_path: Path):
    async with hub_for(tmp_path) as hub:
        yield hub


async def asks(hub: Hub, question: Any) -> list[str]:
    """A person asks beside the running hub, with a site of their own; then the hub works."""
    site = Site(hub.company, hub.ledger, {}, hub.clock)
    words = await hub.ledger.write(lambda connection: question(site, connection, ANN))
    await hub.work()
    return list(words)


def holding(name: str) -> Any:
    return lambda site, connection, by: hold(site, connection, name, None, by)


def freeing(name: str) -> Any:
    return lambda site, connection, by: free(site, connection, name, None, by)


def releasing(name: str | None = None, **more: Any) -> Any:
    return lambda site, connection, by: release(site, connection, Release(name, **more), by)


def skipping(number: str | None = None, **more: Any) -> Any:
    return lambda site, connection, by: skip(connection, Skip(number, **more), by)


def resending(number: str | None = None, **more: Any) -> Any:
    return lambda site, connection, by: resend(connection, Resend(number, **more), by)


def open_states(hub: Hub) -> dict[str, int]:
    return dict(hub.ledger.look(deliveries.counts))


def rows(hub: Hub, query: str) -> list[Any]:
    return hub.ledger.look(lambda connection: list(connection.exec_driver_sql(query)))


# Hold and release


async def test_nothing_of_a_held_order_leaves_until_it_is_released(hub: Hub) -> None:
    wire(hub, "erp").trouble = [Unavailable("closed")]
    await bring(hub, "acme", ORDER, "first.edi")
    assert "1 delivery waiting" in (await asks(hub, holding("PO-1001")))[0]
    await bring(hub, "acme", ORDER.replace(b"BEG*00", b"BEG*05").replace(b"000000101", b"000000102"), "replaced.edi")
    await bring(hub, "acme", another(3), "third.edi")
    await hub.clock.advance(timedelta(hours=1))  # type: ignore[attr-defined]
    await hub.work()
    assert open_states(hub) == {"held": 2}
    assert [b"PO-1003" in body for body in sent(hub, "erp")] == [True]
    assert await asks(hub, holding("PO-1001")) == ["order PO-1001 is held already"]
    assert "2 deliveries" in (await asks(hub, freeing("PO-1001")))[0]
    assert open_states(hub) == {}
    assert [b"PO-1001" in body for body in sent(hub, "erp")] == [False, True, True]
    assert await asks(hub, freeing("PO-1001")) == []
    assert "order PO-1001 is held, nothing of it leaves: because" in said(hub)


async def test_a_failure_of_what_was_being_sent_does_not_break_a_hold(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    async def push(outgoing):
        told.extend(await hub.ledger.write(lambda connection: hold(hub.site, connection, "PO-1001", None, ANN)))
        raise Unavailable("just now")

    monkeypatch.setattr(wire(hub, "erp"), "push", push)
    await bring(hub, "acme", ORDER, "first.edi")
    assert told[1:] == ["order for erp is being sent now and cannot be held"]
    assert open_states(hub) == {"held": 1}


async def test_what_shares_a_message_with_a_held_order_is_held_with_it(tmp_path: Path) -> None:
    changes = {"channel": ("partner: acme", 'partner: acme\nbatch: {cron: "0 14 * * *", zone: America/Chicago}')}
    async with hub_for(tmp_path, company_with(tmp_path, **changes)) as hub:
        for n in (1, 2):
            await bring(hub, "acme", another(n), f"{n}.edi")
            await bring(
                hub, "erp", CONFIRMATION.replace(b"PO-1001", b"PO-100%d" % n).replace(b"70001", b"7000%d" % n), f"answer {n}"
            )
        wire(hub, "acme").trouble = [Unavailable("closed")]
        await hub.clock.advance(timedelta(hours=2, minutes=1))  # type: ignore[attr-defined]
        await hub.work()
        await asks(hub, holding("PO-1001"))
        assert open_states(hub) == {"held": 4}
        await asks(hub, holding("PO-1002"))
        await asks(hub, freeing("PO-1001"))
        assert open_states(hub) == {"held": 4}
        await asks(hub, freeing("PO-1002"))
        await hub.clock.advance(timedelta(days=1))  # type: ignore[attr-defined]
        await hub.work()
        assert open_states(hub) == {}
        assert len(sent(hub, "acme")) == 1


async def test_an_endpoint_that_a_person_stopped_stays_so_over_a_restart(tmp_path: Path) -> None:
    async with hub_for(tmp_path) as hub:
        await asks(hub, holding("erp"))
        await hub.ledger.write(lanes.free_all)  # what a start does
        await hub.ledger.write(lambda connection: retry(connection, None, "ben", "all of it", NOON))
        await bring(hub, "acme", ORDER, "first.edi")
        assert sent(hub, "erp") == []
        assert [(row.name, row.stopped, row.who) for row in hub.ledger.look(lanes.stopped)] == [("erp", "because", "ann")]
        assert await asks(hub, releasing("erp")) == ["erp goes on: because"]
        assert len(sent(hub, "erp")) == 1


async def test_a_held_document_takes_effect_and_is_not_acknowledged_again(hub: Hub) -> None:
    await bring(hub, "acme", ORDER.replace(b"*0*P*>", b"*0*T*>"), "test.edi")
    assert states(hub) == ["held"]
    await asks(hub, releasing("PO-1001"))
    assert states(hub) == ["accepted"]
    assert sets(hub) == ["997"]
    assert "order PO-1001 is released: because" in said(hub)
    assert "order PO-1001 taken up" in said(hub)
    assert "nothing to release" in (await asks(hub, releasing(document=1)))[0]


@pytest.mark.parametrize(("how", "orders", "revision"), [("new", 2, 1), ("replace", 1, 2)])
async def test_a_second_original_is_taken_as_the_person_says(hub: Hub, how: str, orders: int, revision: int) -> None:
    await bring(hub, "acme", ORDER, "first.edi")
    await bring(hub, "acme", OTHER, "other.edi")
    with pytest.raises(Refused, match="say --as new or --as replace"):
        await asks(hub, releasing("PO-1001"))
    assert states(hub) == ["accepted", "held"]
    await asks(hub, releasing("PO-1001", as_what=how))
    assert states(hub) == ["accepted", "accepted"]
    found = hub.ledger.look(lambda connection: documents.orders_numbered(connection, "PO-1001"))
    latest = hub.ledger.look(lambda connection: documents.latest(connection, found))
    assert (len(found), latest[-1].revision) == (orders, revision)
    assert b'"qty": "25"' in sent(hub, "erp")[1]


async def test_an_answer_that_came_before_its_order_is_released_after_it(hub: Hub) -> None:
    await bring(hub, "erp", CONFIRMATION, "confirmation")
    with pytest.raises(Refused, match="no order is known as PO-1001"):
        await asks(hub, releasing(document=1))
    assert "is released" not in said(hub)
    await bring(hub, "acme", ORDER, "first.edi")
    await asks(hub, releasing(document=1))
    assert states(hub, "order_response") == ["accepted"]
    assert sets(hub) == ["997", "855"]


async def test_several_held_documents_must_be_told_apart(hub: Hub) -> None:
    for n in (5, 6):
        await bring(hub, "acme", ORDER.replace(b"*24*EA*", b"*2%d*EA*" % n).replace(b"BEG*00", b"BEG*07"), f"{n}.edi")
    with pytest.raises(Refused, match=r"--document 1 .*\n.*--document 3 "):
        await asks(hub, releasing("PO-1001"))
    with pytest.raises(Refused, match="nothing is held under PO-9"):
        await asks(hub, releasing("PO-9"))


# Skip


async def test_what_is_skipped_is_never_sent_and_lets_the_next_one_go(hub: Hub) -> None:
    wire(hub, "erp").trouble = [Rejected("customer is blocked")]
    await bring(hub, "acme", ORDER, "first.edi")
    await bring(hub, "acme", ORDER.replace(b"BEG*00", b"BEG*05").replace(b"000000101", b"000000102"), "replaced.edi")
    assert open_states(hub) == {"parked": 1, "due": 1}
    with pytest.raises(Refused, match=r"2 things wait under PO-1001; name one:(.*\n)+.*--delivery"):
        await asks(hub, skipping("PO-1001"))
    (parked,) = hub.ledger.look(deliveries.parked)
    await asks(hub, skipping(delivery=parked.id))
    assert open_states(hub) == {}
    assert len(sent(hub, "erp")) == 1
    assert "skipped already" in (await asks(hub, skipping(delivery=parked.id)))[0]
    assert await hub.ledger.write(lambda connection: retry(connection, None, "ann", "all", NOON)) == []
    assert "is never to be sent: because" in said(hub)


async def test_a_held_document_may_be_skipped(hub: Hub) -> None:
    await bring(hub, "acme", ORDER, "first.edi")
    await bring(hub, "acme", OTHER, "other.edi")
    await asks(hub, skipping("PO-1001"))
    assert states(hub) == ["accepted", "skipped"]
    assert hub.ledger.look(documents.held) == []
    with pytest.raises(Refused, match="only what is held can be skipped"):
        await asks(hub, skipping(document=1))


async def test_what_is_being_sent_or_unknown_cannot_be_skipped(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    refusals: list[str] = []

    async def push(outgoing):
        (row,) = hub.ledger.look(lambda connection: deliveries.of_documents(connection, [1]))
        try:
            await hub.ledger.write(lambda connection: skip(connection, Skip(delivery=row.id), ANN))
        except Refused as refused:
            refusals.append(str(refused))
        raise Unknown("cut")

    monkeypatch.setattr(wire(hub, "erp"), "push", push)
    monkeypatch.setattr(type(wire(hub, "erp")), "repeat", "lookup")
    await bring(hub, "acme", ORDER, "first.edi")
    assert "is being sent now" in refusals[0]
    with pytest.raises(Refused, match="may have arrived already"):
        await asks(hub, skipping("PO-1001"))


async def test_a_number_that_was_drawn_is_void_and_the_others_of_its_message_get_a_new_one(tmp_path: Path) -> None:
    changes = {"channel": ("partner: acme", 'partner: acme\nbatch: {cron: "0 14 * * *", zone: America/Chicago}')}
    async with hub_for(tmp_path, company_with(tmp_path, **changes)) as hub:
        for n in (1, 2):
            await bring(hub, "acme", another(n), f"{n}.edi")
        wire(hub, "acme").trouble = [Rejected("not today")]
        await hub.clock.advance(timedelta(hours=2, minutes=1))  # type: ignore[attr-defined]
        await hub.work()
        one, two = hub.ledger.look(deliveries.parked)
        await asks(hub, skipping(delivery=one.id))
        assert rows(hub, "select number, void from drawn order by counter") == [(1, "skipped by ann: because")] * 2
        await hub.ledger.write(lambda connection: retry(connection, None, "ann", "now", hub.clock.now()))
        await hub.clock.advance(timedelta(days=1))  # type: ignore[attr-defined]
        await hub.work()
        (body,) = sent(hub, "acme")
        assert body.count(b"ST*997") == 1
        assert rows(hub, "select number, void from drawn where counter like '%interchange%' order by number")[1] == (2, None)
        assert hub.ledger.look(lambda connection: deliveries.many(connection, [two.id]))[0].state == "done"


# Open and resend


async def answered(hub: Hub) -> bytes:
    await bring(hub, "acme", ORDER, "first.edi")
    await bring(hub, "erp", CONFIRMATION, "confirmation")
    return sent(hub, "acme")[-1]


def refusing(body: bytes, number: int) -> bytes:
    answer = acknowledged(body, "PR", "855", number)
    return answer.replace(b"AK5*A", b"AK5*R*5").replace(b"AK9*A*1*1*1", b"AK9*R*1*1*0")


def told(hub: Hub) -> list[tuple[str | None, str, str | None]]:
    return [(one.number, one.state, one.wrong) for one in hub.ledger.look(opened)]


async def test_open_lists_what_is_not_received_as_it_should_be(hub: Hub) -> None:
    body = await answered(hub)
    (one,) = hub.ledger.look(opened)
    assert (one.partner, one.type, one.number, one.orders, one.state) == ("acme", "855", "SO-70001", ["PO-1001"], "open")
    assert (one.wrong, one.command) == (None, None)
    await hub.clock.advance(timedelta(hours=25))  # type: ignore[attr-defined]
    await hub.work()
    assert told(hub) == [("SO-70001", "overdue", "no acknowledgement by 2026-11-23 18:00 UTC")]
    await bring(hub, "acme", refusing(body, 901), "refused.edi")
    ((_, state, wrong),) = told(hub)
    assert (state, wrong) == ("rejected", "codes 5")
    assert hub.ledger.look(opened)[0].command == f"crossdock resend --document {one.document}"


async def test_a_late_or_second_receipt_is_said(hub: Hub) -> None:
    body = await answered(hub)
    await hub.clock.advance(timedelta(hours=25))  # type: ignore[attr-defined]
    await bring(hub, "acme", refusing(body, 901), "refused.edi")
    assert "late, it was due 2026-11-23 18:00 UTC" in said(hub)
    await bring(hub, "acme", acknowledged(body, "PR", "855", 902), "accepted after all.edi")
    assert "accepted; before it said rejected; what is bad counts" in said(hub)
    assert [state for _, state, _ in told(hub)] == []  # nothing is said of it but good
    assert [row.receipt for row in hub.ledger.look(outbound.open_receipts)] == ["rejected"]
    await bring(hub, "acme", acknowledged(body, "PR", "855", 903), "again.edi")
    assert "accepted; said before" in said(hub)


async def test_a_document_goes_again_under_new_numbers(hub: Hub) -> None:
    body = await answered(hub)
    with pytest.raises(Refused, match="nothing under PO-1001 is overdue"):
        await asks(hub, resending("PO-1001"))
    await bring(hub, "acme", refusing(body, 901), "refused.edi")
    (words,) = await asks(hub, resending("PO-1001"))
    assert words.endswith("number 2, rejected): because")
    assert sets(hub) == ["997", "855", "855"]
    again = sent(hub, "acme")[-1]
    assert (b"ISA" in again, b"*000000002*" in again, b"*000000003*" in again) == (True, False, True)
    assert again.split(b"ST*")[1].split(b"SE*")[0] == body.split(b"ST*")[1].split(b"SE*")[0]
    drawn = rows(hub, "select number, outbound_id, void from drawn where counter like '%interchange%' order by number")
    assert [(number, void) for number, _, void in drawn] == [(1, None), (2, None), (3, None)]
    assert len({message for _, message, _ in drawn}) == 3
    assert told(hub) == [("SO-70001", "open", None)]
    with pytest.raises(Refused, match="nothing under"):
        await asks(hub, resending("PO-1001"))
    await bring(hub, "acme", acknowledged(body, "PR", "855", 902), "word on the old one.edi")
    assert "it was sent again since" in said(hub)
    assert told(hub) == [("SO-70001", "open", None)]
    await bring(hub, "acme", acknowledged(again, "PR", "855", 903), "word on the new one.edi")
    assert told(hub) == []
    assert hub.ledger.look(outbound.open_receipts) == []


async def test_the_same_bytes_go_again_under_the_same_numbers(hub: Hub) -> None:
    body = await answered(hub)
    (one,) = hub.ledger.look(opened)
    await asks(hub, resending(message=one.message, same=True))
    assert sent(hub, "acme")[1:] == [body, body]
    names = [outgoing.name for outgoing in wire(hub, "acme").sent.values()]
    assert len(set(names)) == 3
    assert len(rows(hub, "select * from drawn")) == 4
    assert "sent again already" in (await asks(hub, resending(message=one.message, same=True)))[0]
    assert told(hub) == [("SO-70001", "open", None)]
    await bring(hub, "acme", acknowledged(body, "PR", "855", 901), "word.edi")
    assert hub.ledger.look(outbound.open_receipts) == []


async def test_only_what_went_to_a_partner_and_arrived_is_sent_again(hub: Hub) -> None:
    await bring(hub, "acme", ORDER, "first.edi")
    with pytest.raises(Refused, match="only documents for partners"):
        await asks(hub, resending(document=1))
    wire(hub, "acme").trouble = [Unavailable("closed")]
    await bring(hub, "erp", CONFIRMATION, "confirmation")
    with pytest.raises(Refused, match="has not been delivered yet"):
        await asks(hub, resending(document=3))
    with pytest.raises(Refused, match="was never sent"):
        await asks(hub, resending(document=99))


# Poison stays where it is

NOTICE = json.loads((HERE / "clean_order_to_paid_invoice" / "04_warehouse_ship_notice.json").read_text())


def notice(number: str, *orders: str) -> bytes:
    """A ship notice over some orders: one package and one line of each."""
    ids = {order: str(n) for n, order in enumerate(orders, start=1)}
    return json.dumps(
        {
            **NOTICE,
            "number": number,
            "orders": [{"id": ids[order], "number": order} for order in orders],
            "packages": [{"id": ids[order], "order": ids[order], "sscc": "109501101234500018"} for order in orders],
            "contents": [{"order": ids[order], "package": ids[order], "line": "1", "quantity": "1"} for order in orders],
        }
    ).encode()


async def test_a_refused_document_blocks_only_its_own_orders_and_only_there(hub: Hub) -> None:
    """A ship notice of two orders waits for the earlier ones of each; what has other orders, or another target, goes on."""
    for n in (1, 2, 3):
        await bring(hub, "acme", another(n), f"{n}.edi")
    wire(hub, "erp").trouble = [Rejected("this one never")]
    await bring(hub, "warehouse", notice("SHP-1", "PO-1001"), "one", document="ship_notice")
    await bring(hub, "warehouse", notice("SHP-2", "PO-1001", "PO-1002"), "two", document="ship_notice")
    await bring(hub, "warehouse", notice("SHP-3", "PO-1002"), "three", document="ship_notice")
    await bring(hub, "warehouse", notice("SHP-4", "PO-1003"), "four", document="ship_notice")
    assert sets(hub).count("856") == 4
    issues = [json.loads(body)["deliveryNote"] for body in sent(hub, "erp")[3:]]
    assert issues == ["SHP-4"]
    assert open_states(hub) == {"parked": 1, "due": 2}
    (parked,) = hub.ledger.look(deliveries.parked)
    await asks(hub, skipping(delivery=parked.id))
    issues = [json.loads(body)["deliveryNote"] for body in sent(hub, "erp")[3:]]
    assert issues == ["SHP-4", "SHP-2", "SHP-3"]


# The commands


def run(name: str, home: Path, *arguments: str) -> Any:
    return CliRunner().invoke(load(name), [*arguments, "--company", str(home / "company"), "--home", str(home)])


async def test_the_commands(tmp_path: Path) -> None:
    """Asked beside a hub, each takes effect there, and the timeline says who and why."""
    async with hub_for(tmp_path) as hub:
        wire(hub, "erp").trouble = [Rejected("customer is blocked")]
        await bring(hub, "acme", ORDER, "first.edi")
        await bring(hub, "acme", OTHER, "other.edi")
        why = ("--why", "she called", "--who", "ann")
        assert "order PO-1001 is held" in run("hold", tmp_path, "PO-1001", *why).output
        assert "held      order PO-1001 from acme: she called (ann)" in run("orders", tmp_path, "--waiting").output
        assert "order PO-1001 goes on" in run("release", tmp_path, "PO-1001").output
        assert "to be tried again" in run("retry", tmp_path, "PO-1001", *why).output
        assert "is never to be done: she called" in run("skip", tmp_path, "--document", "3", *why).output
        await catch_up(hub)
        await hub.work()
        await bring(hub, "erp", CONFIRMATION, "confirmation")
        assert "open            acme  855 SO-70001 of order PO-1001" in run("open", tmp_path).output
        (one,) = [json.loads(line) for line in run("open", tmp_path, "--json").output.splitlines()]
        assert (one["state"], one["type"], one["file"].split("_")[1]) == ("open", "855", "855")
        assert "once more as a new message" in run("resend", tmp_path, "--document", str(one["document"]), *why).output
        await catch_up(hub)
        await hub.work()
        assert sets(hub) == ["997", "997", "855", "855"]
        told = run("trace", tmp_path, "PO-1001").output
        assert "once more as a new message" in told
        assert told.count("she called (ann)") == 4


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("hold", "PO-1"), 2),  # no reason
        (("skip", "--why", "x"), 2),  # of what
        (("resend", "PO-1", "--document", "1", "--why", "x"), 2),
        (("release",), 2),
    ],
)
def test_the_commands_want_to_know_what_and_why(arguments: tuple[str, ...], code: int, tmp_path: Path) -> None:
    assert CliRunner().invoke(load(arguments[0]), arguments[1:]).exit_code == code


async def test_a_hold_is_safe_beside_a_running_hub_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    async with hub_for(tmp_path, database=postgres_url) as hub:
        wire(hub, "erp").trouble = [Unavailable("closed")]
        await bring(hub, "acme", ORDER, "first.edi")
        await asks(hub, holding("PO-1001"))
        await hub.clock.advance(timedelta(hours=1))  # type: ignore[attr-defined]
        await hub.work()
        assert open_states(hub) == {"held": 1}
        await asks(hub, freeing("PO-1001"))
        assert len(sent(hub, "erp")) == 1
