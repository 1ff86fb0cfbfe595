"""A buyer mails a workbook; Tryton sells and ships it; confirmation and tracking come back in the thread of that mail."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.daemons.mailhouse import THEIRS, letter
from tests.journeys.conftest import Post
from tests.journeys.real_tryton import RealTryton
from tests.journeys.stage import stage

pytestmark = pytest.mark.journeys
NUMBER = "H-1"


def workbook() -> bytes:
    """As the buyer's own program writes it."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Orders"
    wanted = (datetime.now(UTC) + timedelta(days=7)).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    for row in (
        ("Order", "Wanted on", "Currency", "Item", "Pieces", "Price"),
        (NUMBER, wanted, "EUR", "WIDGET-001", 24, 12.5),
        (NUMBER, wanted, "EUR", "BRKT-050", 6, 3.2),
    ):
        sheet.append(row)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def text(mail: Any) -> str:
    """The words of a mail without its HTML."""
    return str(mail.get_payload()[0].get_payload(decode=True).decode())


async def test_a_workbook_by_mail_and_tryton(post: Post, tryton: RealTryton, tryton_env: dict[str, str], tmp_path: Path) -> None:
    tryton.customer("halden", "Halden Stores")
    async with stage(tmp_path, "mail", {**post.env(), **tryton_env}, "tryton") as play:
        post.imap.put(letter("<h-1@acme.example>", {"order.xlsx": workbook()}), "1.1.test")
        await play.work()  # the mail comes in, and the sale is made
        await play.work()  # Tryton is asked again
        assert play.troubles() == [], play.life(NUMBER)
        await post.smtp.deliver()
        tryton.ship(NUMBER, "1Z-999")
        await play.work()
        assert play.troubles() == [], play.life(NUMBER)
    await post.smtp.deliver()
    mails = post.smtp.mails()
    assert [(mail["To"], mail["In-Reply-To"], mail["Subject"]) for mail in mails] == [
        (THEIRS, "<h-1@acme.example>", f"Your order {NUMBER} {what}") for what in ("is confirmed", "is on its way")
    ]
    confirmed, shipped = (text(mail) for mail in mails)
    assert "Line 1: 24 " in confirmed and "Line 2: 6 " in confirmed
    assert "Parcel: 1Z-999" in shipped
    (sale,) = tryton.search("sale.sale", [["reference", "=", NUMBER]], "party.code", "untaxed_amount", "shipping_date")
    assert (sale["party."]["code"], sale["untaxed_amount"]["decimal"]) == ("halden", "319.20")
    assert sale["shipping_date"] is not None
