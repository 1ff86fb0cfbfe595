"""Calendars at work: receipts, batches, silence, days of leaving and arriving go by the days on which the partner works."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from hub.app import Hub
from hub.ledger import alerts, outbound
from hub.operations.trace import lives
from tests.journey import HERE, bring, hub_for, wire

CLEAN = HERE / "clean_order_to_paid_invoice"
ORDER, CONFIRMATION = (CLEAN / "01_acme_850.edi").read_bytes(), (CLEAN / "02_erp_confirmation.json").read_bytes()
THANKSGIVING_EVE = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)  # a Wednesday, 14:00 in Chicago
US = 'calendar: {country: US, span: "08:00-18:00"}\n'


def company(home: Path, partner: str, channel: str = "") -> Path:
    folder = home / "given"
    shutil.copytree(HERE / "company", folder)
    for file, more in (("partners/acme/partner.yaml", partner), ("channels/acme.yaml", channel)):
        path = folder / file
        text = path.read_text().replace("receipts:\n", "receipts:\n  business: true\n")
        path.write_text(f"{text}\n{more}")
    return folder


async def until(hub: Any, moment: datetime) -> None:
    await hub.clock.advance(moment - hub.clock.now())
    await hub.work()


def due(hub: Hub) -> datetime:
    (row,) = hub.ledger.look(outbound.open_receipts)
    found: datetime = row.receipt_due
    return found


async def test_a_receipt_is_due_in_the_partner_s_open_time(tmp_path: Path) -> None:
    async with hub_for(tmp_path, company(tmp_path, US)) as hub:
        await until(hub, THANKSGIVING_EVE)
        await bring(hub, "acme", ORDER, "order.edi")
        await bring(hub, "erp", CONFIRMATION, "confirmation.json")
        # 24 h of open time: 4 on Wednesday, none on Thanksgiving, 10 on Friday, 10 on Monday
        assert due(hub) == datetime(2026, 12, 1, 0, 0, tzinfo=UTC)


async def test_a_batch_waits_for_a_business_day(tmp_path: Path) -> None:
    batch = 'batch: {cron: "0 15 * * *", only: business_days}\n'
    async with hub_for(tmp_path, company(tmp_path, US, batch)) as hub:
        await until(hub, THANKSGIVING_EVE + timedelta(hours=2))
        await bring(hub, "acme", ORDER, "order.edi")
        await until(hub, THANKSGIVING_EVE + timedelta(hours=26))  # Thanksgiving, after three
        assert len(wire(hub, "acme").sent) == 0
        await until(hub, THANKSGIVING_EVE + timedelta(hours=50))
        assert len(wire(hub, "acme").sent) == 1


async def test_silence_on_a_holiday_is_no_silence(tmp_path: Path) -> None:
    silence = "silence: {after: 20h}\n"
    async with hub_for(tmp_path, company(tmp_path, US, silence)) as hub:
        await until(hub, THANKSGIVING_EVE)
        await bring(hub, "acme", ORDER, "order.edi")
        await until(hub, THANKSGIVING_EVE + timedelta(hours=43))  # Friday morning: 10 h and 9 h have counted
        assert not any(row.kind == "silent" for row in hub.ledger.look(alerts.open_ones))
        await until(hub, THANKSGIVING_EVE + timedelta(hours=46))
        assert any(row.kind == "silent" for row in hub.ledger.look(alerts.open_ones))


# --- the day on which an order is to leave, the day on which it may arrive ------------------------------------------------


def order_as(number: str, wanted: str = "20261201") -> bytes:
    return ORDER.replace(b"PO-1001", number.encode()).replace(b"DTM*002*20261201", f"DTM*002*{wanted}".encode())


def taken_up(hub: Hub, number: str) -> tuple[dict[str, Any], list[str], list[str]]:
    """The canonical order, the warnings it was taken up with, and what its timeline says of its days."""
    (life,) = hub.ledger.look(partial(lives, number=number))
    row: Any = hub.ledger.look(
        lambda connection: connection.exec_driver_sql(
            "select canonical, findings from documents where kind = 'order' and number = ?", (number,)
        ).one()
    )
    warned = [one["text"] for one in json.loads(row.findings)["findings"] if one["severity"] == "warning"]
    return json.loads(row.canonical), warned, [entry.text for entry in life.entries if "to leave by" in entry.text]


# when it comes (UTC), and when it is to leave: cut-off at 14:00 in Chicago, one business day to make it ready
LEAVES = [
    (THANKSGIVING_EVE - timedelta(minutes=1), "2026-11-27"),  # 13:59; the next business day is Friday
    (THANKSGIVING_EVE, "2026-11-30"),  # 14:00 is late: it counts for Friday
    (datetime(2027, 3, 12, 20, 30, tzinfo=UTC), "2027-03-16"),  # a Friday, 14:30; the clocks change on Sunday
    (datetime(2027, 3, 15, 18, 59, tzinfo=UTC), "2027-03-16"),  # 13:59 of summer time
    (datetime(2027, 3, 15, 19, 30, tzinfo=UTC), "2027-03-17"),  # 14:30 of summer time, which would be 13:30 in winter
]


async def test_an_order_gets_the_day_on_which_it_is_to_leave(tmp_path: Path) -> None:
    calendar = 'calendar: {country: US, cutoff: "14:00", lead: 1}\n'
    async with hub_for(tmp_path, company(tmp_path, calendar)) as hub:
        for n, (moment, day) in enumerate(LEAVES):
            await until(hub, moment)
            await bring(hub, "acme", order_as(f"PO-7{n}").replace(b"000000101", f"00000020{n}".encode()), f"{n}.edi")
            canonical, warned, said = taken_up(hub, f"PO-7{n}")
            assert (canonical["ship_by"], warned) == (day, []), moment
            assert said == [
                f"order PO-7{n} is to leave by {datetime.fromisoformat(day):%A} {day} (cut-off 14:00, 1 business day)"
            ]
        again = order_as("PO-74").replace(b"000000101", b"000000301")
        await until(hub, LEAVES[-1][0] + timedelta(days=3))
        await bring(hub, "acme", again, "again.edi")  # the same order on another day is the same all the same
        states = "select state from documents where kind = 'order' and number = 'PO-74' order by id"
        found: Any = hub.ledger.look(lambda connection: connection.exec_driver_sql(states).scalars().all())
        assert found == ["accepted", "duplicate"]


async def test_without_cut_off_and_lead_time_no_day_is_said(tmp_path: Path) -> None:
    async with hub_for(tmp_path, company(tmp_path, US)) as hub:
        await bring(hub, "acme", order_as("PO-1001", "20261126"), "order.edi")
        canonical, warned, said = taken_up(hub, "PO-1001")
        assert ("ship_by" in canonical, said) == (False, [])
        asked = "delivery is asked for Thursday 2026-11-26, when nothing is taken in"
        assert warned == [f"{asked}; the next possible is Friday 2026-11-27, 08:00-18:00"]


# day asked for of a partner that takes goods in on Monday and Friday mornings, and what is said of it
DAYS = [
    ("20261127", None),  # a Friday
    ("20261127*1000", None),
    ("20261127*1130", "Friday 2026-11-27, 11:30, when nothing is taken in; the next possible is Monday 2026-11-30, 06:00-11:00"),
    ("20261130*0500", "Monday 2026-11-30, 05:00, when nothing is taken in; the next possible is Monday 2026-11-30, 06:00-11:00"),
    ("20261201", "Tuesday 2026-12-01, when nothing is taken in; the next possible is Friday 2026-12-04, 06:00-11:00"),
    ("20261225", "Friday 2026-12-25, when nothing is taken in; the next possible is Monday 2026-12-28, 06:00-11:00"),
    ("20270312*1030", None),
    ("20270315*1030", None),  # summer time since the day before
]


async def test_a_day_on_which_nothing_is_taken_in_is_remarked(tmp_path: Path) -> None:
    windows = 'calendar: {country: US, windows: {mon: "06:00-11:00", fri: "06:00-11:00"}}\n'
    async with hub_for(tmp_path, company(tmp_path, windows)) as hub:
        for n, (wanted, said) in enumerate(DAYS):
            order = order_as(f"PO-8{n}", wanted).replace(b"000000101", f"00000020{n}".encode())
            await bring(hub, "acme", order, f"{n}.edi")
            assert taken_up(hub, f"PO-8{n}")[1] == ([f"delivery is asked for {said}"] if said else []), wanted
        assert len(wire(hub, "erp").sent) == len(DAYS)  # they go on all the same
