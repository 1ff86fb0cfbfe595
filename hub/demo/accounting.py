"""The demo's accounting: checks and books invoices, reads the bank statement, and says what is paid."""

import csv
import json
import os
import sys
import time
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from hub.demo.book import Book
from hub.demo.diary import Diary
from hub.demo.door import Answer, Call, Refusal, serve
from hub.demo.errand import insist
from hub.demo.place import Place, port_of
from hub.model import Invoice, Remittance, plain
from hub.model.parts import Adjustment, Tax

PAUSE = 0.1  # seconds between two looks at the bank statement
CENT = Decimal("0.01")


class Accounting:
    """The desk that books, and the clerk who reads the bank statement."""

    def __init__(self, book: Book, diary: Diary, place: Place) -> None:
        self.book = book
        self.diary = diary
        self.payments = place.payments
        self.target = f"{place.hub_url}/in/accounting/remittance"
        self.token = place.token

    def __call__(self, call: Call) -> Answer:
        if (call.method, call.path) == ("GET", "/paid"):
            return Answer(200, self.standing())
        call.bearer(self.token)
        if (call.method, call.path) != ("POST", "/invoices"):
            raise Refusal(404, "NO_SUCH_PLACE", f"{call.method} {call.path}")
        return self.take_invoice(call)

    def take_invoice(self, call: Call) -> Answer:
        """Book an invoice once; the same number with other content is refused."""
        if not call.headers.get("idempotency-key"):
            raise Refusal(400, "NO_KEY", "Idempotency-Key is needed")
        asked, invoice = call.json(), checked(call)
        with self.book.open() as page:
            known = page.get("invoice", invoice.number)
            if known and known["asked"] != asked:
                raise Refusal(409, "OTHER_CONTENT", f"{invoice.number} is booked with other content")
            fresh = known is None
            known = known or {"reference": f"BK-{page.next('invoice', 400001)}", "asked": asked, "state": "open"}
            page.put("invoice", invoice.number, known)
        if fresh:
            words = f"{invoice.number} booked as {known['reference']}, {invoice.total} {invoice.currency}"
            self.diary.got("invoice", invoice.order_number or "", words, call.body)
        return Answer(201 if fresh else 200, {"reference": known["reference"]})

    def standing(self) -> dict[str, dict[str, str]]:
        """Each order's invoices and what became of them."""
        with self.book.open() as page:
            booked = page.all("invoice")
        orders: dict[str, dict[str, str]] = {}
        for number, invoice in booked:
            orders.setdefault(invoice["asked"].get("order_number") or "", {})[number] = invoice["state"]
        return orders

    def read_bank(self) -> None:
        """Watch the bank statement, for ever."""
        while True:
            for row in statement(self.payments):
                self.settle(row)
            time.sleep(PAUSE)

    def settle(self, row: dict[str, str]) -> None:
        """Match one payment with its invoice and tell the hub; one that does not match yet waits."""
        with self.book.open() as page:
            invoice = page.get("invoice", row["invoice"])
            if invoice is None or invoice["state"] != "open":
                return
        said = remittance(row, invoice["asked"])
        insist(self.target, row["reference"], self.token, said)
        state = said["settled"][0]["state"]
        with self.book.open() as page:
            page.put("invoice", row["invoice"], {**invoice, "state": state})
        words = f"{row['invoice']} {state}, {row['amount']} {row['currency']}"
        self.diary.sent("remittance", row["order"], words, json.dumps(said, indent=1).encode())


def checked(call: Call) -> Invoice:
    """The invoice, or why it is not booked."""
    try:
        invoice = Invoice.model_validate_json(call.body)
    except ValidationError as error:
        print(error, file=sys.stderr, flush=True)
        raise Refusal(422, "NO_INVOICE", str(error)) from error
    wrong = arithmetic(invoice)
    if wrong:
        raise Refusal(422, "DOES_NOT_ADD_UP", wrong)
    return invoice


def arithmetic(invoice: Invoice) -> str | None:
    """What does not add up: lines, allowances, charges and taxes against the total, to the cent."""
    if invoice.total is None or not invoice.lines:
        return "no total or no lines"
    if any(line.price is None for line in invoice.lines):
        return "a line without a price"
    lines = sum((cents(line.quantity * (line.price or 0)) for line in invoice.lines), Decimal(0))
    extra = sum((signed(line.adjustments) + taxed(line.taxes) for line in invoice.lines), Decimal(0))
    computed = lines + extra + signed(invoice.adjustments) + taxed(invoice.taxes) + (invoice.rounding or 0)
    return None if computed == invoice.total else f"the lines make {computed}, the invoice says {invoice.total}"


def cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def signed(adjustments: tuple[Adjustment, ...]) -> Decimal:
    return sum(((-1 if part.kind == "allowance" else 1) * (part.amount or Decimal(0)) for part in adjustments), Decimal(0))


def taxed(taxes: tuple[Tax, ...]) -> Decimal:
    return sum((tax.amount or Decimal(0) for tax in taxes), Decimal(0))


def statement(file: Path) -> list[dict[str, str]]:
    """Whole lines of the bank statement."""
    if not file.exists():
        return []
    text = file.read_text("utf-8")
    return list(csv.DictReader(text[: text.rfind("\n") + 1].splitlines()))


def remittance(row: dict[str, str], invoice: dict[str, Any]) -> dict[str, Any]:
    """What the hub is told of one payment."""
    billed, paid = Decimal(str(invoice["total"])), Decimal(row["amount"])
    settled = {
        "invoice": row["invoice"],
        "order_number": invoice.get("order_number"),
        "amount": billed,
        "paid": paid,
        "state": "paid" if paid == billed else "part_paid",
    }
    said = {"number": row["reference"], "paid_on": row["date"], "currency": row["currency"], "amount": paid, "settled": [settled]}
    document = plain(Remittance.model_validate(said))
    document["settled"][0]["state"] = settled["state"]  # said outright, though "paid" is what is assumed
    return document


def main() -> None:
    place = Place.from_env(os.environ)
    desk = Accounting(Book(place.store("accounting")), Diary(place.folder, "accounting"), place)
    serve(port_of(place.accounting_url), desk, desk.read_bank)


if __name__ == "__main__":
    main()
