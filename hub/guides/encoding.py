"""From values to the texts of one segment."""

from collections.abc import Iterator
from datetime import tzinfo
from typing import Any

from hub.formats.envelope import COMPONENT
from hub.guides import moments, spread
from hub.guides.codecs import CODECS, SPREAD
from hub.guides.notation import Address, Element, Pairs, Rule
from hub.guides.tables import Table
from hub.guides.values import SELF, UNQUALIFIED, Values, get, split, unnumbered

Texts = dict[Address, str]


class Unknown(ValueError):
    """A word that a code table does not have."""


def code(table: Table | None, word: str) -> str:
    """The code to write for a word. Raises Unknown."""
    if unnumbered(word) == UNQUALIFIED:
        return ""
    found = unnumbered(word) if table is None else table.code(unnumbered(word))
    if found is None and table is not None:
        raise Unknown(f"{word!r} is not in our table {table.name} for {table.standard}")
    return found or ""


def texts(element: Element, value: Any, standard: str, zone: tzinfo) -> Texts:
    """The value of one element, over as many elements as its codec takes. Raises Unwritable, Unknown."""
    if isinstance(value, dict) and "value" in value:  # of `extras`
        return {element.address: str(value["value"])}
    if element.table:
        return {element.address: code(element.table, str(value))}
    over = [element.address, *(address for address in element.over if address != element.address)]
    if element.codec in SPREAD:
        return dict(zip(over, spread.texts(element.codec, value, element.high, len(over)), strict=False))
    if element.codec != "moment":
        return {element.address: CODECS[element.codec].write(value, element.high)}
    if standard == "edifact":
        parts = moments.write_laid_out(value, zone)
    else:
        parts = moments.write(value, len(over), zone)
    return dict(zip(over, parts, strict=False))


def value_of(element: Element, item: Any) -> Any:
    """What an element carries of this item: the first of its paths that is there."""
    for path in map(split, element.paths):
        value = item if path == (SELF,) else get(item, path)
        if value is not None:
            return value
    return None


def paired(pairs: Pairs, mapping: Values) -> Iterator[tuple[str, str]]:
    """Qualifiers and values of one mapping. Raises Unwritable, Unknown."""
    codec = CODECS["date" if pairs.codec == "moment" else pairs.codec]
    for word, value in mapping.items():
        yield code(pairs.table, word), codec.write(value, 0)


def segment(rule: Rule, filled: Texts) -> list[str]:
    """The segment with these texts, without empty elements at its end."""
    last = max((address.element for address, text in filled.items() if text), default=0)
    parts = [""] * (last + 1)
    parts[0] = rule.tag
    for index in range(1, last + 1):
        inside = {address.component: text for address, text in filled.items() if address.element == index and text}
        if set(inside) - {0}:
            parts[index] = COMPONENT.join(inside.get(number, "") for number in range(1, max(inside) + 1))
        else:
            parts[index] = inside.get(0, "")
    return parts
