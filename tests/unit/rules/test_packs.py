"""Packs: exact, proved, and case never taken for each."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.rules.packs import chain, convert, packs

TEA = [
    ("packs.csv:3", {"item": "TEA", "unit": "PF", "contains": "40", "of": "CS"}),
    ("packs.csv:4", {"item": "TEA", "unit": "CS", "contains": "4", "of": "IP", "weight": "6", "price": "60"}),
    ("packs.csv:5", {"item": "TEA", "unit": "IP", "contains": "3", "of": "EA"}),
]
TABLE = packs(TEA)


def line(quantity: str, unit: str, price: str | None = None, **more: Any) -> dict[str, Any]:
    return {
        "number": "1",
        "quantity": quantity,
        "unit": unit,
        "ids": {"sku": "TEA"},
        **({"price": price} if price else {}),
        **more,
    }


@pytest.mark.parametrize(
    ("given_line", "wanted", "quantity", "price"),
    [
        (line("2", "CS", "60.00"), "EA", "24", "5"),
        (line("24", "EA", "5.00"), "CS", "2", "60"),
        (line("1", "PF", "2400"), "EA", "480", "5"),
        (line("8", "IP", "15"), "CS", "2", "60"),
    ],
)
def test_quantities_and_prices_tie_out(given_line, wanted, quantity, price):
    changed, [proof] = convert(given_line, wanted, TABLE, "lines.0")
    assert (changed["quantity"], changed["unit"], changed["price"]) == (quantity, wanted, price)
    assert proof.severity == "note" and "packs.csv:" in proof.text


def test_the_proof_lists_each_row():
    _, [proof] = convert(line("1", "PF"), "EA", TABLE, "lines.0")
    assert proof.text == "1 PF = 480 EA; 1 PF = 40 CS (packs.csv:3); 1 CS = 4 IP (packs.csv:4); 1 IP = 3 EA (packs.csv:5)"


def test_a_price_that_does_not_divide_stays_for_several():
    table = packs([("p:3", {"item": "TEA", "unit": "CS", "contains": "7", "of": "EA"})])
    changed, _ = convert(line("2", "CS", "10.00"), "EA", table, "lines.0")
    assert (changed["quantity"], changed["price"], changed["price_per"]) == ("14", "10.00", "7")


@pytest.mark.parametrize(
    ("given_line", "wanted", "code", "words"),
    [
        (line("30", "EA"), "CS", "hub:not-a-multiple", "30 EA are 2 1/2 CS"),
        (line("5", "EA"), "CS", "hub:not-a-multiple", "5 EA are 5/12 CS"),
        (
            line("2", "CS", "5.10"),
            "EA",
            "hub:price-of-another-pack",
            "5.10 for one CS is the price of one EA; usual are 60 for a CS",
        ),
        (line("24", "EA", "59"), "EA", "hub:price-of-another-pack", "is the price of one CS"),
        (line("24", "EA", loads=[{"weight": "144"}]), "CS", "hub:weight-of-another-pack", "144 is what 24 CS weigh, not 24 EA"),
        (line("2", "RL"), "EA", "hub:no-pack", "counted in RL, the system keeps EA"),
        ({**line("2", "CS"), "ids": {"sku": "COFFEE"}}, "EA", "hub:no-pack", "no row of a pack table"),
    ],
)
def test_case_is_never_taken_for_each(given_line, wanted, code, words):
    unchanged, [finding] = convert(given_line, wanted, TABLE, "lines.0")
    assert unchanged == given_line and (finding.code, finding.severity) == (code, "error") and words in finding.text


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([("p:3", {"item": "T", "unit": "CS", "contains": "12"})], "p:3: no of"),
        ([("p:3", {"item": "T", "unit": "CS", "contains": "a dozen", "of": "EA"})], "contains is `a dozen`, no number"),
        ([("p:3", {"item": "T", "unit": "CS", "contains": "0", "of": "EA"})], "holds nothing"),
        ([TEA[1], ("p:9", {**TEA[1][1], "contains": "5"})], "p:9: a CS of TEA is said twice"),
    ],
)
def test_a_table_that_cannot_be(rows, why):
    with pytest.raises(ValueError, match=why):
        packs(rows)


SIZES = st.lists(st.integers(1, 50), min_size=1, max_size=4)


@given(SIZES, st.integers(1, 10_000), st.integers(1, 10**6))
def test_there_and_back_is_the_same_and_the_amount_stays(sizes, quantity, cents):
    units = [f"U{at}" for at in range(len(sizes) + 1)]
    rows = [
        (f"p:{at}", {"item": "T", "unit": units[at], "contains": str(size), "of": units[at + 1]}) for at, size in enumerate(sizes)
    ]
    table = packs(rows)
    start = {"quantity": str(quantity), "unit": units[0], "price": str(cents), "ids": {"sku": "T"}}
    down, findings = convert(start, units[-1], table, "lines.0")
    assert [finding.severity for finding in findings] == ["note"]

    def amount(one: dict[str, Any]) -> Fraction:
        return Fraction(one["quantity"]) * Fraction(one["price"]) / Fraction(one.get("price_per", "1"))

    assert amount(down) == amount(start)
    up, _ = convert(down, units[0], table, "lines.0")
    assert (up["quantity"], amount(up)) == (start["quantity"], amount(start))
    there = chain(table.of(["T"]), units[0], units[-1])
    assert there is not None and len(there.rows) == len(sizes)
