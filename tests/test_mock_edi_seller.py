"""mock-edi as the seller, in X12 and EDIFACT: whatever way it behaves, we read and acknowledge it, and it takes what we write."""

from decimal import Decimal
from typing import Any

import pytest
from mockedi.db import BEHAVIOUR_ROLES

from tests.mock_edi.behaviours import SELLER, End
from tests.mock_edi.seller import NUMBER, Sale, sale

STANDARDS = ("x12", "edifact")
KINDS = {
    "a": ("997", "CONTRL"),
    "r": ("855", "ORDRSP"),
    "s": ("856", "DESADV"),
    "i": ("810", "INVOIC"),
}
COUNT = {"x12": "AK502:4", "edifact": "0085:29"}  # a trailer that counts wrong


def types(end: End, standard: str) -> list[str]:
    return [KINDS[letter][STANDARDS.index(standard)] for letter in end.came]


def numbers(values: Any) -> tuple[int, ...]:
    return tuple(int(Decimal(value)) for value in values)


@pytest.mark.parametrize("standard", ["x12", pytest.param("edifact", marks=pytest.mark.slow)])
@pytest.mark.parametrize("behaviour", SELLER)
def test_every_way_of_a_seller_ends_as_it_should(behaviour: str, standard: str) -> None:
    end = SELLER[behaviour]
    with sale(standard) as one:
        one.behave(behaviour)
        assert [it["findings"] for it in one.order()["transactionSets"]] == [[]]  # it finds nothing in our order
        came = one.collect()
        assert end.at_once or came == []
        came += one.later()
        assert came == types(end, standard)
        holds(one, end, standard)


def holds(one: Sale, end: End, standard: str) -> None:
    """What we have read says what the table says, and so does what it made of our acknowledgements."""
    verdicts = [document.verdict for said in one.said("acknowledgement") for document in said.documents]
    assert verdicts == [end.verdict] * bool(end.verdict)
    judged = [it for it in one.came if it.type not in KINDS["a"]]
    errors = {it.code for document in judged for it in document.findings if it.severity == "error"}
    assert errors == ({COUNT[standard]} if end.ours == "rejected" else set())
    assert [word for _, word in one.told()] == [end.ours] * len(judged)
    assert one.mock.unacknowledged() == []
    responses, notices, invoices = one.said("order_response"), one.said("ship_notice"), one.said("invoice")
    outcomes = [line.outcomes[0] for said in responses for line in said.lines]
    assert numbers(outcome.quantity or 0 for outcome in outcomes) == end.confirmed
    if standard == "x12":  # its ORDRSP has no action in LIN: quantities alone say what becomes of a line
        assert tuple(outcome.status for outcome in outcomes) == end.statuses
    assert numbers(it.quantity for notice in notices for it in notice.contents) == end.shipped
    assert {numbers(line.quantity for line in invoice.lines) for invoice in invoices} == ({end.billed} if end.billed else set())
    assert {order.number for notice in notices for order in notice.orders} <= {NUMBER}
    assert {said.order_number for said in responses} <= {NUMBER}


@pytest.mark.parametrize("standard", STANDARDS)
def test_an_invoice_that_comes_twice_is_known_by_its_number(standard: str) -> None:
    with sale(standard) as one:
        one.behave("duplicate-invoice")
        one.order()
        one.collect()
        one.later()
        first, second = one.said("invoice")
        assert first.number == second.number
        assert first == second


def test_the_table_has_every_way_of_a_seller() -> None:
    assert set(SELLER) == {name for name, roles in BEHAVIOUR_ROLES.items() if "customer" in roles}
