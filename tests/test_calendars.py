"""Calendars at work: receipts, batches and silence go by the days on which the partner works."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hub.app import Hub
from hub.ledger import alerts, outbound
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
