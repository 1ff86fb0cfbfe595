"""Units and packs: what one system counts in cases another counts in pieces. Each step is proved by a row of a table.

Pure and exact: quantities stay whole where packs are whole, prices and weights tie out to the last digit, or nothing is converted
and a finding says why.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from hub.findings import Finding, note

Values = dict[str, Any]
FINEST = 6  # decimals of a price for one; where more are needed, the price stays what it is, for several
NEAR = Fraction(1, 5)  # a price that is nearer than this to that of another pack, and not to its own, was meant for the other


@dataclass(frozen=True, slots=True)
class Pack:
    """One row: an item's `unit` holds so many of a smaller one."""

    item: str
    unit: str
    contains: Fraction
    of: str
    place: str  # file and line
    weight: Fraction | None = None  # of one `unit`
    price: Fraction | None = None  # usual price of one `unit`

    def written(self) -> dict[str, str]:
        """As `packs` reads it, with its place."""
        more = {"weight": self.weight, "price": self.price}
        told = {name: plain(number) for name, number in more.items() if number is not None}
        return {
            "item": self.item,
            "unit": self.unit,
            "contains": plain(self.contains),
            "of": self.of,
            "place": self.place,
            **told,
        }

    def __str__(self) -> str:
        return f"1 {self.unit} = {shown(self.contains)} {self.of} ({self.place})"


@dataclass(frozen=True, slots=True)
class Chain:
    """How many of one unit make one of another, and the rows that prove it."""

    factor: Fraction
    rows: tuple[Pack, ...] = ()


@dataclass(frozen=True, slots=True)
class Packs:
    """The rows by item."""

    rows: Mapping[str, tuple[Pack, ...]] = field(default_factory=dict)

    def of(self, ids: Iterable[str]) -> tuple[Pack, ...]:
        """The rows of an item, whichever of its ids they name."""
        return next((self.rows[one] for one in ids if one in self.rows), ())

    def over(self, other: "Packs") -> "Packs":
        """These rows, and those of the other for items that these do not name."""
        return Packs({**other.rows, **self.rows})


def packs(table: Iterable[tuple[str, Mapping[str, str]]]) -> Packs:
    """From rows with their places: `item`, `unit`, `contains`, `of`, and perhaps `weight` and `price`. Raises ValueError.

    >>> str(packs([("packs.csv:3", {"item": "TB", "unit": "CS", "contains": "12", "of": "EA"})]).of(["TB"])[0])
    '1 CS = 12 EA (packs.csv:3)'
    """
    found: dict[str, tuple[Pack, ...]] = {}
    for place, row in table:
        if lost := [name for name in ("item", "unit", "contains", "of") if name not in row]:
            raise ValueError(f"{place}: no {', '.join(lost)}")
        pack = Pack(row["item"], row["unit"], _number(row, "contains", place) or Fraction(0), row["of"], place,
                    _number(row, "weight", place), _number(row, "price", place))  # fmt: skip
        if pack.contains <= 0 or pack.unit == pack.of or any(one.unit == pack.unit for one in found.get(pack.item, ())):
            raise ValueError(f"{place}: a {pack.unit} of {pack.item} is said twice, holds nothing, or holds itself")
        found[pack.item] = (*found.get(pack.item, ()), pack)
    return Packs(found)


def _number(row: Mapping[str, str], name: str, place: str) -> Fraction | None:
    try:
        return None if name not in row else Fraction(Decimal(row[name]))
    except (InvalidOperation, ValueError, OverflowError):
        raise ValueError(f"{place}: {name} is `{row[name]}`, no number") from None


def chain(rows: Sequence[Pack], unit: str, wanted: str) -> Chain | None:
    """How many `wanted` are in one `unit`: down, up, or up and down again; None when no row leads there.

    >>> rows = packs([("3", {"item": "T", "unit": "CS", "contains": "4", "of": "IP"}),
    ...               ("4", {"item": "T", "unit": "IP", "contains": "3", "of": "EA"})]).of(["T"])
    >>> chain(rows, "CS", "EA").factor, chain(rows, "EA", "CS").factor, chain(rows, "EA", "PF")
    (Fraction(12, 1), Fraction(1, 12), None)
    """
    reached: dict[str, Chain] = {unit: Chain(Fraction(1))}
    waiting = [unit]
    while waiting:
        here = waiting.pop(0)
        for row in rows:
            for near, far, times in ((row.unit, row.of, row.contains), (row.of, row.unit, 1 / row.contains)):
                if near == here and far not in reached:
                    reached[far] = Chain(reached[here].factor * times, (*reached[here].rows, row))
                    waiting.append(far)
    return reached.get(wanted)


def convert(line: Values, wanted: str, table: Packs, path: str, judged: bool = False) -> tuple[Values, list[Finding]]:
    """A line counted in another unit, with the proof as a note; the line as it is, with what is wrong, where that cannot be.
    `judged`: whether a case was taken for an each was looked at before.

    >>> table = packs([("packs.csv:3", {"item": "TB", "unit": "CS", "contains": "12", "of": "EA"})])
    >>> line, found = convert({"quantity": "2", "unit": "CS", "price": "60.00", "ids": {"sku": "TB"}}, "EA", table, "lines.0")
    >>> line["quantity"], line["unit"], line["price"], found[0].text
    ('24', 'EA', '5', '2 CS = 24 EA at 5; 1 CS = 12 EA (packs.csv:3)')
    """
    unit, rows = line.get("unit"), table.of((line.get("ids") or {}).values())
    findings = _slips(line, rows, path) if unit and not judged else []
    if not unit or unit == wanted or findings:
        return line, findings
    found = chain(rows, unit, wanted)
    if found is None:
        text = f"it is counted in {unit}, the system keeps {wanted}, and no row of a pack table says how many"
        hint = "add the item to packs.csv, by any id that the line has"
        return line, [_wrong("hub:no-pack", text, path, hint)]
    return _counted(line, wanted, found, path)


def _counted(line: Values, wanted: str, found: Chain, path: str) -> tuple[Values, list[Finding]]:
    unit, quantity = line["unit"], Fraction(str(line.get("quantity") or 0))
    count = quantity * found.factor
    proof = "; ".join(map(str, found.rows))
    if count.denominator != 1 and found.factor < 1:
        text = f"{shown(quantity)} {unit} are {_mixed(count)} {wanted}: no whole number of them; {proof}"
        return line, [_wrong("hub:not-a-multiple", text, path, "ask the sender whether pieces or packs are meant")]
    changed = {**line, "quantity": plain(count), "unit": wanted, **_priced(line, found.factor)}
    at = (
        f" at {changed['price']}" + (f" for {changed['price_per']}" if changed.get("price_per") else "")
        if line.get("price")
        else ""
    )
    text = f"{shown(quantity)} {unit} = {shown(count)} {wanted}{at}; {proof}"
    return changed, [note("hub:units-converted", text, path=path)]


def _priced(line: Values, factor: Fraction) -> Values:
    """The price for one of the new unit; or the old one for several where it does not divide."""
    if line.get("price") is None or line.get("price_unit") not in (None, line["unit"]):
        return {}
    price, per = Fraction(str(line["price"])), Fraction(str(line.get("price_per") or 1)) * factor
    exact = price / per
    if (exact * 10**FINEST).denominator == 1 and "price_per" not in line:
        return {"price": plain(exact), **({"price_unit": None} if line.get("price_unit") else {})}
    return {"price_per": plain(per), "price_unit": None} if line.get("price_unit") else {"price_per": plain(per)}


# --- case against each ---------------------------------------------------------------------------------------------


def _slips(line: Values, rows: Sequence[Pack], path: str) -> list[Finding]:
    """A price or a weight that fits another pack of the item than the one that is ordered."""
    unit, findings = line["unit"], list[Finding]()
    prices = {one: price for one in _units(rows) if (price := _usual(rows, one)) is not None}
    price = Fraction(str(line["price"])) / Fraction(str(line.get("price_per") or 1)) if line.get("price") is not None else None
    fits = price is None or unit not in prices or line.get("price_unit") not in (None, unit) or _close(price, prices[unit])
    other = None if price is None or fits else next((one for one in prices if one != unit and _close(price, prices[one])), None)
    if other is not None:
        text = f"{line['price']} for one {unit} is the price of one {other}; usual are {shown(prices[unit])} for a {unit}"
        findings.append(_wrong("hub:price-of-another-pack", text, f"{path}.price", "ask the sender which of both is meant"))
    findings += _weighed(line, rows, path)
    return findings


def _weighed(line: Values, rows: Sequence[Pack], path: str) -> list[Finding]:
    """The weight of the line against that of its packs: wrong by just the number in a pack is a case taken for an each."""
    quantity, unit = Fraction(str(line.get("quantity") or 0)), line["unit"]
    weights = {one: weight for one in _units(rows) if (weight := _weight(rows, one)) is not None}
    stated = [Fraction(str(load["weight"])) for load in line.get("loads") or () if load.get("weight") is not None]
    if unit not in weights or len(stated) != 1 or not quantity or _close(stated[0], weights[unit] * quantity):
        return []
    other = next((one for one in weights if one != unit and _close(stated[0], weights[one] * quantity)), None)
    if other is None:
        return []
    text = f"{shown(stated[0])} is what {shown(quantity)} {other} weigh, not {shown(quantity)} {unit}"
    return [_wrong("hub:weight-of-another-pack", text, f"{path}.loads", "ask the sender which of both is meant")]


def _units(rows: Sequence[Pack]) -> list[str]:
    return list(dict.fromkeys(unit for row in rows for unit in (row.unit, row.of)))


def _usual(rows: Sequence[Pack], unit: str) -> Fraction | None:
    """The usual price of a unit: its own, or worked out from that of another."""
    return _worked_out(rows, unit, {row.unit: row.price for row in rows if row.price is not None})


def _weight(rows: Sequence[Pack], unit: str) -> Fraction | None:
    return _worked_out(rows, unit, {row.unit: row.weight for row in rows if row.weight is not None})


def _worked_out(rows: Sequence[Pack], unit: str, known: Mapping[str, Fraction]) -> Fraction | None:
    if unit in known:
        return known[unit]
    links = ((value, chain(rows, unit, other)) for other, value in known.items())
    return next((value * link.factor for value, link in links if link is not None), None)


def _close(one: Fraction, other: Fraction) -> bool:
    return abs(one - other) <= NEAR * other


def _wrong(code: str, text: str, path: str, hint: str) -> Finding:
    return Finding(code, text, kind="application", path=path, hint=hint)


def plain(number: Fraction) -> str:
    """Digits without an end that says nothing. Raises ValueError for what has no end.

    >>> plain(Fraction(5, 2)), plain(Fraction(24))
    ('2.5', '24')
    """
    decimal = Decimal(number.numerator) / Decimal(number.denominator)
    if Fraction(decimal) != number:
        raise ValueError(f"{number} has no end as a decimal")
    return f"{decimal.normalize():f}"


def shown(number: Fraction) -> str:
    """A number for people."""
    try:
        return plain(number)
    except ValueError:
        return str(number)


def _mixed(number: Fraction) -> str:
    whole, rest = divmod(number.numerator, number.denominator)
    return f"{whole} {Fraction(rest, number.denominator)}" if whole else str(number)
