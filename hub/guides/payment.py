"""Named functions of guides of remittances: what a payment says that the document does not."""

from typing import Any

Values = dict[str, Any]
# a remittance tells of money that moved by other means: information only, a credit, no payment in it
USUAL = {"handling": "I", "credit_or_debit": "C", "method": "NON", "trace_kind": "1", "entity": "1"}


def with_payment(document: Values) -> Values:
    """The document with the usual words where it has none of its own.

    >>> with_payment({"extras": {"method": {"value": "ACH"}}})["extras"]["method"]
    {'value': 'ACH'}
    """
    usual = {name: {"value": value} for name, value in USUAL.items()}
    settled = [{"role": "invoice", **item} for item in document.get("settled") or ()]
    return {**document, "settled": settled, "extras": {**usual, **(document.get("extras") or {})}}
