"""The retailer's tie-out: right papers pass, and each kind of disagreement is found."""

import pytest

from hub.demo.answers import Fault, check_invoice, check_response, promised, total, verdicts
from hub.demo.case import Case
from hub.demo.notices import check_notice, labels, shipped
from tests.unit.demo.papers import ACCEPTED, INVOICE, NOTICE, PURCHASE, REJECTED, RESPONSE, REST, REST_INVOICE, paper, spoiled

PURCHASES = {"PO-7": PURCHASE}


def case(*papers):
    """The order, accepted by a 997, with these papers."""
    about = Case(PURCHASE, sendings=["1"], verdicts=[("1", verdict) for verdict in verdicts(paper(ACCEPTED))])
    for each in papers:
        if each.type == "855":
            about.take_response(each)
        elif each.type == "856":
            about.take_notice(each, PURCHASES)
        else:
            about.take_invoice(each)
    return about


def everything(*more):
    return case(paper(RESPONSE), paper(NOTICE), paper(INVOICE), paper(REST), paper(REST_INVOICE), *more)


def test_right_papers_tie_out():
    about = everything()
    assert about.open_points() == []
    assert about.disagreements() == []
    assert about.closed()
    assert str(about.amount()) == "3301.00"
    assert [number for number, _ in about.bills()] == ["RE-1", "RE-2"]


def test_order_of_arrival_does_not_matter():
    about = case(paper(REST_INVOICE), paper(REST), paper(INVOICE), paper(NOTICE), paper(RESPONSE))
    assert about.closed()


@pytest.mark.parametrize(
    ("right", "wrong", "found"),
    [
        ("*AD*PO-7", "*AD*PO-8", "BAK03 is PO-8"),
        ("PO1*1*100", "PO1*1*90", "quantity is 90"),
        ("PO1*2", "PO1*3", "line 3 was never ordered"),
        ("PO1*2", "PO1*3", "line 2 is missing"),
        ("PO1*2", "PO1*1", "line 1 comes 2 times"),
        ("*24*EA*4.25", "*24*CA*4.25", "unit is CA"),
        ("31.99", "32.99", "price is 32.99"),
        ("31.99", "", "price is absent"),
        ("*31.99*PE", "*31.99*CT", "price basis is CT"),
        ("*UP*078915030900", "", "UP is absent"),
        ("KETTLE-1L", "KETTLE-2L", "VN is KETTLE-2L"),
        ("ACK*IB*40", "ACK*IB*30", "the ACKs make 90"),
        ("ACK*IA*24*EA", "ACK*IA*24*CA", "ACK unit is CA"),
        ("ACK*IA*24*EA*068*20261124\n", "", "the ACKs make 0"),
        ("CTT*2", "CTT*3", "CTT01 is 3"),
    ],
)
def test_a_wrong_response_is_found(right, wrong, found):
    assert check_response(PURCHASE, paper(RESPONSE)) == []
    assert any(found in said for said in check_response(PURCHASE, spoiled(RESPONSE, right, wrong)))


@pytest.mark.parametrize(
    ("right", "wrong", "found"),
    [
        ("SHP-1", "", "BSN02 is absent"),
        ("HL*3*2*P", "HL*7*2*P", "HL01 of the HL number 3 is 7"),
        ("HL*4*3*I", "HL*4*9*I", "its parent 9 does not come before it"),
        ("HL*4*3*I", "HL*4*1*I", "level I stands under S"),
        ("HL*2*1*O", "HL*2**O", "level O stands under nothing"),
        ("PRF*PO-7", "PRF*PO-8", "order PO-8 was never placed"),
        ("0001000001", "0001000002", "length or check digit is wrong"),
        ("106141410001000018", "106141410001000001", "comes twice"),
        ("MAN*GM*106141410001000018\n", "", "a carton without SSCC"),
        ("LIN*1", "LIN*9", "line 9 was never ordered"),
        ("*VN*KETTLE-1L", "", "VN is absent"),
        ("SN1**60*EA", "SN1**60*CA", "unit is CA"),
        ("SN1**60", "SN1**0", "quantity is 0"),
        ("CTT*6", "CTT*2", "CTT01 is 2"),
    ],
)
def test_a_wrong_notice_is_found(right, wrong, found):
    assert check_notice(PURCHASES, paper(NOTICE)) == []
    assert any(found in said for said in check_notice(PURCHASES, spoiled(NOTICE, right, wrong)))


@pytest.mark.parametrize(
    ("right", "wrong", "found"),
    [
        ("*PO-7", "*PO-8", "BIG04 is PO-8"),
        ("RE-1", "", "BIG02 is absent"),
        ("*SE*USD", "*SE*EUR", "CUR02 is EUR"),
        ("IT1*2", "IT1*5", "line 5 was never ordered"),
        ("*24*EA*4.25", "*24*EA*4.20", "price is 4.20"),
        ("*24*EA*4.25", "*24*CA*4.25", "unit is CA"),
        ("*4.25*PE", "*4.25*HP", "price basis is HP"),
        ("UP*012345678905*", "", "UP is absent"),
        ("TDS*202140", "TDS*2021.40", "TDS01 is 2021.40"),
        ("TDS*202140\n", "", "TDS01 is absent"),
        ("CTT*2", "CTT*1", "CTT01 is 1"),
    ],
)
def test_a_wrong_invoice_is_found(right, wrong, found):
    assert check_invoice(PURCHASE, paper(INVOICE)) == []
    assert any(found in said for said in check_invoice(PURCHASE, spoiled(INVOICE, right, wrong)))


def test_the_total_counts_charges_allowances_and_taxes():
    more = INVOICE.replace("TDS*202140", "TDS*202740\nTXI*ST*5\nSAC*C*D240***200\nSAC*A*C310***100")
    assert check_invoice(PURCHASE, paper(more)) == []
    assert str(total(paper(more))) == "2027.40"


@pytest.mark.parametrize(
    ("more", "found"),
    [
        (paper(REST), "line 1: 140 shipped, only 100 ordered"),
        (paper(REST), "shipment SHP-2 comes twice"),
        (paper(REST), "SSCC 106141410001000025 comes on two shipments"),
        (paper(REST_INVOICE), "line 1: 140 invoiced, only 100 shipped"),
        (paper(REST_INVOICE), "invoice RE-2 comes twice"),
        (paper(RESPONSE), "2 responses"),
    ],
)
def test_too_much_is_found(more, found):
    about = everything(more)
    assert any(found in said for said in about.disagreements())
    assert not about.closed()


def test_what_is_missing_is_named():
    assert Case(PURCHASE, sendings=["1"]).open_points() == ["no 997 that accepts it"]
    assert case().open_points() == ["no 855"]
    partly = case(paper(RESPONSE), paper(NOTICE), paper(INVOICE))
    assert partly.open_points() == ["line 1: 100 accepted, 60 shipped, 60 invoiced"]
    refused = RESPONSE.replace("*IA*", "*IR*").replace("*IB*", "*IR*")
    assert case(paper(refused)).open_points() == ["nothing of it was accepted"]


def test_sums_and_labels_are_read():
    assert {line: str(quantity) for line, quantity in promised(paper(RESPONSE)).items()} == {"1": "100", "2": "24"}
    assert {line: str(quantity) for line, quantity in shipped(paper(NOTICE))["PO-7"].items()} == {"1": "60", "2": "24"}
    assert labels(paper(NOTICE)) == ["106141410001000001", "106141410001000018"]


def test_a_receipt_that_rejects_names_the_place():
    (said,) = verdicts(paper(REJECTED))
    assert not said.accepted
    assert Fault("PO1", "10", "2", "6") in said.faults
