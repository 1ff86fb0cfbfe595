"""What a text in an element means, in words for people: codes by their tables, dates, times, amounts with implied decimals."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hub.guides import codecs, moments
from hub.guides.codecs import CODECS, Misread
from hub.guides.notation import Address, Element, Rule
from hub.guides.tables import Table

# number of an element in the standard's dictionary -> our table of its codes, for segments that no guide carries
TABLES = {
    "98": "party_roles",
    "3035": "party_roles",
    "66": "party_schemes",
    "128": "reference_roles",
    "1153": "reference_roles",
    "374": "date_roles",
    "432": "date_roles",
    "2005": "date_roles",
    "355": "units",
    "6411": "units",
    "235": "item_schemes",
    "7143": "item_schemes",
    "353": "purposes",
    "1225": "purposes",
    "92": "order_types",
    "365": "contact_numbers",
    "3155": "contact_numbers",
    "366": "contact_roles",
    "3139": "contact_roles",
    "668": "line_outcomes",
    "236": "price_kinds",
    "5125": "price_kinds",
    "248": "adjustment_kinds",
    "5463": "adjustment_kinds",
    "331": "adjustment_handling",
    "1005": "ship_structures",
    "715": "ack_verdicts",
    "717": "ack_verdicts",
}
DATED = "2380"
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]

Tables = Mapping[str, Table]


def title_of(table: Table | None, code: str) -> str | None:
    """What a code of a table means.

    >>> title_of(Table("units", "x12", {"EA": "each"}, {"each": "Each"}), "EA")
    'Each'
    """
    word = table.words.get(code) if table else None
    return (table.titles.get(word) or word.replace("_", " ")) if table and word else None


def meaning(element: Element, text: str, tables: Tables, rule: Rule | None = None, beside: Sequence[str] = ()) -> str | None:
    """What a text means; None where it says all itself. `beside` are the components of its composite."""
    if rule is not None and (known := _by_rule(rule, element, text)):
        return known
    table = element.table or tables.get(TABLES.get(element.number or "", ""))
    if table is not None and (known := title_of(table, text)):
        return known
    try:
        return _typed(element, text, beside)
    except Misread:
        return None


def _by_rule(rule: Rule, element: Element, text: str) -> str | None:
    """Keys, qualifiers of pairs and levels of trees."""
    address = element.address
    if rule.key and rule.key.address == address:
        return title_of(rule.key.table, text)
    if rule.tree and rule.tree.level and address == Address(rule.tree.level) and text in rule.levels:
        return rule.levels[text].title
    for pairs in rule.pairs:
        if any(address == qualifier for qualifier, _ in pairs.places()):
            return title_of(pairs.table, text)
    return None


def _typed(element: Element, text: str, beside: Sequence[str]) -> str | None:
    codec = element.codec
    if element.number == DATED:
        return when(moments.read_laid_out(text, _layout(beside), UTC).value)
    if codec == "moment" or codec == "date" or element.type == "DT":
        return when(codecs.read_date(text)[0])
    if codec == "time" or element.type == "TM":
        return codecs.read_time(text)[0]
    if codec[0] == "n" and codec in CODECS and codec != "n0":
        return amount(CODECS[codec].read(text)[0])
    return None


def _layout(beside: Sequence[str]) -> str:
    """The code of the layout stands last in the composite."""
    return beside[2] if len(beside) > 2 else ""


def when(value: Any) -> str:
    """A date, a moment or a period in words.

    >>> when(date(2026, 11, 22)), when(datetime(2026, 11, 22, 9, 30))
    ('22 November 2026', '22 November 2026, 09:30')
    >>> when(moments.Period(date(2026, 1, 1), date(2026, 1, 31)))
    '1 January 2026 to 31 January 2026'
    """
    if isinstance(value, moments.Period):
        return f"{when(value.first)} to {when(value.last)}"
    day = f"{value.day} {MONTHS[value.month - 1]} {value.year}"
    return f"{day}, {value:%H:%M}" if isinstance(value, datetime) else day if isinstance(value, date) else str(value)


def amount(value: Decimal) -> str:
    """A number with the point that was implied.

    >>> amount(Decimal("1250.00"))
    '1250.00'
    """
    return f"{value:f}"
