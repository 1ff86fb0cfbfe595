"""What goes wrong inside the hub or a far side concerns one document, never its neighbours, and never for ever."""

import asyncio
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from hub.app import Hub
from hub.errors import Unavailable
from hub.flow import pushes, render, settle
from hub.ledger import arrivals, deliveries, outbound
from hub.ledger.arrivals import Came
from hub.ledger.outbound import Side
from hub.operations.trace import lives
from hub.sdk import Message, Receipt
from tests.journey import HERE, NOON, bring, hub_for, wire
from tests.test_walk import ACK, CONFIRMATION, ORDER, company_with, said, sent, states

INVOICE = (HERE / "clean_order_to_paid_invoice" / "05_erp_invoice.json").read_bytes()


@pytest.fixture
async def hub(tmp_path: Path):
    async with hub_for(tmp_path) as hub:
        yield hub


def another(number: int) -> bytes:
    return ORDER.replace(b"PO-1001", b"PO-100%d" % number).replace(b"000000101", b"00000010%d" % number)


def open_states(hub: Hub) -> dict[str, int]:
    return dict(hub.ledger.look(deliveries.counts))


async def test_a_document_whose_writing_breaks_down_waits_alone(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = render._mapped

    def broken(site, endpoint, row):
        if row.number == "PO-1001":
            raise ZeroDivisionError("nobody thought of this")
        return whole(site, endpoint, row)

    monkeypatch.setattr(render, "_mapped", broken)
    await bring(hub, "acme", ORDER, "first.edi")
    await bring(hub, "acme", another(2), "second.edi")
    (body,) = sent(hub, "erp")
    assert b"PO-1002" in body
    assert open_states(hub) == {"parked": 1}
    assert "internal error (ZeroDivisionError: nobody thought of this)" in said(hub)


async def test_a_receipt_in_an_odd_shape_is_a_receipt(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    pushes = []

    async def push(outgoing):
        pushes.append(outgoing.key)
        return Receipt(reference="SO-1", detail={"lines": 7})

    monkeypatch.setattr(wire(hub, "erp"), "push", push)
    await bring(hub, "acme", ORDER, "first.edi")
    await hub.clock.advance(timedelta(minutes=10))  # type: ignore[attr-defined]
    await hub.work()
    assert len(pushes) == 1
    assert "known there as SO-1" in said(hub)


async def test_a_failure_that_cannot_be_stored_leaves_the_neighbours_alone(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = pushes.trouble

    async def broken(site, endpoint, intent, *what):
        if intent.outgoing.number == "PO-1001":
            raise RuntimeError("no room to write it down")
        await whole(site, endpoint, intent, *what)

    monkeypatch.setattr(pushes, "trouble", broken)
    wire(hub, "erp").trouble = [Unavailable("down"), Unavailable("down")]
    await bring(hub, "acme", ORDER, "first.edi")
    await bring(hub, "acme", another(2), "second.edi")
    await hub.clock.advance(timedelta(minutes=10))  # type: ignore[attr-defined]
    await hub.work()
    assert len(sent(hub, "erp")) == 2
    assert open_states(hub) == {}


async def test_done_is_the_end(hub: Hub) -> None:
    await bring(hub, "acme", ORDER, "first.edi")
    row = hub.ledger.look(lambda connection: deliveries.of_documents(connection, [1]))[0]
    assert row.state == "done"

    def late(connection):
        deliveries.put(connection, [row.id], "due", "a word that comes too late", NOON)
        deliveries.sending(connection, [row.id], row.outbound_id, 1)

    await hub.ledger.write(late)
    assert hub.ledger.look(lambda connection: deliveries.of_documents(connection, [1]))[0].state == "done"


async def test_a_resend_of_a_held_document_is_held_too(hub: Hub) -> None:
    await bring(hub, "acme", ORDER, "first.edi")
    other = ORDER.replace(b"*24*EA*", b"*25*EA*")
    await bring(hub, "acme", other, "other.edi")
    await bring(hub, "acme", other, "other again.edi", key="again")
    assert states(hub) == ["accepted", "held", "duplicate"]


async def test_a_document_that_was_held_for_a_reason_now_gone_is_taken_up(hub: Hub) -> None:
    early = ORDER.replace(b"BEG*00", b"BEG*07")
    await bring(hub, "acme", early, "confirmation first.edi")
    await bring(hub, "acme", ORDER, "first.edi")
    assert states(hub) == ["held", "accepted"]
    assert len(sent(hub, "erp")) == 1


async def test_numbers_of_test_and_production_do_not_meet(hub: Hub) -> None:
    await bring(hub, "acme", ORDER, "first.edi")
    await bring(hub, "erp", CONFIRMATION, "confirmation")
    for test, count in ((False, 1), (True, 0)):
        assert len(hub.ledger.look(partial(outbound.by_number, side=Side("acme", test), number="SO-70001"))) == count


def acknowledged(body: bytes, code: str, type: str, number: int) -> bytes:
    group = body.decode().split(f"GS*{code}*")[1].split("*")[4]
    answer = ACK.replace(b"AK1*IN*4", f"AK1*{code}*{group}".encode()).replace(b"AK2*810", f"AK2*{type}".encode())
    return answer.replace(b"*000000102", b"*%09d" % number)


async def test_a_batch_waits_for_the_word_on_each_of_its_groups(tmp_path: Path) -> None:
    changes = {"channel": ("partner: acme", 'partner: acme\nbatch: {cron: "0 14 * * *", zone: America/Chicago}')}
    async with hub_for(tmp_path, company_with(tmp_path, **changes)) as hub:
        await bring(hub, "acme", ORDER, "first.edi")
        await bring(hub, "erp", CONFIRMATION, "confirmation")
        await bring(hub, "acme", another(2), "second.edi")
        await bring(hub, "erp", INVOICE.replace(b"PO-1001", b"PO-1002"), "invoice")
        await hub.clock.advance(timedelta(hours=2, minutes=1))  # type: ignore[attr-defined]
        await hub.work()
        (body,) = sent(hub, "acme")
        assert [code for code in ("FA", "PR", "IN") if f"GS*{code}*".encode() in body] == ["FA", "PR", "IN"]
        (row,) = hub.ledger.look(outbound.open_receipts)
        assert row.receipt_due - row.made_at == timedelta(hours=24)  # though the first document, a 997, waits for none
        await bring(hub, "acme", acknowledged(body, "PR", "855", 901), "one.edi")
        assert len(hub.ledger.look(outbound.open_receipts)) == 1
        await bring(hub, "acme", acknowledged(body, "IN", "810", 902), "two.edi")
        assert hub.ledger.look(outbound.open_receipts) == []


async def test_a_message_stored_before_a_stop_is_told_after_it(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """A source that goes by the cursor would not bring it again."""
    told = []

    async def ack(message):
        told.append((message.key, message.handle))

    monkeypatch.setattr(wire(hub, "acme"), "ack", ack)
    came = [Came("order 7", ORDER, "first.edi", handle="H7")]
    await hub.ledger.write(lambda connection: arrivals.store(connection, "acme", came, "7", NOON))
    await hub.work()
    assert told == [("order 7", "H7")]
    assert hub.ledger.look(lambda connection: arrivals.untold(connection, "acme")) == []


async def test_what_an_endpoint_left_behind_troubles_nobody(hub: Hub) -> None:
    """Its file was deleted; arrivals of it stay, and its lane is not woken for ever."""
    came = [Came("old", b"{}", "old.json")]
    await hub.ledger.write(lambda connection: arrivals.store(connection, "gone", came, None, NOON))
    await hub.work()
    assert hub.ledger.look(lambda connection: arrivals.endpoints_waiting(connection, NOON)) == ["gone"]


async def test_what_is_said_of_a_file_is_told_once_in_the_life_of_each_of_its_orders(hub: Hub) -> None:
    first = ORDER[ORDER.index(b"ST*") : ORDER.index(b"GE*")]
    second = first.replace(b"PO-1001", b"PO-1002").replace(b"*0001~", b"*0002~")
    both = ORDER.replace(first, first + second).replace(b"GE*1*", b"GE*2*")
    await bring(hub, "acme", both, "both.edi")
    for number in ("PO-1001", "PO-1002"):
        (found,) = hub.ledger.look(partial(lives, number=number))
        texts = [entry.text for entry in found.entries if entry.what == "acknowledge"]
        assert len(texts) == 1, texts


async def begin_with(hub: Hub, count: int) -> None:
    wire(hub, "acme").waiting += [Message(f"{n}", another(n), f"{n}.edi") for n in range(1, count + 1)]
    await hub.work()


@pytest.mark.parametrize(("repeat", "most"), [("native", 9), ("lookup", 5), ("unsafe", 5)])
async def test_more_is_made_ready_meanwhile_only_where_a_repeat_is_safe_by_itself(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, repeat: str, most: int
) -> None:
    """What is made ready counts as unknown after a crash."""
    erp, under_way, whole = wire(hub, "erp"), list[int](), wire(hub, "erp").push
    query = "select count(*) from deliveries where state = 'sending' and target = 'erp'"

    async def push(outgoing):
        for _ in range(40):
            under_way.append(hub.ledger.look(lambda connection: connection.exec_driver_sql(query).scalar()))
            await asyncio.sleep(0.001)
            if under_way[-1] == 9:
                break
        return await whole(outgoing)

    monkeypatch.setattr(erp, "push", push)
    monkeypatch.setattr(erp, "repeat", repeat)
    await begin_with(hub, 9)
    assert max(under_way) == most
    assert len(sent(hub, "erp")) == 9 and open_states(hub) == {}


async def test_one_that_cannot_be_settled_does_not_keep_its_neighbours(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, tries = settle._names, list[object]()

    def names(endpoint, taken):
        if taken.intent.outgoing.number == "PO-1002" and len(tries) < 2:
            tries.append(taken)
            raise RuntimeError("no room to write it down")
        return whole(endpoint, taken)

    monkeypatch.setattr(settle, "_names", names)
    monkeypatch.setattr(wire(hub, "erp"), "repeat", "native")
    await begin_with(hub, 3)
    assert len(tries) == 2, "with its neighbours, and alone"
    assert open_states(hub) == {}, "the next drain found out"
    assert len(sent(hub, "erp")) == 3
