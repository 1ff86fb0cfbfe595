"""Named functions for what paths and tables cannot say; each with a doctest.

FUNCTIONS (`finish`) complete canonical values after reading; COMPUTED (`equals`) say what a value must be, from the item and
the whole document; TURNED (`with`) turn one value after reading, and back before writing. A package may bring its own as entry
points of the group `crossdock.functions`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from inspect import signature
from typing import Any

from hub.guides import sums
from hub.mapping import receiving
from hub.mapping.finishing import FINISHING
from hub.mapping.selling import SELLING
from hub.mapping.totals import TOTALS

Values = dict[str, Any]
Function = Callable[[Values], Values]
Computed = Callable[[Values, Values], Any]


@dataclass(frozen=True, slots=True)
class Turn:
    """Both directions of one value: `read(write(v)) == v`; either raises ValueError in plain words."""

    read: Callable[[Any], Any]
    write: Callable[[Any], Any]


def line_count(item: Values, document: Values) -> int:
    """
    >>> line_count({}, {"lines": [{}, {}]})
    2
    """
    return len(document.get("lines") or ())


def percent_as_rate() -> Turn:
    """A rate that is said as a part of one: 0.05 for five percent.

    >>> percent_as_rate().read(Decimal("0.05")), percent_as_rate().write(Decimal(5))
    (Decimal('5'), Decimal('0.05'))
    """
    return Turn(lambda rate: _plain(rate * 100), lambda percent: percent / 100)


def sscc_with_prefix() -> Turn:
    """An SSCC that is written as a scanner reads it, with 00 in front.

    >>> sscc_with_prefix().read("00106141410000000018"), sscc_with_prefix().write("106141410000000018")
    ('106141410000000018', '00106141410000000018')
    """
    return Turn(
        lambda text: text[2:] if len(text) == 20 and text.startswith("00") else text,
        lambda text: f"00{text}" if len(text) == 18 else text,
    )


def _plain(number: Decimal) -> Decimal:
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


FUNCTIONS: dict[str, Function] = {
    **FINISHING,
    **SELLING,
    receiving.differences_of_receipt.__name__: receiving.differences_of_receipt,
}
COMPUTED: dict[str, Computed] = {
    function.__name__: function
    for function in (
        line_count,
        sums.line_amount,
        sums.lines_total,
        sums.invoice_total,
        sums.net_line_amount,
        sums.net_lines_total,
        sums.tax_total,
        sums.taxable_amount,
        sums.amount_due,
    )
}
COMPUTED |= TOTALS | receiving.COMPUTED
TURNED: dict[str, Turn] = {function.__name__: function() for function in (percent_as_rate, sscc_with_prefix)}


def adopt(name: str, function: Any) -> None:
    """Take up a function of an installed package: of one argument for `finish`, of two for `equals`, a Turn for `with`.

    Raises ValueError for anything else, and for a name that is taken already.
    """
    room: dict[str, Any] = TURNED if isinstance(function, Turn) else _room(name, function)
    if room.get(name, function) is not function:
        raise ValueError(f"there is a function `{name}` already")
    room[name] = function


def _room(name: str, function: Any) -> dict[str, Any]:
    plain = callable(function) and not isinstance(function, type)
    wanted = len(signature(function).parameters) if plain else 0
    if wanted not in (1, 2):
        raise ValueError(f"`{name}` is neither a Turn nor a function of one or two arguments")
    return FUNCTIONS if wanted == 1 else COMPUTED
