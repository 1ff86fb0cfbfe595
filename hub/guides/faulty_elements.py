"""Faults of elements: missing, too long, too short, of a wrong type, no date, not among the codes, too many, forbidden,
against a conditional note, against what the document adds up to."""

from collections.abc import Iterator
from decimal import Decimal
from random import Random

from hub.formats.envelope import COMPONENT
from hub.guides import faults
from hub.guides.codecs import NUMERIC
from hub.guides.faults import Fault
from hub.guides.functions import EQUALS
from hub.guides.invention import Invention
from hub.guides.notation import Address, Condition, Element, Rule
from hub.guides.places import Place
from hub.guides.wounds import Ground, Wound, text_at, with_text

LONGEST = 500  # longer values make files nobody wants to read
NO_DATE, NO_TIME = "20261345", "2561"
CLOCKED = ("date", "moment", "time")  # what is too short for a date is no date
REQUIRED = {
    "P": "goes together with another",
    "R": "one of several is needed",
    "C": "another asks for it",
    "L": "another asks for one of several",
}


def in_elements(ground: Ground) -> Iterator[Wound]:
    """All faults that elements can have in this sample."""
    for place in ground.rules():
        segment = ground.segment(place.position)
        for element in place.rule.elements:
            for part in element.each():
                yield from _faults(ground, place, segment, part, element)
        yield from _too_many(ground, place, segment)
        for note in place.rule.conditions:
            yield from _condition(ground, place, segment, note)


def _faults(ground: Ground, place: Place, segment: list[str], part: Element, whole: Element) -> Iterator[Wound]:
    if _fixed(place.rule) & {it.address for it in part.each()}:
        return
    text = text_at(segment, part.address)
    if part.use == "never":
        if not text and part is whole:
            yield _wound(ground, place, "never", part, "1", faults.ELEMENT_EXCLUDED, "filled although the guide forbids it")
        return
    if not text:
        return
    if part.use == "must":
        yield from _absent(ground, place, segment, part, whole)
    if not part.components:
        yield from _lengths(ground, place, part)
        yield from _types(ground, place, part)
        yield from _codes(ground, place, part, text)
        yield from _totals(ground, place, part, text)


def _fixed(rule: Rule) -> set[Address]:
    """Elements that decide which rule takes the segment: another text there is another rule's."""
    tree = {Address(rule.tree.level), Address(rule.tree.id), Address(rule.tree.parent)} if rule.tree else set()
    return tree | {when.address for when in rule.when}


def _wound(
    ground: Ground, place: Place, kind: str, element: Element, text: str, fault: Fault | str, said: str, at: Address | None = None
) -> Wound:
    """The element says something else."""
    address, tag = element.address, place.rule.tag
    body = ground.changed(place.position, with_text(ground.segment(place.position), address, text))
    name = f"{tag}{address.element:02}" + (f"-{address.component:02}" if address.component else "")
    named = f"{name} ({element.title})" if element.title else name
    return ground.wound(kind, f"{place.address}/{address}", f"{named} {said}", body, fault, tag, place.position, at or address)


def _absent(ground: Ground, place: Place, segment: list[str], part: Element, whole: Element) -> Iterator[Wound]:
    """Emptied; a composite whose only component is emptied is missing as a whole."""
    others = [other for other in whole.components if other is not part and text_at(segment, other.address)]
    if part is whole or others:
        yield _wound(ground, place, "element-missing", part, "", faults.ELEMENT_MISSING, "is empty")
    elif whole.use == "must":
        yield _wound(
            ground, place, "element-missing", part, "", faults.ELEMENT_MISSING, "is empty", Address(whole.address.element)
        )


def _lengths(ground: Ground, place: Place, part: Element) -> Iterator[Wound]:
    """Too long, too short. Ids among `pairs` are only codes that nobody knows, and dates are no dates."""
    paired = any(pairs.first <= part.address.element <= pairs.last for pairs in place.rule.pairs)
    if part.codec in CLOCKED or (paired and part.type == "ID"):
        return
    letter = "1" if part.codec in NUMERIC or part.type == "n" else "X"
    if part.high <= LONGEST:
        said = f"has {part.high + 1} characters, {part.high} fit"
        yield _wound(ground, place, "too-long", part, letter * (part.high + 1), faults.TOO_LONG, said)
    if part.low > 1:
        said = f"has {part.low - 1} characters, {part.low} are needed"
        yield _wound(ground, place, "too-short", part, letter * (part.low - 1), faults.TOO_SHORT, said)


def _types(ground: Ground, place: Place, part: Element) -> Iterator[Wound]:
    if part.codec in NUMERIC:
        yield _wound(ground, place, "wrong-type", part, "A" * max(part.low, 1), faults.WRONG_CHARACTER, "is no number")
    elif part.codec in ("date", "moment"):
        text = NO_DATE if part.high >= len(NO_DATE) else NO_DATE[2:]
        yield _wound(ground, place, "bad-date", part, text, faults.WRONG_DATE, "is no day of the calendar")
    elif part.codec == "time":
        yield _wound(ground, place, "bad-time", part, NO_TIME, faults.WRONG_TIME, "is no time of the day")


def _codes(ground: Ground, place: Place, part: Element, text: str) -> Iterator[Wound]:
    """Another code: one that we know, or else of the same length."""
    allowed = (part.const,) if part.const is not None else part.only
    if not allowed or part.codec in CLOCKED:
        return
    size = max(part.low, min(len(text), part.high))
    letters = "19" if part.codec in NUMERIC or part.type == "n" else "QZ"
    strange = [letter * size for letter in letters]
    other = next(code for code in (*_known(place.rule, part), *strange) if code not in allowed)
    yield _wound(ground, place, "wrong-code", part, other, faults.WRONG_CODE, f"is {other}; allowed: {', '.join(allowed)}")


def _known(rule: Rule, part: Element) -> list[str]:
    """Codes of our table that fit the element; some readers take them without a second look."""
    tables = [part.table, *(pairs.table for pairs in rule.pairs if any(part.address == at for at, _ in pairs.places()))]
    words = next((table.words for table in tables if table), {})
    return [code for code in words if part.low <= len(code) <= part.high]


def _totals(ground: Ground, place: Place, part: Element, text: str) -> Iterator[Wound]:
    """One more than the document adds up to."""
    if part.equals and part.codec in NUMERIC and (place.position, part.address) in ground.computed:
        other = str(Decimal(text) + 1)
        yield _wound(
            ground, place, "wrong-total", part, other, EQUALS[part.equals].code, f"is {other}, the document adds up to less"
        )


def _too_many(ground: Ground, place: Place, segment: list[str]) -> Iterator[Wound]:
    """Something behind the last element, and behind the last component."""
    rule = place.rule
    if not rule.closed:
        return
    yield _wound(
        ground,
        place,
        "too-many-elements",
        Element(Address(len(rule.elements) + 1)),
        "X",
        faults.TOO_MANY_ELEMENTS,
        "is one too many",
    )
    for element in rule.elements:
        if element.components and text_at(segment, element.address) and element.use != "never":
            parts = segment[element.address.element].split(COMPONENT)
            text = COMPONENT.join([*parts, *[""] * (len(element.components) - len(parts)), "X"])
            yield _wound(
                ground, place, "too-many-components", element, text, faults.TOO_MANY_ELEMENTS, "has one component too many"
            )


# --- conditional notes ---


def _condition(ground: Ground, place: Place, segment: list[str], note: Condition) -> Iterator[Wound]:
    """Fill and empty elements until the note is broken, where no other rule would take the segment then."""
    kind, positions = note
    first, rest = positions[0], positions[1:]
    filled, emptied, told = {
        "P": ((first,), rest, rest[0]),
        "R": ((), positions, first),
        "E": (positions[:2], (), rest[0]),
        "C": ((first,), rest, rest[0]),
        "L": ((first,), rest, rest[0]),
    }[kind]
    fixed = {it.element for it in _fixed(place.rule)} | {
        element.address.element for element in place.rule.elements if element.use == "must"
    }
    if set(emptied) & fixed or any(_forbidden(place.rule, position) for position in filled):
        return
    broken = segment
    for position in emptied:
        broken = with_text(broken, Address(position), "")
    for position in filled:
        broken = broken if text_at(broken, Address(position)) else _filled(ground, place.rule, broken, position)
    fault = faults.ELEMENT_EXCLUDED if kind == "E" else faults.ELEMENT_NEEDED
    text = f"{kind}{''.join(f'{it:02}' for it in positions)}: {place.rule.tag}{told:02} " + REQUIRED.get(kind, "excludes another")
    where = f"{place.address}/{kind}{''.join(f'{it:02}' for it in positions)}"
    yield ground.wound(
        "condition", where, text, ground.changed(place.position, broken), fault, place.rule.tag, place.position, Address(told)
    )


def _forbidden(rule: Rule, position: int) -> bool:
    element = rule.element(Address(position))
    return element is None or element.use == "never"


def _filled(ground: Ground, rule: Rule, segment: list[str], position: int) -> list[str]:
    element = rule.elements[position - 1]
    invention = Invention(Random(rule.tag), True, ground.guide.standard)
    first = next(
        (part for part in element.components if part.use == "must"), element.components[0] if element.components else element
    )
    return with_text(segment, first.address, invention.text(first))
