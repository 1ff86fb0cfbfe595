"""The 3PL: real labels, nothing lost in packing, each ship order taken once, the hub told until it listens."""

from decimal import Decimal
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.demo import errand
from hub.demo.notices import valid
from hub.demo.packing import pack, sscc
from hub.demo.warehouse import Warehouse
from hub.model import ShipNotice

ASKED = {"number": "PR-1", "order_number": "PO-7", "lines": [{"number": "1", "quantity": "30"}, {"number": "2", "quantity": "5"}]}
HEADERS = {"Authorization": "Bearer t", "Idempotency-Key": "key-1"}


@pytest.fixture
def warehouse(book, diary):
    return Warehouse(book, diary, "http://127.0.0.1:9", "t")


@given(st.integers(0, 999_999_999))
def test_every_label_is_valid_and_every_slip_is_seen(serial):
    label = sscc(serial)
    assert len(label) == 18
    assert valid(label)
    assert not valid(label[:-1] + str((int(label[-1]) + 1) % 10))


@given(st.lists(st.decimals(Decimal("0.5"), 3000, places=1), min_size=1, max_size=6))
def test_everything_is_packed_and_cartons_stay_few(quantities):
    lines = [(str(place), quantity) for place, quantity in enumerate(quantities)]
    serials = count(1)
    cartons = pack(lines, lambda: next(serials))
    packed = {line: sum(part for carton in cartons for name, part in carton.inside if name == line) for line, _ in lines}
    assert packed == dict(lines)
    assert len(cartons) <= 41
    assert len({carton.sscc for carton in cartons}) == len(cartons)


def test_a_ship_order_is_taken_once(warehouse, connect):
    line = connect(warehouse, **HEADERS)
    assert line.ask("/ship-orders", ASKED) == (201, {"reference": "WO-300001"})
    assert line.ask("/ship-orders", ASKED) == (200, {"reference": "WO-300001"})
    assert line.ask("/ship-orders", {**ASKED, "number": "PR-2"})[0] == 409
    assert line.ask("/ship-orders", ASKED, Authorization="Bearer wrong")[0] == 401
    assert line.ask("/ship-orders", {"number": "PR-3"}, **{"Idempotency-Key": "key-2"})[0] == 422
    with warehouse.book.open() as page:
        assert len(page.all("notice")) == 1


def test_the_notice_says_what_a_warehouse_knows(warehouse, connect):
    connect(warehouse, **HEADERS).ask("/ship-orders", ASKED)
    with warehouse.book.open() as page:
        ((place, packed),) = page.all("notice")
    notice = ShipNotice.model_validate(packed["said"])
    assert (place, notice.number, notice.orders[0].number) == ("000000001", "SHP-500001", "PO-7")
    assert [(content.package, content.line, str(content.quantity)) for content in notice.contents] == [
        ("1", "1", "24"),
        ("2", "1", "6"),
        ("2", "2", "5"),
    ]
    assert all(valid(package.sscc) for package in notice.packages)
    assert not any(content.ids or content.unit for content in notice.contents)


def test_the_hub_is_told_until_it_listens(monkeypatch):
    answers, keys, naps = iter([0, 503, 202]), [], []
    monkeypatch.setattr(errand, "post", lambda url, key, token, value: keys.append(key) or next(answers))
    errand.insist("http://hub", "SHP-1", "t", {}, sleep=naps.append)
    assert (keys, len(naps)) == (["SHP-1"] * 3, 2)
