"""Whether a bill ties out before anybody is sent it: its lines, charges less allowances and taxes make its total. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from hub.findings import Finding
from hub.guides.billing import grocery_total
from hub.guides.sums import CENT, amount_due, invoice_total, line_amount, net_line_amount
from hub.mapping.money import coin

TOTALS = (invoice_total, amount_due, grocery_total)  # the ways that documents reckon by, as they are checked when read
HINT = "mend the bill in the system that made it and let it come again, or release it as it is"


def contradictions(bill: Mapping[str, Any], ordered: Iterable[Mapping[str, Any]] = ()) -> list[Finding]:
    """What in a bill cannot be right. Amounts are decimals; `ordered` are the lines of the orders that it is for, as stored.

    A difference of one coin for each line is rounding.

    >>> line = {"number": "1", "quantity": Decimal(3), "price": Decimal(11), "amount": Decimal("33.00")}
    >>> contradictions({"total": Decimal("39.27"), "lines": [line], "taxes": [{"amount": Decimal("6.27")}]})
    []
    >>> [found.text for found in contradictions({"total": Decimal("0.00"), "lines": [line]})]
    ['the total is 0.00, the document adds up to 33.00']
    >>> [found.path for found in contradictions({"total": Decimal(0), "lines": [{**line, "amount": Decimal(0)}]})]
    ['lines.0.amount']
    >>> free = {"number": "1", "quantity": Decimal(3), "price": Decimal(0)}
    >>> [found.text for found in contradictions({"total": Decimal(0), "lines": [free]}, [{"number": "1", "price": "11.00"}])]
    ['the total is 0, and line 1 was ordered at a price of 11.00']
    """
    small = max(coin(bill.get("currency")), CENT)
    return [*_lines(bill, small), *_total(bill, small, ordered)]


def _lines(bill: Mapping[str, Any], small: Decimal) -> Iterator[Finding]:
    for at, line in enumerate(bill.get("lines") or ()):
        stated, plain = line.get("amount"), line_amount(line, dict(bill))
        if stated is None or plain is None:
            continue
        net = net_line_amount(line, dict(bill))
        if not any(_same(bill, stated, one, small) for one in (plain, net)):
            text = f"the amount is {stated}, {line['quantity']:f} at {line['price']:f} make {plain}"
            yield _wrong("hub:line-amount", text, f"lines.{at}.amount", stated)


def _total(bill: Mapping[str, Any], small: Decimal, ordered: Iterable[Mapping[str, Any]]) -> Iterator[Finding]:
    total, lines = bill.get("total"), bill.get("lines") or ()
    if total is None:
        return
    sums = [found for way in TOTALS if (found := way({}, dict(bill))) is not None]
    if sums and not any(_same(bill, total, one, small * (len(lines) + 1)) for one in sums):
        yield _wrong("hub:total", f"the total is {total}, the document adds up to {sums[0]}", "total", total)
    elif not total and not bill.get("adjustments"):
        billed = {line.get("number") for line in lines if line.get("quantity")}
        priced = [line for line in ordered if line.get("number") in billed and Decimal(str(line.get("price") or 0))]
        for line in priced[:1]:
            text = f"the total is {total}, and line {line['number']} was ordered at a price of {line['price']}"
            yield _wrong("hub:total", text, "total", total)


def _same(bill: Mapping[str, Any], stated: Decimal, reckoned: Decimal | None, within: Decimal) -> bool:
    """A credit may be stated with or without its sign."""
    if reckoned is None:
        return False
    credit = str(bill.get("type") or "").endswith("credit")
    return min(abs(stated - reckoned), abs(abs(stated) - abs(reckoned)) if credit else abs(stated - reckoned)) <= within


def _wrong(code: str, text: str, path: str, value: Decimal) -> Finding:
    return Finding(code, text, "application", path=path, value=str(value), hint=HINT, check="totals")
