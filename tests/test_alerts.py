"""Alerts: everything a person must know is told once, together, with the command that helps, and closes by itself."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
import respx
from aiosmtpd.handlers import Message as Kept
from aiosmtpd.smtp import SMTP

from hub.app import Hub
from hub.errors import Misconfigured, Rejected, Unavailable
from hub.ledger import alerts, arrivals, lanes
from hub.ledger.store import Ledger
from hub.notices import Notices
from hub.operations.alerts import acknowledge
from hub.rules.hours import Hours, open_between
from hub.settings.alerts import Alerts, Mail, Webhook
from tests.journey import NOON, bring, hub_for, wire
from tests.test_gate import another
from tests.test_walk import CONFIRMATION, ORDER, company_with

SWEEP = ("name: Journey Works", "name: Journey Works\nalerts: {gather: 1m, again: 4h, lane_age: 30m}")
SILENCE = (
    "partner: acme",
    'partner: acme\nsilence: {after: 4h, hours: {days: [mon, tue, wed, thu, fri, sun], span: "08:00-18:00"}}',
)


class Told:
    """Notes what was told; fails as long as it is told to."""

    def __init__(self) -> None:
        self.notices: list[tuple[str, str, Any]] = []
        self.trouble: Exception | None = None

    async def __call__(self, title: str, text: str, values: Any) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.notices.append((title, text, values))


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    async with hub_for(tmp_path, company_with(tmp_path, hub=SWEEP, channel=SILENCE)) as hub:
        hub.site.notify = Told()
        yield hub


def told(hub: Hub) -> Told:
    assert isinstance(hub.site.notify, Told)
    return hub.site.notify


def kinds(hub: Hub) -> list[str]:
    return [row.kind for row in hub.ledger.look(alerts.open_ones)]


async def pass_by(hub: Hub, **time: float) -> None:
    await hub.clock.advance(timedelta(**time))  # type: ignore[attr-defined]
    await hub.work()
    await hub.clock.advance(timedelta(minutes=2))  # type: ignore[attr-defined]
    await hub.work()


async def dead_letter(hub: Hub) -> None:
    wire(hub, "erp").trouble = [Rejected("customer is blocked")]
    await bring(hub, "acme", ORDER, "first.edi")


async def held(hub: Hub) -> None:
    await bring(hub, "acme", ORDER.replace(b"*0*P*>", b"*0*T*>"), "test.edi")


async def stopped(hub: Hub) -> None:
    wire(hub, "erp").trouble = [Misconfigured("wrong key")]
    await bring(hub, "acme", ORDER, "first.edi")


async def late(hub: Hub) -> None:
    wire(hub, "erp").trouble = [Unavailable("down")] * 30
    await bring(hub, "acme", ORDER, "first.edi")
    for _ in range(4):
        await pass_by(hub, minutes=10)


async def overdue(hub: Hub) -> None:
    await bring(hub, "acme", ORDER, "first.edi")
    await bring(hub, "erp", CONFIRMATION, "confirmation")
    await pass_by(hub, hours=25)


async def silent(hub: Hub) -> None:
    await bring(hub, "acme", ORDER, "first.edi")
    await pass_by(hub, hours=4, minutes=5)


async def expires(hub: Hub) -> None:
    await wire(hub, "erp").context.state.set("expires:token", (NOON + timedelta(days=3)).isoformat())


@pytest.mark.parametrize(
    ("happening", "kind", "help"),
    [
        (dead_letter, "dead letter", "crossdock retry PO-1001"),
        (held, "held", "crossdock release PO-1001"),
        (stopped, "stopped", "crossdock retry --all"),
        (late, "late", "crossdock orders --waiting"),
        (overdue, "receipt", "crossdock open"),
        (silent, "silent", "crossdock connectors check acme"),
        (expires, "expires", "renew it"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
async def test_it_is_told_once_with_the_command_that_helps(hub: Hub, happening: Any, kind: str, help: str) -> None:
    await happening(hub)
    await pass_by(hub, minutes=2)
    await pass_by(hub, minutes=2)
    (row,) = [row for row in hub.ledger.look(alerts.open_ones) if row.kind == kind]
    assert row.help.startswith(help)
    notices = [notice for notice in told(hub).notices if row.text in notice[1]]
    assert len(notices) == 1
    assert row.help in notices[0][1]


async def test_many_are_one_notice(hub: Hub) -> None:
    wire(hub, "erp").trouble = [Rejected("customer is blocked")] * 5
    for number in range(2001, 2006):
        await bring(hub, "acme", another(number), f"{number}.edi")
    await pass_by(hub, minutes=2)
    assert [title for title, _, _ in told(hub).notices] == ["Journey Works: 5 dead letter"]


async def test_what_nobody_acknowledges_is_told_again_and_what_is_gone_is_closed(hub: Hub) -> None:
    await stopped(hub)
    await pass_by(hub, minutes=2)
    await pass_by(hub, hours=4)
    assert len(told(hub).notices) >= 2
    before = len([text for _, text, _ in told(hub).notices if "wrong key" in text])
    assert await hub.ledger.write(lambda c: acknowledge(c, [], "ann", "new key ordered", hub.clock.now()))
    await pass_by(hub, hours=5)
    assert len([text for _, text, _ in told(hub).notices if "stopped: wrong key" in text]) == before
    await hub.ledger.write(lambda connection: lanes.stop(connection, "erp", None, hub.clock.now()))
    await pass_by(hub, minutes=2)
    assert "stopped" not in kinds(hub)
    said = [row.what for row in hub.ledger.look(lambda c: c.exec_driver_sql("select what from timeline").all())]
    assert {"alert", "alert acknowledged", "alert closed"} <= set(said)


async def test_what_could_not_be_told_is_told_later(hub: Hub) -> None:
    told(hub).trouble = OSError("no mail server")
    await dead_letter(hub)
    await pass_by(hub, minutes=2)
    assert told(hub).notices == []
    told(hub).trouble = None
    await pass_by(hub, minutes=2)
    assert len(told(hub).notices) == 1


async def test_a_channel_that_never_brought_anything_is_not_missed(hub: Hub) -> None:
    await pass_by(hub, hours=50)
    assert kinds(hub) == []


OFFICE = Hours(days=("mon", "tue", "wed", "thu", "fri"), span="08:00-18:00", closed=("2026-12-25",))
CHICAGO = ZoneInfo("America/Chicago")


@pytest.mark.parametrize(
    ("since", "now", "hours"),
    [
        (datetime(2026, 11, 20, 17, tzinfo=CHICAGO), datetime(2026, 11, 23, 9, tzinfo=CHICAGO), 2),  # over a weekend
        (datetime(2026, 12, 24, 17, tzinfo=CHICAGO), datetime(2026, 12, 28, 9, tzinfo=CHICAGO), 2),  # and Christmas
        (datetime(2026, 11, 23, 9, tzinfo=CHICAGO), datetime(2026, 11, 23, 9, tzinfo=CHICAGO), 0),
        (datetime(2026, 11, 23, 20, tzinfo=CHICAGO), datetime(2026, 11, 24, 7, tzinfo=CHICAGO), 0),
    ],
)
def test_hours_are_counted_while_open(since: datetime, now: datetime, hours: int) -> None:
    assert open_between(OFFICE, CHICAGO, since, now) == timedelta(hours=hours)


def test_an_hour_that_the_clocks_leave_out_is_not_counted() -> None:
    always = Hours()
    since, now = datetime(2026, 3, 8, 0, tzinfo=CHICAGO), datetime(2026, 3, 9, 0, tzinfo=CHICAGO)
    assert open_between(always, CHICAGO, since, now) == timedelta(hours=23)


@respx.mock
async def test_a_webhook_gets_values_and_the_token() -> None:
    route = respx.post("https://chat.example.com/hook").mock(return_value=httpx.Response(200))
    settings = Alerts(webhook=Webhook(url="https://chat.example.com/hook", token="t0ken"))
    await Notices(settings, transport=httpx.AsyncHTTPTransport())("title", "text", [{"kind": "held"}])
    sent = route.calls.last.request
    assert sent.headers["authorization"] == "Bearer t0ken"
    assert b'"alerts":[{"kind":"held"}]' in sent.content
    route.mock(return_value=httpx.Response(500))
    with pytest.raises(Unavailable, match="answered 500"):
        await Notices(settings, transport=httpx.AsyncHTTPTransport())("title", "text", [])


class Inbox(Kept):
    """Keeps what came."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[Any] = []

    def handle_message(self, message: Any) -> None:
        self.mails.append(message)


async def test_a_mail_goes_to_all_over_a_real_server() -> None:
    inbox = Inbox()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(inbox), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        mail = Mail(to=["a@example.com", "b@example.com"], sender="hub@example.com", host="127.0.0.1", port=port, security="none")
        await Notices(Alerts(mail=mail))("1 held\nBcc: x@example.com", "order PO-1001 is held", [])
    (message,) = inbox.mails
    assert message["To"] == "a@example.com, b@example.com"
    assert message["Subject"] == "1 held Bcc: x@example.com"
    assert "PO-1001" in message.get_payload()


def test_expiries_are_found_by_name(tmp_path: Path) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path}/l.db")
    ledger.create()
    for name in ("state:expires:token", "state:expiresXtoken", "pull"):
        ledger.submit(partial(arrivals.set_cursor, endpoint="erp", name=name, value="2026-01-01T00:00:00+00:00")).result()
    assert [row.name for row in ledger.look(arrivals.expiries)] == ["state:expires:token"]
    ledger.close()
