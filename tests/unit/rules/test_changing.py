"""What a change makes of an order, line by line; and which change an answer belongs to."""

from typing import Any

import pytest

from hub.model import DOCUMENTS, plain
from hub.rules.changing import Doubt, as_answer, awaiting, changed, telling

LINE = {"number": "1", "quantity": "24", "unit": "EA", "price": "4.25", "ids": {"upc": "111", "vendor_part": "TEA"}}
ORDER: dict[str, Any] = {
    "number": "PO-1",
    "currency": "USD",
    "dates": {"delivery_requested": "2026-12-01", "cancel_after": "2026-12-20"},
    "notes": ["Handle with care"],
    "parties": {"ship_to": {"id": "042", "city": "Springfield"}},
    "totals": {"lines": 2},
    "lines": [LINE, {"number": "2", "quantity": "12", "unit": "CS", "ids": {"upc": "222"}}],
}


def line(**more: Any) -> dict[str, Any]:
    return {"number": "1", **more}


@pytest.mark.parametrize(
    ("given", "now"),
    [
        (line(change="quantity_up", quantity="30", unit="EA"), {"quantity": "30"}),
        (line(change="quantity_down", quantity="6"), {"quantity": "6"}),
        (line(change="price", price="3.99"), {"price": "3.99"}),
        (line(change="price_and_quantity", price="3.99", quantity="30"), {"price": "3.99", "quantity": "30"}),
        (line(change="dates", dates={"delivery_requested": "2026-12-08"}), {"dates": {"delivery_requested": "2026-12-08"}}),
        (line(change="no_change", quantity="99"), {}),
        (line(quantity="30", notes=["gift wrap"]), {"quantity": "30", "notes": ["gift wrap"]}),
        (line(change="change", ids={"upc": "111", "sku": "S"}), {"ids": {"upc": "111", "vendor_part": "TEA", "sku": "S"}}),
        (line(change="replace_item", ids={"upc": "999"}), {"ids": {"upc": "999"}}),
        (line(change="quantity_up", quantity="30", price="4.250"), {"quantity": "30"}),
        ({"number": "77", "ids": {"upc": "111"}, "quantity": "30"}, {"quantity": "30"}),
    ],
)
def test_a_line_is_changed_as_its_word_says(given: dict[str, Any], now: dict[str, Any]) -> None:
    after = changed(ORDER, {"lines": [given]}, "new")
    assert after.order["lines"] == [{**LINE, **now}, ORDER["lines"][1]]


@pytest.mark.parametrize(
    ("word", "given", "new", "delta"),
    [
        ("quantity_up", "30", "30", "54"),
        ("quantity_down", "6", "6", "18"),
        ("quantity_down", "-6", None, "18"),
        ("change", "-4", None, "20"),
        ("change", "4", "4", "28"),
        ("quantity_down", "25", None, None),
        ("quantity_down", "0", "gone", "24"),
        ("quantity_down", "24", "24", "gone"),
    ],
)
def test_quantities_are_new_or_differences(word: str, given: str, new: str | None, delta: str | None) -> None:
    for how, wanted in (("new", new), ("delta", delta)):
        change = {"lines": [line(change=word, quantity=given)]}
        if wanted is None:
            with pytest.raises(Doubt):
                changed(ORDER, change, how)  # type: ignore[arg-type]  # one of the two words
            continue
        rows = {row["number"]: row["quantity"] for row in changed(ORDER, change, how).order["lines"]}  # type: ignore[arg-type]  # as above
        assert rows.get("1", "gone") == wanted


@pytest.mark.parametrize("name", ["destinations", "schedules"])
def test_a_quantity_divided_among_places_or_dates_must_be_divided_anew(name: str) -> None:
    order = {**ORDER, "lines": [{**LINE, name: [{"id": "042", "quantity": "24"}]}]}
    with pytest.raises(Doubt, match=f"divided among {name}"):
        changed(order, {"lines": [line(change="quantity_up", quantity="30")]}, "new")
    parts = [{"id": "042", "quantity": "30"}]
    after = changed(order, {"lines": [line(change="quantity_up", quantity="30", **{name: parts})]}, "new")
    assert after.order["lines"][0][name] == parts
    with pytest.raises(Doubt):
        changed(order, {"lines": [line(change="quantity_up", quantity="6", **{name: parts})]}, "delta")
    assert changed(order, {"lines": [line(change="price", price="1")]}, "new").order["lines"][0][name]


def test_the_head_is_added_to_and_what_is_not_named_stays() -> None:
    change = {
        "number": "PO-1",
        "type": "change",
        "dates": {"delivery_requested": "2026-12-08"},
        "parties": {"ship_to": {"id": "042"}, "bill_to": {"id": "1"}},
        "notes": ["In a hurry"],
    }
    after = changed(ORDER, change, "new").order
    assert after["dates"] == {"delivery_requested": "2026-12-08", "cancel_after": "2026-12-20"}
    assert after["parties"] == {"ship_to": {"id": "042", "city": "Springfield"}, "bill_to": {"id": "1"}}
    assert after["notes"] == ["Handle with care", "In a hurry"]
    assert "totals" not in after
    assert "type" not in after
    assert ORDER["dates"]["delivery_requested"] == "2026-12-01", "the order given is left as it was"
    moved = changed(ORDER, {"parties": {"ship_to": {"id": "043"}}}, "new").order
    assert moved["parties"]["ship_to"] == {"id": "043"}


def test_another_currency_is_a_persons() -> None:
    with pytest.raises(Doubt, match="its currency is EUR, the order's is USD"):
        changed(ORDER, {"currency": "EUR"}, "new")


def test_what_the_systems_are_told_is_the_whole_order_with_what_happened() -> None:
    lines = [line(change="delete"), {"number": "3", "change": "add", "quantity": "1", "ids": {"upc": "333"}}]
    change = {"change": "7", "lines": lines}
    told = telling(changed(ORDER, change, "new"), ORDER, change)
    assert [(row["number"], row["change"]) for row in told["lines"]] == [("2", "no_change"), ("3", "add"), ("1", "delete")]
    assert plain(DOCUMENTS["order_change"].model_validate(told))["change"] == "7"


ASKED = ("order", {"number": "PO-1"})
FIRST, SECOND = ("order_change", {"change": "1"}), ("order_change", {"change": "2"})
SAID: tuple[str, dict[str, Any]] = ("order_response", {})


@pytest.mark.parametrize(
    ("life", "response", "change"),
    [
        ([ASKED], {}, None),
        ([ASKED, FIRST], {}, None),  # the order is the older question
        ([ASKED, SAID, FIRST], {}, "1"),
        ([ASKED, SAID, FIRST, SECOND], {}, "1"),
        ([ASKED, SAID, FIRST, SECOND], {"change": "2"}, "2"),
        ([ASKED, SAID, FIRST, SECOND, ("order_response", {"change": "2"})], {}, "1"),
        ([ASKED, SAID, FIRST, SAID], {}, None),
        ([ASKED, FIRST], {"purpose": "change"}, "1"),
    ],
)
def test_an_answer_belongs_to_what_it_names_or_to_the_oldest_question(
    life: Any, response: dict[str, Any], change: str | None
) -> None:
    found = awaiting(life, response)
    assert (found and found["change"]) == change


def test_an_answer_to_a_change_names_it_and_its_lines() -> None:
    change = {"change": "1", "lines": [{"number": "1", "change": "quantity_up"}]}
    response = as_answer({"verdict": "detail", "lines": [{"number": "1"}, {"number": "2"}]}, change)
    assert (response["change"], response["purpose"]) == ("1", "change")
    assert [row["change"] for row in response["lines"]] == ["quantity_up", "no_change"]
