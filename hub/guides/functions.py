"""Named functions of guides: values that are computed, and what happens to a whole document after reading.

They see the document as plain values (exact decimals, dates, lists and mappings) and forgive what is missing.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from hub.guides import answers
from hub.guides.billing import (
    activity_kind,
    billed_total,
    grocery_total,
    number_packages,
    signed_adjustments,
    total_unit,
    unsigned_adjustments,
)
from hub.guides.packing import pack_up, unpack
from hub.guides.payment import StatedRemittance, as_settled, settle_up, with_payment
from hub.guides.reports import SyntaxReport, as_interchange, of_interchange
from hub.guides.selling import StoreReport, places_of_sales, sales_by_place
from hub.guides.stocktaking import CountedReport, places_of_stock, stock_by_place
from hub.guides.sums import (
    amount_due,
    invoice_total,
    line_amount,
    lines_total,
    net_line_amount,
    net_lines_total,
    priced_amount,
    tax_total,
    taxable_amount,
)
from hub.model import DOCUMENTS, Document

Values = dict[str, Any]


def line_count(item: Values, document: Values) -> int:
    """Number of lines; of contents in a ship notice.

    >>> line_count({}, {"lines": [{}, {}]}), line_count({}, {"contents": [{}]})
    (2, 1)
    """
    return len(document.get("lines") or document.get("contents") or ())


def quantity_sum(item: Values, document: Values) -> Decimal | None:
    """Sum of the quantities of the lines (hash total).

    >>> quantity_sum({}, {"lines": [{"quantity": Decimal("1.5")}, {"quantity": Decimal(2)}, {}]})
    Decimal('3.5')
    """
    lines = document.get("lines") or document.get("contents") or ()
    return sum((line["quantity"] for line in lines if line.get("quantity") is not None), Decimal(0))


def node_count(item: Values, document: Values) -> int | None:
    """Number of nodes of the tree as it was read or is about to be written.

    >>> node_count({}, {"nodes": 4})
    4
    """
    count = document.get("nodes")
    return count if isinstance(count, int) else None


def number_lines(document: Values) -> list[str]:
    """Numbers the lines that have no number, by their place; says which paths it filled.

    >>> order = {"lines": [{"number": "2"}, {"quantity": Decimal(1)}, {}]}
    >>> number_lines(order), [line["number"] for line in order["lines"]]
    (['lines[1].number', 'lines[2].number'], ['2', '3', '4'])
    """
    lines = document.get("lines") or ()
    filled = _number(lines, "lines")
    for place, line in enumerate(lines):
        if "sub_lines" in line:
            filled += _number(line["sub_lines"], f"lines[{place}].sub_lines")
    return filled


def _number(items: Iterable[Values], path: str) -> list[str]:
    items = list(items)
    for item in items:
        if "number" not in item:
            break
    else:
        return []
    taken = {item.get("number") for item in items}
    filled = []
    for place, item in enumerate(items):
        if "number" not in item:
            number = place + 1
            while str(number) in taken:
                number += 1
            item["number"] = str(number)
            taken.add(str(number))
            filled.append(f"{path}[{place}].number")
    return filled


def overall_verdict(document: Values) -> list[str]:
    """What an acknowledgement that speaks of several documents says in all.

    >>> advice = {"documents": [{"verdict": "accepted"}, {"verdict": "item_rejected"}]}
    >>> overall_verdict(advice), advice["verdict"]
    (['verdict'], 'partly_accepted')
    """
    said = {str(one.get("verdict")).removeprefix("item_") for one in document.get("documents") or ()}
    if not said:
        return []
    if len(said) == 1:
        document["verdict"] = said.pop()
    elif said & {"rejected", "partly_accepted"}:
        document["verdict"] = "partly_accepted"
    else:
        document["verdict"] = "accepted_with_errors"
    return ["verdict"]


def shortage(item: Values, document: Values) -> Decimal | None:
    """What is missing of an item: ordered less shipped.

    >>> shortage({"ordered": Decimal(10), "quantity": Decimal(8)}, {})
    Decimal('2')
    """
    ordered, shipped = item.get("ordered"), item.get("quantity")
    return None if ordered is None or shipped is None else ordered - shipped


def complete_or_not(document: Values) -> list[str]:
    """A stock report whose purpose is a change lists only what changed.

    >>> report = {"purpose": "change"}
    >>> complete_or_not(report), report["complete"]
    (['complete'], False)
    """
    if document.get("purpose") != "change":
        return []
    document["complete"] = False
    return ["complete"]


class Computed(NamedTuple):
    """`value` takes the item and the document, and gives None when it cannot know; `code` and `check` are the finding's
    where it differs."""

    value: Callable[[Values, Values], Any]
    code: str
    check: str


# `equals`
EQUALS: dict[str, Computed] = {
    "line_amount": Computed(line_amount, "hub:line-amount", "totals"),
    "lines_total": Computed(lines_total, "hub:total", "totals"),
    "invoice_total": Computed(invoice_total, "hub:total", "totals"),
    "line_count": Computed(line_count, "hub:line-count", "line_count"),
    "quantity_sum": Computed(quantity_sum, "hub:quantity-sum", "line_count"),
    "shortage": Computed(shortage, "hub:shortage", "totals"),
    "node_count": Computed(node_count, "hub:node-count", "line_count"),
    "net_line_amount": Computed(net_line_amount, "hub:line-amount", "totals"),
    "priced_amount": Computed(priced_amount, "hub:line-amount", "totals"),
    "net_lines_total": Computed(net_lines_total, "hub:total", "totals"),
    "tax_total": Computed(tax_total, "hub:total", "totals"),
    "taxable_amount": Computed(taxable_amount, "hub:total", "totals"),
    "amount_due": Computed(amount_due, "hub:total", "totals"),
    "grocery_total": Computed(grocery_total, "hub:total", "totals"),
    "billed_total": Computed(billed_total, "hub:total", "totals"),
    "total_unit": Computed(total_unit, "hub:total", "totals"),
}

# `finish`: (the document as read) -> paths it filled, listed under `assumed`
FINISH: dict[str, Callable[[Values], list[str]]] = {
    **{function.__name__: function for function in (number_lines, overall_verdict, complete_or_not, pack_up)},
    **{function.__name__: function for function in (stock_by_place, sales_by_place, settle_up, of_interchange)},
    "signed_adjustments": signed_adjustments,
    **dict.fromkeys(("number_packages", "activity_kind", "fill_payment"), answers.nothing),
    **answers.FINISH,
}


def _in_place(change: Callable[[Values], None]) -> Callable[[Values], Values]:
    def prepare(document: Values) -> Values:
        change(document)
        return document

    return prepare


# the way back of some of them: (the document about to be written) -> the same as the guide's segments lay it out
PREPARE: dict[str, Callable[[Values], Values]] = {
    "pack_up": unpack,
    "fill_payment": with_payment,
    "stock_by_place": _in_place(places_of_stock),
    "sales_by_place": _in_place(places_of_sales),
    "settle_up": _in_place(as_settled),
    "of_interchange": _in_place(as_interchange),
    "signed_adjustments": unsigned_adjustments,
    "number_packages": _in_place(number_packages),
    "activity_kind": _in_place(activity_kind),
    **{name: _in_place(change) for name, change in answers.START.items()},
}

# what the segments of guides with these functions fill, where that is not yet the model
OUTLINES: dict[str, type[Document]] = {
    "stock_by_place": CountedReport,
    "sales_by_place": StoreReport,
    "settle_up": StatedRemittance,
    "of_interchange": SyntaxReport,
}


def outline(finish: Iterable[str], document: str) -> type[Document]:
    """The shape that the segments of a guide fill: that of its document, or an outline of it.

    >>> outline(["settle_up"], "remittance").__name__, outline([], "order").__name__
    ('StatedRemittance', 'Order')
    """
    return next((OUTLINES[name] for name in finish if name in OUTLINES), DOCUMENTS[document])
