"""The ERP over a real socket: every write is taken once, and the feed tells a life that adds up."""

import pytest

from hub.demo.erp import Erp

KEY = {"X-Api-Key": "k"}
ROW = {"customerRow": "1", "sku": "KETTLE-1L", "qty": "100", "uom": "EA", "unitPrice": "31.99"}
ORDER = {
    "externalRef": "PO-7",
    "customer": "acme",
    "currencyCode": "USD",
    "rows": [ROW, {**ROW, "customerRow": "2", "sku": "TEA", "qty": "5"}],
}


@pytest.fixture
def erp(book, diary, connect):
    with book.open() as page:
        page.put("item", "KETTLE-1L", {"onHand": "60", "text": "Kettle"})
    return connect(Erp(book, diary, "k"), **KEY)


def issue(note, **quantities):
    items = [{"order": "1", "customerRow": row.removeprefix("r"), "qty": str(quantity)} for row, quantity in quantities.items()]
    return {"deliveryNote": note, "orders": [{"id": "1", "externalRef": "PO-7"}], "items": items}


def feed(erp, after=0):
    return erp.ask(f"/api/feed?after={after}")[1]["entries"]


def kinds(erp):
    return [entry["kind"] for entry in feed(erp)]


@pytest.mark.parametrize("headers", [{}, {"X-Api-Key": "wrong"}])
def test_without_the_key_nothing_is_told(erp, headers):
    erp.headers = headers
    assert erp.ask("/api/ping")[0] == 401


def test_the_same_order_again_is_the_same_order(erp):
    status, first = erp.ask("/api/sales-orders", ORDER)
    assert (status, first["salesOrder"], first["rows"][1]) == (201, "SO-70001", {"pos": 20, "customerRow": "2"})
    assert erp.ask("/api/sales-orders", dict(reversed(ORDER.items()))) == (200, first)
    assert erp.ask("/api/sales-orders?externalRef=PO-7&customer=acme")[1] == {"salesOrders": [first]}
    assert kinds(erp) == ["confirmation", "release"]


def test_other_content_under_a_known_reference_is_a_conflict(erp):
    erp.ask("/api/sales-orders", ORDER)
    status, answer = erp.ask("/api/sales-orders", {**ORDER, "currencyCode": "EUR"})
    assert (status, answer["error"]["code"]) == (409, "OTHER_CONTENT")


def test_another_customer_may_use_the_same_number(erp):
    erp.ask("/api/sales-orders", ORDER)
    assert erp.ask("/api/sales-orders", {**ORDER, "customer": "other"})[1]["salesOrder"] == "SO-70002"
    assert erp.ask("/api/sales-orders?externalRef=PO-8")[1] == {"salesOrders": []}


@pytest.mark.parametrize(
    "spoil",
    [
        {"externalRef": ""},
        {"rows": []},
        {"rows": [ROW, ROW]},
        {"rows": [{**ROW, "qty": "many"}]},
        {"rows": [{**ROW, "qty": "0"}]},
        {"rows": [{**ROW, "sku": None}]},
        {"rows": [{**ROW, "customerRow": None}]},
    ],
)
def test_bad_content_is_refused_and_leaves_nothing(erp, spoil):
    assert erp.ask("/api/sales-orders", {**ORDER, **spoil})[0] == 400
    assert feed(erp) == []


def test_what_is_not_in_stock_comes_later(erp):
    erp.ask("/api/sales-orders", ORDER)
    confirmation, release = (entry["data"] for entry in feed(erp))
    assert [(part["qty"], part["how"]) for part in confirmation["rows"][0]["confirmed"]] == [
        ("60", "accepted"),
        ("40", "backordered"),
    ]
    assert [(row["customerRow"], row["qty"]) for row in release["rows"]] == [("1", "60"), ("2", "5")]
    assert erp.ask("/api/items?sku=KETTLE-1L&sku=NONE")[1] == {"items": [{"sku": "KETTLE-1L", "onHand": "0", "text": "Kettle"}]}

    assert erp.ask("/api/goods-issues", issue("SHP-1", r1=60, r2=5))[0] == 201
    assert kinds(erp) == ["confirmation", "release", "invoice", "release"]
    invoice, rest = (entry["data"] for entry in feed(erp, after=2))
    assert (invoice["deliveryNote"], invoice["total"]) == ("SHP-1", "2079.35")
    assert [(row["customerRow"], row["qty"]) for row in rest["rows"]] == [("1", "40")]

    erp.ask("/api/goods-issues", issue("SHP-2", r1=40))
    assert kinds(erp)[4:] == ["invoice"]
    assert feed(erp, after=4)[0]["data"]["total"] == "1279.60"


def test_a_goods_issue_is_booked_once(erp):
    erp.ask("/api/sales-orders", ORDER)
    first = erp.ask("/api/goods-issues", issue("SHP-1", r1=60, r2=5))
    assert erp.ask("/api/goods-issues", issue("SHP-1", r1=60, r2=5)) == (200, first[1])
    assert erp.ask("/api/goods-issues", issue("SHP-1", r1=59, r2=5))[0] == 409
    assert kinds(erp).count("invoice") == 1


@pytest.mark.parametrize(
    "wrong", [issue("S", r1=61), issue("S", r9=1), issue("S"), {**issue("S", r1=1), "orders": [{"externalRef": "PO-9"}]}]
)
def test_a_goods_issue_that_cannot_be_is_refused_and_changes_nothing(erp, wrong):
    erp.ask("/api/sales-orders", ORDER)
    assert erp.ask("/api/goods-issues", wrong)[0] == 400
    assert kinds(erp) == ["confirmation", "release"]
    assert erp.ask("/api/goods-issues", issue("S", r1=60))[0] == 201


def test_the_feed_goes_on_where_it_was_left(erp):
    erp.ask("/api/sales-orders", ORDER)
    assert [entry["seq"] for entry in erp.ask("/api/feed?after=0&limit=1")[1]["entries"]] == [1]
    assert erp.ask("/api/feed?after=2")[1] == {"entries": [], "last": 2}
    assert erp.ask("/api/feed?after=x")[0] == 400
