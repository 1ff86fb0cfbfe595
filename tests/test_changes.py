"""Changes and cancellations: applied, waited for, refused once goods have left, held where no rule decides."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.app import Hub
from hub.errors import Rejected
from hub.ledger import deliveries, documents
from hub.operations.person import Refused
from hub.operations.trace import lives
from tests.journey import HERE, bring, hub_for, wire
from tests.test_people import asks, open_states, releasing, skipping
from tests.test_walk import CONFIRMATION, ORDER, rewritten, said, sent, sets, states

JOURNEY = HERE / "changed_until_it_was_too_late"
CHANGE = (JOURNEY / "03_acme_860.edi").read_bytes()
ANSWER = (JOURNEY / "04_erp_confirmation.json").read_bytes()
NOTICE = (HERE / "clean_order_to_paid_invoice" / "04_warehouse_ship_notice.json").read_bytes()
RELEASE = (HERE / "clean_order_to_paid_invoice" / "03_erp_release.json").read_bytes()
HEAD = CHANGE.split(b"ST*")[0].decode()


def change(*lines: str, purpose: str = "04", number: str = "1", order: str = "PO-1001", count: int = 102) -> bytes:
    """An 860 with these POC segments."""
    body = ["ST*860*0001", f"BCH*{purpose}*SA*{order}**{number}*20261122*****20261122", *lines]
    body.append(f"SE*{len(body) + 1}*0001")
    head = HEAD.replace("000000102", f"{count:09d}").replace("*102*", f"*{count}*")
    return (head + "".join(f"{segment}~" for segment in body) + f"GE*1*{count}~IEA*1*{count:09d}~").encode()


def cancel(**more: Any) -> bytes:
    return change(purpose="01", **more)


@pytest.fixture
async def hub(tmp_path: Path):
    async with hub_for(tmp_path, JOURNEY / "company") as hub:
        yield hub


def company(tmp_path: Path, **words: tuple[str, str]) -> Path:
    """The journey's company with something written otherwise."""
    return rewritten(tmp_path, JOURNEY / "company", words)


def order(hub: Hub, number: int = 1) -> Any:
    return hub.ledger.look(lambda connection: documents.latest(connection, [number]))[0]


def quantities(hub: Hub) -> dict[str, str]:
    return {line["number"]: line["quantity"] for line in json.loads(order(hub).canonical)["lines"]}


def heard(hub: Hub) -> list[dict[str, Any]]:
    """What the ERP was told of changes."""
    found = [json.loads(body) for body in sent(hub, "erp")]
    return [one for one in found if "purpose" in one]


async def test_a_change_makes_a_revision_that_the_systems_hear_of(hub: Hub) -> None:
    await bring(hub, "acme", ORDER, "order.edi")
    await bring(hub, "acme", CHANGE, "change.edi")
    assert (order(hub).revision, quantities(hub)) == (2, {"1": "30", "3": "6"})
    (told,) = heard(hub)
    assert {line["number"]: line["change"] for line in told["lines"]} == {"1": "quantity_up", "3": "add", "2": "delete"}


async def test_the_same_change_again_is_acknowledged_and_nothing_else(hub: Hub) -> None:
    await bring(hub, "acme", ORDER, "order.edi")
    await bring(hub, "acme", CHANGE, "change.edi")
    await bring(hub, "acme", CHANGE.replace(b"000000102", b"000000109"), "again.edi")
    assert states(hub, "order_change")[0] == "accepted"
    assert "duplicate" in states(hub, "order_change")
    assert (order(hub).revision, len(heard(hub)), sets(hub)) == (2, 1, ["997"] * 3)


async def test_changes_that_lead_back_are_told_each_time(hub: Hub) -> None:
    await bring(hub, "acme", ORDER, "order.edi")
    for number, quantity in ((1, 30), (2, 24), (3, 30)):
        word = "QI" if quantity == 30 else "QD"
        await bring(hub, "acme", change(f"POC*1*{word}*{quantity}**EA", number=str(number), count=200 + number), f"{number}.edi")
    assert [told["lines"][0]["quantity"] for told in heard(hub)] == ["30", "24", "30"]
    assert order(hub).revision == 4


@pytest.mark.parametrize(("how", "now"), [("new", "6"), ("delta", "18")])
async def test_the_partner_file_says_how_quantities_are_meant(tmp_path: Path, how: str, now: str) -> None:
    changed = company(tmp_path, partner=("quantities: new", f"quantities: {how}"))
    async with hub_for(tmp_path, changed) as hub:
        await bring(hub, "acme", ORDER, "order.edi")
        await bring(hub, "acme", change("POC*1*QD*6**EA"), "change.edi")
        assert quantities(hub)["1"] == now


async def test_without_a_route_for_changes_the_whole_order_goes_again(tmp_path: Path) -> None:
    async with hub_for(tmp_path) as hub:  # the company of the other journeys knows no changes
        await bring(hub, "acme", ORDER, "order.edi")
        await bring(hub, "acme", CHANGE, "change.edi")
        bodies = [json.loads(body) for body in sent(hub, "erp")]
        assert [[(row["customerRow"], row["qty"]) for row in body["rows"]] for body in bodies] == [
            [("1", "24"), ("2", "12")],
            [("1", "30"), ("3", "6")],
        ]
        await bring(hub, "acme", cancel(number="2", count=103), "cancel.edi")
        assert states(hub, "order_change")[-1] == "held"
        assert "no route takes it: our systems would not hear of it" in said(hub)


# Before its order


async def test_a_change_that_comes_first_waits_and_is_applied_with_its_order(hub: Hub) -> None:
    await bring(hub, "acme", CHANGE, "change.edi")
    assert states(hub, "order_change") == ["waiting"]
    assert "it waits for it, 4h at most" in said(hub)
    await hub.clock.advance(timedelta(hours=3))  # type: ignore[attr-defined]
    await bring(hub, "acme", ORDER, "order.edi")
    assert quantities(hub) == {"1": "30", "3": "6"}
    assert sets(hub) == ["997", "997"]
    assert len(heard(hub)) == 1
    await hub.clock.advance(timedelta(hours=3))  # type: ignore[attr-defined]
    await hub.work()
    assert "waited long enough" not in said(hub)


async def test_a_change_whose_order_does_not_come_goes_to_a_person(hub: Hub) -> None:
    await bring(hub, "acme", CHANGE, "change.edi")
    await hub.clock.advance(timedelta(hours=5))  # type: ignore[attr-defined]
    await hub.work()
    assert states(hub, "order_change") == ["held"]
    (life,) = hub.ledger.look(lambda connection: lives(connection, "PO-1001"))
    assert "waited" in [entry.what for entry in life.entries]
    with pytest.raises(Refused, match="there is no order PO-1001 yet"):
        await asks(hub, releasing("PO-1001"))
    await bring(hub, "acme", ORDER, "order.edi")
    assert order(hub).revision == 1
    await asks(hub, releasing("PO-1001"))
    assert quantities(hub) == {"1": "30", "3": "6"}


async def test_a_waiting_change_of_another_order_or_release_stays(hub: Hub) -> None:
    await bring(hub, "acme", change("POC*1*QD*6**EA", order="PO-2"), "other.edi")
    await bring(hub, "acme", CHANGE.replace(b"PO-1001**1", b"PO-1001*R7*1").replace(b"000000102", b"000000103"), "release.edi")
    await bring(hub, "acme", ORDER, "order.edi")
    assert states(hub, "order_change") == ["waiting", "waiting"]


# The answer


@pytest.mark.parametrize(("guide", "answer"), [("answer: x12/865", "865"), ("answer: x12/855", "855"), ("answer: null", "855")])
async def test_the_partner_file_says_what_a_change_is_answered_by(tmp_path: Path, guide: str, answer: str) -> None:
    async with hub_for(tmp_path, company(tmp_path, partner=("answer: x12/865", guide))) as hub:
        await bring(hub, "acme", ORDER, "order.edi")
        await bring(hub, "erp", CONFIRMATION, "confirmation")
        await bring(hub, "acme", CHANGE, "change.edi")
        await bring(hub, "erp", ANSWER, "answer")
        assert sets(hub) == ["997", "855", "997", answer]


async def test_an_answer_to_the_order_that_crosses_a_change_is_none_to_the_change(hub: Hub) -> None:
    await bring(hub, "acme", ORDER, "order.edi")
    await bring(hub, "acme", CHANGE, "change.edi")
    await bring(hub, "erp", CONFIRMATION, "confirmation")
    assert sets(hub) == ["997", "997", "855"]
    await bring(hub, "erp", ANSWER, "answer")
    assert sets(hub)[3:] == ["865"]


async def test_a_change_that_our_system_refuses_is_taken_back(hub: Hub) -> None:
    await bring(hub, "acme", ORDER, "order.edi")
    await bring(hub, "erp", CONFIRMATION, "confirmation")
    await bring(hub, "acme", CHANGE, "change.edi")
    await bring(hub, "erp", ANSWER.replace(b'"accepted"', b'"refused"'), "answer")
    assert sets(hub)[3:] == ["865"]
    assert b"BCA*04*RD*PO-1001**1*" in sent(hub, "acme")[-1]
    assert (order(hub).revision, quantities(hub), order(hub).state) == (3, {"1": "24", "2": "12"}, "confirmed")
    assert "erp refused the change: the order is again as it was (revision 3)" in said(hub)


# Too late


@pytest.mark.parametrize("late", [change("POC*1*QD*6**EA"), cancel()], ids=["change", "cancel"])
@pytest.mark.parametrize(("guide", "head"), [("x12/865", b"BCA*%s*RJ*PO-1001**1*"), ("x12/855", b"BAK*%s*RJ*PO-1001*")])
async def test_what_comes_after_the_goods_have_left_is_refused(tmp_path: Path, late: bytes, guide: str, head: bytes) -> None:
    async with hub_for(tmp_path, company(tmp_path, partner=("answer: x12/865", f"answer: {guide}"))) as hub:
        await bring(hub, "acme", ORDER, "order.edi")
        await bring(hub, "warehouse", NOTICE, "notice", document="ship_notice")
        await bring(hub, "acme", late, "late.edi")
        assert states(hub, "order_change") == ["refused"]
        assert head % late.split(b"BCH*")[1][:2] in next(body for body in sent(hub, "acme") if b"RJ*PO" in body)
        assert (order(hub).revision, order(hub).state, heard(hub)) == (1, "shipped", [])
        await bring(hub, "acme", late.replace(b"000000102", b"000000103"), "again.edi")
        assert sum(b"*RJ*" in body for body in sent(hub, "acme")) == 1


async def test_a_replacement_after_the_goods_have_left_is_held(hub: Hub) -> None:
    await bring(hub, "acme", ORDER, "order.edi")
    await bring(hub, "warehouse", NOTICE, "notice", document="ship_notice")
    await bring(hub, "acme", ORDER.replace(b"BEG*00", b"BEG*05").replace(b"*24*EA*", b"*25*EA*"), "replaced.edi")
    assert states(hub) == ["accepted", "held"]
    assert "of which goods have left already" in said(hub)


# Cancelled


async def test_a_cancellation_is_told_to_the_systems_and_their_answer_goes_back(hub: Hub) -> None:
    await bring(hub, "acme", ORDER, "order.edi")
    await bring(hub, "erp", CONFIRMATION, "confirmation")
    await bring(hub, "acme", cancel(), "cancel.edi")
    assert (order(hub).state, [told["purpose"] for told in heard(hub)]) == ("cancelled", ["cancel"])
    await bring(hub, "erp", CONFIRMATION.replace(b'"seq": 1', b'"seq": 2').replace(b"2026-11-24", b"2026-11-25"), "yes")
    assert b"BCA*01*AD*PO-1001**1*" in sent(hub, "acme")[-1]
    assert order(hub).state == "cancelled"
    await bring(hub, "acme", cancel(number="2", count=103), "twice.edi")
    assert states(hub, "order_change")[-1] == "refused"
    assert "the order was cancelled before" in said(hub)


async def test_what_nobody_has_begun_with_is_void_and_the_hub_answers_itself(hub: Hub) -> None:
    from tests.test_people import freeing, holding

    await asks(hub, holding("erp"))
    await bring(hub, "acme", ORDER, "order.edi")
    await bring(hub, "acme", cancel(), "cancel.edi")
    assert (open_states(hub), sent(hub, "erp")) == ({}, [])
    assert b"BCA*01*AT*PO-1001**1*" in b"".join(sent(hub, "acme"))
    await asks(hub, freeing("erp"))
    assert sent(hub, "erp") == []
    assert "the order for erp is not sent: the order is cancelled" in said(hub)


async def test_a_parked_order_that_is_cancelled_frees_what_waits_for_it(tmp_path: Path) -> None:
    """One that could never be written is void; one that the ERP refused stays a person's, and the cancellation waits behind it."""
    async with hub_for(tmp_path, JOURNEY / "company") as hub:
        nameless = ORDER.replace(b"*UP*012345678905*VN*TEA-GREEN-100", b"")
        await bring(hub, "acme", nameless, "order.edi")
        assert open_states(hub) == {"parked": 1}
        await bring(hub, "acme", cancel(), "cancel.edi")
        assert (open_states(hub), order(hub).state) == ({}, "cancelled")


async def test_an_order_that_the_erp_refused_is_left_to_a_person(hub: Hub) -> None:
    wire(hub, "erp").trouble = [Rejected("customer is blocked")]
    await bring(hub, "acme", ORDER, "order.edi")
    await bring(hub, "acme", cancel(), "cancel.edi")
    assert open_states(hub) == {"parked": 1, "due": 1}
    (parked,) = hub.ledger.look(deliveries.parked)
    await asks(hub, skipping(delivery=parked.id))
    assert [told["purpose"] for told in heard(hub)] == ["cancel"]


async def test_a_cancellation_that_our_system_refuses_revives_what_was_void(hub: Hub) -> None:
    from tests.test_people import freeing, holding

    await bring(hub, "acme", ORDER, "order.edi")
    await bring(hub, "erp", CONFIRMATION, "confirmation")
    await asks(hub, holding("warehouse"))
    await bring(hub, "erp", RELEASE, "release")
    await bring(hub, "acme", cancel(), "cancel.edi")
    assert order(hub).state == "cancelled"
    await asks(hub, freeing("warehouse"))
    assert sent(hub, "warehouse") == []
    no = CONFIRMATION.replace(b'"accepted"', b'"refused"').replace(b'"seq": 1', b'"seq": 3')
    await bring(hub, "erp", no, "no")
    assert order(hub).state == "released"
    assert len(sent(hub, "warehouse")) == 1
    assert b"BCA*01*RD*PO-1001**1*" in sent(hub, "acme")[-1]


async def test_an_order_that_says_cancel_is_a_cancellation(hub: Hub) -> None:
    await bring(hub, "acme", ORDER, "order.edi")
    await bring(hub, "acme", ORDER.replace(b"BEG*00", b"BEG*01").replace(b"000000101", b"000000102"), "cancel.edi")
    assert (order(hub).state, [told["purpose"] for told in heard(hub)]) == ("cancelled", ["cancel"])


async def test_held_changes_of_a_cancelled_order_are_skipped(hub: Hub) -> None:
    await bring(hub, "acme", ORDER, "order.edi")
    await bring(hub, "acme", change("POC*9*QD*6**EA"), "strange.edi")
    await bring(hub, "acme", cancel(number="2", count=103), "cancel.edi")
    assert states(hub, "order_change")[0] == "skipped"


# A person's


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (change("POC*9*QD*6**EA"), "it speaks of line 9, which the order does not have"),
        (change("POC*1*QD*30**EA"), "says `quantity_down`, but 24 would become 30"),
        (change("POC*1*QI*30**CA"), "its unit is CS, the order's is EA"),
        (change("POC*1*QI*30**EA*9.99*PE"), "its price is another one as well"),
        (change("POC*1*AI*30**EA"), "it adds line 1, which the order has already"),
        (change("POC*1*ZZ*30**EA"), "no rule says what that does"),
        (change("POC*1*QI*30**EA***UP*999999999993"), "line 1 is another item"),
        (change("POC*1*DI*24**EA", "POC*2*DI*12**CA"), "it leaves no line of the order"),
        (change("POC*1*QI*30**EA", purpose="05"), "its purpose is replace"),
    ],
)
async def test_a_change_that_fits_no_rule_is_held(hub: Hub, text: bytes, why: str) -> None:
    await bring(hub, "acme", ORDER, "order.edi")
    await bring(hub, "acme", text, "change.edi")
    assert states(hub, "order_change") == ["held"]
    assert why in said(hub)
    assert (order(hub).revision, heard(hub)) == (1, [])


async def test_changes_are_applied_in_the_order_the_buyer_counts(hub: Hub) -> None:
    await bring(hub, "acme", ORDER, "order.edi")
    await bring(hub, "acme", change("POC*1*QI*30**EA", number="2"), "two.edi")
    await bring(hub, "acme", change("POC*1*QI*26**EA", number="1", count=103), "one.edi")
    assert "change 2, which the buyer counts after it, was applied already" in said(hub)
    await bring(hub, "acme", change("POC*1*QI*40**EA", number="2", count=104), "other two.edi")
    assert "change 2 came before with other content" in said(hub)
    assert quantities(hub)["1"] == "30"


async def test_a_held_change_is_applied_by_a_person_as_far_as_it_can_be(hub: Hub) -> None:
    await bring(hub, "acme", ORDER, "order.edi")
    await bring(hub, "acme", change("POC*1*QI*30**EA", purpose="05"), "whole.edi")
    await asks(hub, releasing("PO-1001"))
    assert quantities(hub) == {"1": "30", "2": "12"}
    await bring(hub, "acme", change("POC*9*QD*6**EA", number="2", count=103), "strange.edi")
    with pytest.raises(Refused, match="which the order does not have"):
        await asks(hub, releasing("PO-1001"))


# In EDIFACT

NORDKOST = HERE / "ordered_and_invoiced_in_edifact"
ORDCHG = """UNA:+.? '
UNB+UNOC:3+4012345000030:14+4098765000010:14+261122:1905+NK26112290++ORDCHG'
UNH+1+ORDCHG:D:96A:UN:EAN008'
BGM+230+4500871234-1+{purpose}'
DTM+137:202611221904:203'
RFF+ON:4500871234'
DTM+171:20261122:102'
NAD+BY+4012345000016::9'
NAD+SU+4098765000010::9'
CUX+2:EUR:9'
{lines}UNS+S'
UNT+{count}+1'
UNZ+1+NK26112290'
"""
LINES = "LIN+1+3+4098765111112:EN'\nQTY+21:30:PCE'\nLIN+2+2+4098765111129:EN'\n"


def ordchg(purpose: int, lines: str = "") -> bytes:
    return ORDCHG.format(purpose=purpose, lines=lines, count=10 + lines.count("\n")).encode()


async def test_the_same_in_edifact(tmp_path: Path) -> None:
    """A change is answered by the ERP, a late cancellation by the hub; both answers are of the type that answers orders."""
    async with hub_for(tmp_path, NORDKOST / "company") as hub:
        await bring(hub, "nordkost", (NORDKOST / "01_nordkost_orders.edi").read_bytes(), "order.edi")
        answer = (NORDKOST / "02_erp_confirmation.json").read_bytes()
        await bring(hub, "erp", answer, "answer")
        await bring(hub, "nordkost", ordchg(4, LINES), "change.edi")
        assert (quantities(hub), json.loads(order(hub).canonical)["type"]) == ({"1": "30"}, "stand_alone")
        assert [row["qty"] for row in json.loads(sent(hub, "erp")[-1])["rows"]] == ["30"]
        await bring(hub, "erp", answer.replace(b'"seq": 1', b'"seq": 2').replace(b'"24"', b'"30"'), "answer to the change")
        assert sets(hub, "nordkost").count("ORDRSP") == 2
        assert b"QTY+12:30" in sent(hub, "nordkost")[-1] or b"QTY+21:30" in sent(hub, "nordkost")[-1]
        notice = json.loads((NORDKOST / "04_warehouse_ship_notice.json").read_text())
        notice["contents"] = notice["contents"][:1]
        await bring(hub, "warehouse", json.dumps(notice).encode(), "notice", document="ship_notice")
        assert order(hub).state == "partly_shipped"
        await bring(
            hub,
            "nordkost",
            ordchg(1).replace(b"4500871234-1", b"4500871234-2").replace(b"NK26112290", b"NK26112291"),
            "cancel.edi",
        )
        assert states(hub, "order_change") == ["accepted", "refused"]
        (refusal,) = [body for body in sent(hub, "nordkost") if b"+27'" in body]
        assert b"RFF+ON:4500871234'" in refusal
        assert b"RFF+PP:4500871234-2'" in refusal
        assert json.loads(order(hub).canonical)["parties"]["ship_to"]["city"] == "Ulm"
