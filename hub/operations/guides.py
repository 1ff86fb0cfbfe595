"""Tells what a guide demands, in words for people, and what a partner's guide changes; finds the guides there are."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from hub.errors import CrossdockError
from hub.guides.codecs import NAMES
from hub.guides.functions import EQUALS
from hub.guides.library import Library, called
from hub.guides.notation import Condition, Element, Guide, Rule
from hub.guides.places import called as addressed
from hub.guides.tables import Table
from hub.guides.unfold import TREES
from hub.model.shape import Shape
from hub.operations.read import Desk, product
from hub.settings.company import nearby
from hub.settings.partner import Partner
from hub.settings.partners import FILE, alone

PARTNERS, OWN = "partners", "guides"
SUFFIXES = (".yaml", ".yml")
MOST = 10**6  # a length beyond this is no limit
USES = {"must": "must be sent", "may": "may be sent", "never": "must not be sent"}


class NoPartner(CrossdockError):
    """There is no such partner."""


@dataclass(slots=True)
class ElementLine:
    """One element or component in words."""

    place: str  # such as 03 or 05-01
    title: str
    use: str
    kind: str  # type and length
    carries: str  # canonical path; empty: not carried
    codes: tuple[tuple[str, str], ...] = ()  # code and meaning
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class SegmentLine:
    """One segment in words, at its place."""

    address: str
    tag: str
    title: str
    depth: int
    use: str
    repeats: str
    notes: tuple[str, ...] = ()
    elements: list[ElementLine] = field(default_factory=list)
    heading: str = ""  # of a level of a tree, before its first segment


def library(company: Path | None = None, partner: str | None = None, file: Path | None = None) -> Library:
    """The product's guides; a company's, and a partner's of it, before them; a file that somebody holds before all."""
    if partner is None:
        return Library([*_companys(company), product()] if company else [product()], file)
    home = _home(company, partner)
    return Library([*_present(home / OWN), *_companys(home.parent.parent), product()], file)


def found(name: str, company: Path | None = None, partner: str | None = None) -> tuple[Library, str]:
    """A library and the name in it of a guide that a person names: by its name, or by its file."""
    if not name.endswith(SUFFIXES):
        return library(company, partner), name
    return library(company, partner, Path(name)), called(Path(name))


def desk(company: Path | None = None, partner: str | None = None, file: Path | None = None) -> Desk:
    """Where files are read as this partner's, as the partner's file says; or by the guide in `file`."""
    shelves = library(company, partner, file)
    return Desk(shelves, partner=settings_of(company, partner), own=shelves.guide(called(file)) if file else None)


def _companys(company: Path | None) -> list[Path]:
    return [path for name in (OWN, "mappings") for path in _present(company / name)] if company else []


def settings_of(company: Path | None, partner: str | None) -> Partner | None:
    """What a partner's file says; None where no partner is named, or it has none. Raises SettingsError with its mistakes."""
    if partner is None:
        return None
    home = _home(company, partner)
    if not (home / FILE).is_file():  # a folder of guides alone
        return None
    return alone(home, (*_companys(home.parent.parent), product()), os.environ)


def _home(company: Path | None, partner: str) -> Path:
    home = (company or nearby() or Path("config")) / PARTNERS / partner
    if not home.is_dir():
        raise NoPartner(f"there is no partner {partner!r}: no folder {home}")
    return home


def _present(folder: Path) -> list[Path]:
    return [folder] if folder.is_dir() else []


def partners(company: Path) -> Iterator[str]:
    """Partners of a company that have guides of their own."""
    yield from (path.parent.name for path in sorted((company / PARTNERS).glob(f"*/{OWN}")) if path.is_dir())


def described(guide: Guide) -> list[SegmentLine]:
    """Every segment that the guide knows, in order, loops inside."""
    return list(_body(guide.body, "", 0, ""))


def _body(rules: tuple[Rule, ...], above: str, depth: int, home: str) -> Iterator[SegmentLine]:
    for rule in rules:
        address = f"{above}{addressed(rule)}"
        path = _joined(home, f"{rule.each}.*" if rule.each else "")
        yield _segment(rule, address, depth, path)
        yield from _body(rule.body or (), f"{address}/", depth + 1, path)
        homes = TREES[rule.function].homes if rule.function else {}
        for code, level in rule.levels.items():
            holds = f"; may hold {', '.join(it or 'itself' for it in level.holds)}" if level.holds else ""
            fills: str | type[Shape] = homes.get(code, path)
            named = fills if isinstance(fills, str) else fills.__name__.lower()
            inside = list(_body(level.body, f"{address}/{code}/", depth + 1, named))
            if inside:
                inside[0].heading = f"Level {code} ({level.title}){holds}" if code else f"Every level{holds}"
            yield from inside


def _joined(home: str, path: str) -> str:
    if path in ("", "."):
        return home
    return f"{home}.{path}" if home else path


def _segment(rule: Rule, address: str, depth: int, home: str) -> SegmentLine:
    line = SegmentLine(address, rule.tag, rule.title, depth, USES[rule.use], _repeats(rule), tuple(_notes(rule)))
    if rule.carried:
        for element in rule.elements:
            line.elements += [_element(rule, part, home) for part in element.each() if _telling(rule, part)]
    return line


def _repeats(rule: Rule) -> str:
    if rule.max is None:
        return "any number of times"
    return "once" if rule.max == 1 else f"up to {rule.max} times"


def _notes(rule: Rule) -> Iterator[str]:
    for when in rule.when:
        yield f"only with {' or '.join(when.codes)} in {when.address.of(rule.tag)}"
    if rule.key:
        yield f"told apart by the code in {rule.key.address.of(rule.tag)}"
    if rule.needs:
        yield f"needed for {', '.join(rule.needs)}"
    if rule.tree:
        yield "a tree: each names its parent"
    for pairs in rule.pairs:
        kind = f" ({pairs.table.name})" if pairs.table else ""
        yield f"{rule.tag}{pairs.first:02} to {pairs.last:02}: pairs of kind{kind} and value → {pairs.into}"
    if rule.groups:
        size = "one element" if rule.groups.size == 1 else f"{rule.groups.size} elements"
        yield f"{rule.tag}{rule.groups.first:02} to {rule.groups.last:02}: {size} repeated → {rule.groups.each}"
    yield from (condition(note, rule.tag) for note in rule.conditions if rule.carried)
    if not rule.carried:
        yield "not carried"


def condition(note: Condition, tag: str) -> str:
    """A conditional note in words.

    >>> condition(Condition("P", (3, 4)), "N1"), condition(Condition("R", (2, 3)), "N1")
    ('N103, N104 go together: all or none', 'at least one of N102, N103 is needed')
    """
    first, *rest = (f"{tag}{position:02}" for position in note.positions)
    others, listed = " and ".join(rest), ", ".join((first, *rest))
    return {
        "P": f"{listed} go together: all or none",
        "R": f"at least one of {listed} is needed",
        "E": f"only one of {listed} may be filled",
        "C": f"when {first} is filled, {others} must be too",
        "L": f"when {first} is filled, at least one of {', '.join(rest)} must be too",
    }[note.kind]


def _telling(rule: Rule, element: Element) -> bool:
    """Elements that the guide says something about; the other ones may be sent and are not carried."""
    pairs = [place for run in rule.pairs for place in run.places()]
    if (
        any(element.address.element in (one.element, other.element) for one, other in pairs[1:])
        and element.address not in pairs[0]
    ):
        return False  # told with the first pair
    keyed = rule.key is not None and rule.key.address == element.address
    whens = any(when.address == element.address for when in rule.when)
    paired = any(element.address in place for place in pairs)
    return element.carries or element.use != "may" or bool(element.only) or element.const is not None or keyed or whens or paired


def _element(rule: Rule, element: Element, home: str) -> ElementLine:
    paths = [_joined(home, path) or _itself(rule) for path in element.paths]
    address = element.address
    place = f"{address.element:02}" + (f"-{address.component:02}" if address.component else "")
    return ElementLine(
        place,
        element.title,
        _use(rule, element),
        _kind(element),
        ", ".join(paths),
        tuple(_codes(rule, element)),
        tuple(_said(element)),
    )


def _use(rule: Rule, element: Element) -> str:
    whole = rule.elements[element.address.element - 1]
    inside = element.address.component and whole.use != "must" and element.use == "must"
    return "must be sent with the others of its composite" if inside else USES[element.use]


def _itself(rule: Rule) -> str:
    """What an element carries that is the item itself, outside of any list."""
    return rule.each or "the document"


def _kind(element: Element) -> str:
    if element.components or element.high > MOST:
        return "composite" if element.components else ""
    length = str(element.low) if element.low == element.high else f"{element.low}/{element.high}"
    return f"{element.type} {length}"


def _codes(rule: Rule, element: Element) -> Iterator[tuple[str, str]]:
    """The codes that may stand here, with their meaning where we know it."""
    table = element.table
    if rule.key and rule.key.address == element.address:
        table = rule.key.table
    for pairs in rule.pairs:
        if any(element.address == qualifier for qualifier, _ in pairs.places()):
            table = pairs.table
    own = next((when.codes for when in rule.when if when.address == element.address), ())
    allowed = (element.const,) if element.const is not None else element.only or own
    for code in allowed or (table.words if table else ()):
        yield code, _titled(table, code)


def _titled(table: Table | None, code: str) -> str:
    word = table.words.get(code, "") if table else ""
    return (table.titles.get(word) or word) if table and word else ""


def _said(element: Element) -> Iterator[str]:
    if element.const is not None:
        yield f"always {element.const}"
    elif element.only:
        yield "no other codes"
    elif element.table:
        yield "other codes are kept as they came"
    if element.codec[0] == "n" and element.codec in NAMES and element.codec != "n0":
        yield f"{element.codec[1]} decimals implied"
    if len(element.over) > 1:
        yield "together with element " + ", ".join(f"{it}" for it in element.over if it != element.address)
    if element.equals:
        yield "computed: " + (EQUALS[element.equals].value.__doc__ or element.equals).strip().split("\n")[0].rstrip(".")
