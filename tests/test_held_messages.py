"""Messages that no machine took: a person sees them, lets them in, types them anew, or dismisses them; the timeline keeps who and why."""

import json
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from hub.app import Hub
from hub.cli.main import load
from hub.ledger import arrivals, timeline
from hub.operations.messages import LetIn, Typed, let_in, look
from hub.operations.orders import waiting
from hub.operations.person import Refused
from hub.operations.trace import lives
from hub.sdk import HELD, Message
from hub.sdk.mail.letter import keyed, opened
from tests.journey import bring, hub_for, wire
from tests.test_people import asks, skipping
from tests.test_walk import ORDER, states

PLAIN = {"document": "order", "number": "PO-7", "lines": [{"number": "1", "quantity": "2", "unit": "EA", "ids": {"sku": "TG-1"}}]}
STRANGER = "new@buyer.example is not among `senders`"


@pytest.fixture
async def hub(tmp_path: Path):
    async with hub_for(tmp_path) as hub:
        yield hub


def mail(*files: tuple[str, bytes], words: str = "Please see below.") -> bytes:
    letter = EmailMessage()
    letter["From"], letter["Message-ID"], letter["Subject"] = "new@buyer.example", "<7@buyer.example>", "Order"
    letter.set_content(words)
    for name, body in files:
        letter.add_attachment(body, maintype="application", subtype="octet-stream", filename=name)
    return letter.as_bytes()


async def comes(hub: Hub, body: bytes, name: str, media: str = "message/rfc822", why: str = STRANGER, place: str = "acme") -> int:
    """A mail that the connector held; says its id."""
    headers = {HELD: why, "from": "new@buyer.example", "message_id": "<7@buyer.example>"}
    wire(hub, place).waiting.append(Message(f"<7@buyer.example>/0/{name}", body, name, media, headers=headers))
    await hub.work()
    return int(hub.ledger.look(arrivals.failed)[-1].id)


def letting(message: int, **more: Any) -> Any:
    return lambda site, connection, by: let_in(site, connection, LetIn(message, **more), by)


def waits(hub: Hub) -> list[str]:
    return [row.error for row in hub.ledger.look(waiting).messages]


async def test_the_attachments_of_a_stranger_are_taken_once_a_person_says_so(hub: Hub) -> None:
    held = await comes(hub, mail(("order.edi", ORDER), ("terms.pdf", b"%PDF-1.7")), "Order")
    assert states(hub) == [] and waits(hub) == [f"a person must look: {STRANGER}"]
    assert "with 1 attachment: because" in (await asks(hub, letting(held)))[0]
    assert states(hub) == ["accepted"] and waits(hub) == []
    [life] = hub.ledger.look(partial(lives, number="PO-1001"))
    came = next(entry for entry in life.entries if entry.what == "received")
    assert came.who == "ann" and came.text.endswith("released by hand: because")
    attachment = opened(mail(("order.edi", ORDER)), 9).documents[0]
    await bring(hub, "acme", ORDER, "order.edi", key=keyed("<7@buyer.example>", attachment))  # once its sender is known
    assert states(hub) == ["accepted"], "the mail comes again and is known"


async def test_a_message_is_read_as_it_came_or_as_something_else(hub: Hub) -> None:
    held = await comes(hub, ORDER, "order.pdf", "application/pdf", "no machine reads it")
    await asks(hub, letting(held, reads="x12"))
    assert states(hub) == ["accepted"]
    second = await comes(hub, json.dumps(PLAIN).encode(), "order.json", "application/json", "no machine reads it")
    await asks(hub, letting(second))
    assert waits(hub) == ["not a document we know: this looks like JSON"], "it waits again, with the reason of now"
    await asks(hub, letting(second, reads="canonical"))
    assert states(hub) == ["accepted", "accepted"] and waits(hub) == []


async def test_what_a_person_typed_takes_the_place_of_what_came(hub: Hub) -> None:
    held = await comes(hub, mail(words="Two of TG-1 please, our number is PO-7"), "Order", why="nothing is attached")
    with pytest.raises(Refused, match="give what you typed, or skip it"):
        await asks(hub, letting(held))
    typed = Typed("typed.json", json.dumps(PLAIN).encode())
    assert "as typed in typed.json" in (await asks(hub, letting(held, typed=typed, reads="canonical")))[0]
    assert states(hub) == ["accepted"] and waits(hub) == []
    with pytest.raises(Refused, match="does not wait for a person: it is done"):
        await asks(hub, letting(held, typed=typed, reads="canonical"))


async def test_what_is_dismissed_is_never_read(hub: Hub) -> None:
    held = await comes(hub, mail(("order.edi", ORDER)), "Order")
    await asks(hub, skipping(message=held))
    assert states(hub) == [] and waits(hub) == []
    [row] = hub.ledger.look(lambda connection: arrivals.many(connection, [held]))
    assert (row.state, row.error) == ("skipped", "because (ann)")
    told = hub.ledger.look(lambda connection: timeline.of_arrival(connection, held))[-1]
    assert told.who == "ann" and told.text.endswith("is never to be read: because")


@pytest.mark.parametrize(("place", "reads", "words"), [("acme", "json/nothing", "there is no mapping json/nothing"),
                                                       ("erp", "x12", "names no `partner`")])  # fmt: skip
async def test_nothing_is_changed_where_it_is_not_clear_how_to_read_it(hub: Hub, place: str, reads: str, words: str) -> None:
    held = await comes(hub, ORDER, "order.pdf", "application/pdf", place=place)
    with pytest.raises(Refused, match=words):
        await asks(hub, letting(held, reads=reads))
    assert len(waits(hub)) == 1


async def test_a_person_sees_what_is_in_it(hub: Hub) -> None:
    held = await comes(hub, mail(("../order.edi", ORDER), words="Dear all"), "Order")
    seen = hub.ledger.look(lambda connection: look(connection, held))
    assert [name for name, _ in seen.files] == [f"{held}-Order.eml", f"{held}-2-order.edi"]
    assert seen.files[1][1] == ORDER and seen.words.strip() == "Dear all" and "new@buyer.example" in seen.title


async def test_by_the_command_line(hub: Hub, tmp_path: Path) -> None:
    held = await comes(hub, mail(("order.edi", ORDER)), "Order")
    where = ["--company", str(tmp_path / "company"), "--home", str(tmp_path)]

    def run(name: str, *words: str) -> str:
        result = CliRunner().invoke(load(name), [*words, *where])
        assert result.exit_code == 0, result.output
        return result.output

    assert "1 waiting for a person" in run("orders")
    assert f"crossdock release --message {held}" in run("orders", "--waiting")
    assert f"{held}-2-order.edi" in run("message", str(held), "--save", str(tmp_path / "seen"))
    assert (tmp_path / "seen" / f"{held}-2-order.edi").read_bytes() == ORDER
    assert "is released" in run("release", "--message", str(held), "--who", "ann")
