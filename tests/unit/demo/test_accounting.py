"""Accounting: books each invoice once, refuses what does not add up, and says what is paid."""

import pytest

from hub.demo import accounting
from hub.demo.accounting import Accounting, statement
from hub.demo.place import Place

HEADERS = {"Authorization": "Bearer t", "Idempotency-Key": "key-1"}
LINES = [{"number": "1", "quantity": "60", "price": "31.99"}, {"number": "2", "quantity": "3", "price": "0.333"}]
INVOICE = {"number": "RE-1", "order_number": "PO-7", "currency": "USD", "lines": LINES, "total": "1920.40"}
PAID = "date,payer,reference,invoice,order,currency,amount\n2026-11-22,Acme,PAY-RE-1,RE-1,PO-7,USD,1920.40\n"


@pytest.fixture
def clerk(book, diary, tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(accounting, "insist", lambda url, key, token, value: told.append((url, key, value)))
    place = Place.on_ports(tmp_path, {"hub": 1, "erp": 2, "warehouse": 3, "accounting": 4})
    made = Accounting(book, diary, place)
    made.token, made.told = "t", told
    return made


def test_an_invoice_is_booked_once(clerk, connect):
    line = connect(clerk, **HEADERS)
    assert line.ask("/invoices", INVOICE) == (201, {"reference": "BK-400001"})
    assert line.ask("/invoices", INVOICE) == (200, {"reference": "BK-400001"})
    assert line.ask("/invoices", {**INVOICE, "order_number": "PO-8"})[0] == 409
    assert line.ask("/paid") == (200, {"PO-7": {"RE-1": "open"}})


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"total": "1920.41"}, 422),
        ({"total": None}, 422),
        ({"lines": []}, 422),
        ({"lines": [{"number": "1", "quantity": "1"}]}, 422),
        ({"surprise": 1}, 422),
        ({"total": "1925.40", "adjustments": [{"kind": "charge", "amount": "5"}]}, 201),
        ({"total": "1915.40", "adjustments": [{"kind": "allowance", "amount": "5"}]}, 201),
        ({"total": "1925.40", "taxes": [{"kind": "ST", "amount": "5"}]}, 201),
        ({"total": "1920.41", "rounding": "0.01"}, 201),
    ],
)
def test_only_what_adds_up_is_booked(clerk, connect, change, status):
    assert connect(clerk, **HEADERS).ask("/invoices", {**INVOICE, **change})[0] == status


def test_a_payment_is_told_once(clerk, connect):
    line = connect(clerk, **HEADERS)
    clerk.payments.parent.mkdir()
    clerk.payments.write_text(PAID)
    (row,) = statement(clerk.payments)
    clerk.settle(row)
    assert clerk.told == []  # the invoice has not come yet: the payment waits
    line.ask("/invoices", INVOICE)
    clerk.settle(row)
    clerk.settle(row)
    ((url, key, said),) = clerk.told
    assert (url, key) == ("http://127.0.0.1:1/in/accounting/remittance", "PAY-RE-1")
    assert said["settled"] == [
        {"invoice": "RE-1", "order_number": "PO-7", "amount": "1920.40", "paid": "1920.40", "state": "paid"}
    ]
    assert line.ask("/paid")[1] == {"PO-7": {"RE-1": "paid"}}


def test_too_little_is_not_paid(clerk, connect):
    line = connect(clerk, **HEADERS)
    line.ask("/invoices", INVOICE)
    clerk.settle(
        {"invoice": "RE-1", "reference": "P", "date": "2026-11-22", "currency": "USD", "amount": "20.40", "order": "PO-7"}
    )
    assert line.ask("/paid")[1] == {"PO-7": {"RE-1": "part_paid"}}


def test_half_a_line_of_the_statement_waits(tmp_path):
    file = tmp_path / "payments.csv"
    assert statement(file) == []
    file.write_text(PAID + "2026-11-22,Acme,PAY-RE-2,RE")
    assert [row["invoice"] for row in statement(file)] == ["RE-1"]
