"""Named functions of guides of remittances: what a payment says that the document does not."""

from decimal import Decimal
from typing import Any

from pydantic import Field

from hub.model.invoice import Deduction, Remittance, Settled

Values = dict[str, Any]
# a remittance tells of money that moved by other means: information only, a credit, no payment in it
USUAL = {"handling": "I", "credit_or_debit": "C", "method": "NON", "trace_kind": "1", "entity": "1"}


def fill_payment(document: Values) -> list[str]:
    """Reading fills nothing: all of it is stated.

    >>> fill_payment({})
    []
    """
    return []


def with_payment(document: Values) -> Values:
    """The document with the usual words where it has none of its own.

    >>> with_payment({"extras": {"method": {"value": "ACH"}}})["extras"]["method"]
    {'value': 'ACH'}
    """
    usual = {name: {"value": value} for name, value in USUAL.items()}
    settled = [{"role": "invoice", **item} for item in document.get("settled") or ()]
    return {**document, "settled": settled, "extras": {**usual, **(document.get("extras") or {})}}


# --- remittances that tell the amounts of each document -----------------------------------------------------------------

IN_ALL = ("remitted", "paid", "payable", "total", "message", "invoice", "invoice_total")  # what an amount of the head can be


class StatedDeduction(Deduction):
    """A deduction whose amount is not said."""

    amount: Decimal | None = Field(default=None, description="Amount.")  # type: ignore[assignment]  # not yet said


class StatedSettled(Settled):
    """What was paid on one document, as a message lays it out."""

    deductions: tuple[StatedDeduction, ...] = Field(default=(), description="Deductions.")


class StatedRemittance(Remittance):
    """What the segments of a remittance advice fill."""

    stated: dict[str, Decimal] = Field(
        default_factory=dict, description="Amounts of the whole by kind, said before the documents."
    )
    settled: tuple[StatedSettled, ...] = Field(default=(), description="Documents.")


def settle_up(document: Values) -> list[str]:
    """The amount of the whole wherever it is said; what is paid in full; a reason alone is that of the payment.

    >>> advice = {"stated": {"remitted": 90}, "settled": [{"amount": 90, "deductions": [{"reason": "71"}]}]}
    >>> settle_up(advice), advice
    (['settled[0].paid'], {'settled': [{'amount': 90, 'paid': 90, 'reason': '71'}], 'amount': 90})
    """
    stated = document.pop("stated", None) or {}
    assumed = []
    for number, item in enumerate(document.get("settled") or ()):
        if "paid" not in item and "amount" in item:
            item["paid"] = item["amount"]
            assumed.append(f"settled[{number}].paid")
        assumed += [f"settled[{number}].{path}" for path in _reasons(item)]
    found = next((stated[kind] for kind in IN_ALL if kind in stated), None)
    if "amount" not in document and found is not None:
        document["amount"] = found
    return assumed


def _reasons(item: Values) -> list[str]:
    """Move a reason without an amount to the payment, if it is the first; another one is about nothing."""
    deductions, assumed = item.get("deductions") or [], []
    if deductions and "reason" not in item and set(deductions[0]) == {"reason"}:
        item["reason"] = deductions.pop(0)["reason"]
    for number, deduction in enumerate(deductions):
        if "amount" not in deduction:
            deduction["amount"] = Decimal(0)
            assumed.append(f"deductions[{number}].amount")
    if not deductions:
        item.pop("deductions", None)
    return assumed


def as_settled(document: Values) -> None:
    """The way back, with the usual words for what is not said.

    >>> advice = {"settled": [{"paid": 90, "reason": "71"}]}; as_settled(advice); advice["settled"][0]
    {'paid': 90, 'role': 'invoice', 'deductions': [{'reason': '71'}]}
    """
    document["extras"] = {"kind": {"value": "481"}, **(document.get("extras") or {})}
    for item in document.get("settled") or ():
        item.setdefault("role", "invoice")
        if "reason" in item:
            item["deductions"] = [{"reason": item.pop("reason")}, *(item.get("deductions") or ())]
