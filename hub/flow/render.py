"""Render: documents become the bytes their target reads. Pure; numbers are provisional until the second reader agrees."""

import json
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from hub.errors import Rejected, mistake
from hub.findings import Finding
from hub.flow.addressing import reader_of
from hub.flow.envelopes import Parcel, check, reread
from hub.flow.read import ACKNOWLEDGEMENT, EDI, defaults_for
from hub.flow.site import Site, Stopped
from hub.formats.letter import Thread, compose
from hub.guides.notation import Guide
from hub.guides.pages import bound, many, written
from hub.guides.writer import Writing
from hub.model import DOCUMENTS, Acknowledgement, Document, plain
from hub.rules import counting
from hub.rules.asking import Asking, counted_before, reading
from hub.rules.changing import answers_change
from hub.rules.packs import Packs
from hub.settings.endpoint import CANONICAL, LETTER, Endpoint

log = logging.getLogger(__name__)
Good = TypeVar("Good")
MEDIA = {
    "csv": "text/csv",
    "fixed": "text/plain",
    "xml": "application/xml",
    "x12": "application/edi-x12",
    "edifact": "application/edifact",
    "json": "application/json",
    "canonical": "application/json",
    LETTER: "message/rfc822",
}
PLAIN = json.JSONEncoder(ensure_ascii=False)
SUFFIX = {
    "x12": "edi",
    "edifact": "edi",
    "json": "json",
    "canonical": "json",
    "csv": "csv",
    "fixed": "txt",
    "xml": "xml",
    LETTER: "eml",
}


@dataclass(slots=True)
class Prepared:
    """One message ready for its numbers: which deliveries it carries, and how to make the final bytes."""

    rows: list[Any]  # delivery rows with `canonical`
    kind: str
    number: str | None
    test: bool
    body: bytes | None = None  # None: composed once numbers are drawn
    parcels: list[Parcel] = field(default_factory=list)

    @property
    def ids(self) -> list[int]:
        return [row.id for row in self.rows]


@dataclass(slots=True)
class Spoiled:
    """A delivery whose document cannot be written as its target wants it."""

    row: Any
    why: str


def render(site: Site, endpoint: Endpoint, rows: Sequence[Any], together: bool) -> tuple[list[Prepared], list[Spoiled]]:
    """Messages for these deliveries; one bad document leaves before numbers are drawn. `together`: as few messages as can be."""
    site.probe("render")
    good, spoiled = list[Prepared](), list[Spoiled]()
    for speech in dict.fromkeys(endpoint.speaks(row.kind) for row in rows):
        mine = [row for row in rows if endpoint.speaks(row.kind) == speech]
        made = _edi(site, endpoint, mine, together) if speech in EDI else _each(site, endpoint, mine, speech)
        good, spoiled = good + made[0], spoiled + made[1]
    return good, spoiled


def _each(site: Site, endpoint: Endpoint, rows: Sequence[Any], speech: str) -> tuple[list[Prepared], list[Spoiled]]:
    make = _letter if speech == LETTER else _mapped
    return _apart(_made(make, site, endpoint, row) for row in rows)


def _made(make: Callable[[Site, Endpoint, Any], Good | Spoiled], site: Site, endpoint: Endpoint, row: Any) -> Good | Spoiled:
    """A mistake of ours in one document must not stop the others."""
    try:
        return make(site, endpoint, row)
    except Stopped:
        raise
    except Rejected as error:
        return Spoiled(row, str(error))
    except Exception as error:
        log.exception("delivery %s for %s could not be rendered", row.id, endpoint.name)
        return Spoiled(row, mistake(error))


def _apart(made: Iterable[Good | Spoiled]) -> tuple[list[Good], list[Spoiled]]:
    """What can be sent, and what cannot."""
    everything = list(made)
    spoiled = [one for one in everything if isinstance(one, Spoiled)]
    return [one for one in everything if not isinstance(one, Spoiled)], spoiled


def _document(row: Any) -> Document:
    return DOCUMENTS[row.kind].model_validate_json(row.canonical)


def _mapped(site: Site, endpoint: Endpoint, row: Any) -> Prepared | Spoiled:
    name = endpoint.writing(row.kind)
    if name is None:
        return Spoiled(row, f"{endpoint.name} has no mapping for a {row.kind.replace('_', ' ')}; see `writes` in its file")
    document = _document(row)
    if endpoint.units:
        counted, findings = counting.convert(plain(document), endpoint.units, *_packs(site, endpoint.units, document, row.heard))
        if why := _errors(findings):
            return Spoiled(row, why)
        document = DOCUMENTS[row.kind].model_validate(counted)
    if name == CANONICAL:
        return Prepared([row], row.kind, row.number, row.test, PLAIN.encode(plain(document)).encode())
    body, findings = site.company.mappings[name].make(document, reading(json.loads(row.heard or "[]")))
    if why := _errors(findings):
        return Spoiled(row, why)
    return Prepared([row], row.kind, row.number, row.test, body)


def _packs(site: Site, unit: str, document: Document, heard: str | None) -> tuple[Packs, bool]:
    """Packs as they were known when the document was decided, whose count was judged then; as they are now, where it was not
    counted in this unit then."""
    tables = site.company.tables_for(document.partner)
    asking = Asking(reading(json.loads(heard or "[]")), {}, site.now())
    asked = tables.asked.get("packs")
    return asking.packs(plain(document), asked, unit, tables.packs), counted_before(asking.heard, asked)


def _letter(site: Site, endpoint: Endpoint, row: Any) -> Prepared | Spoiled:
    """Words for whoever sent the order, in the thread of that message; `row` is addressed."""
    name = endpoint.writing(row.kind)
    if name is None:
        return Spoiled(row, f"{endpoint.name} has no letters for a {row.kind.replace('_', ' ')}; see `writes` in its file")
    document = plain(_document(row))
    to = reader_of(row.origin, document, row.ordered)
    if to is None:
        return Spoiled(row, "nobody to write to: neither the order's message nor its contacts name an address")
    try:
        words = site.company.letters[name].write(document, row.ordered)
        thread = Thread(row.origin.get("message_id", ""))
        body = compose(to, words.subject, words.text, words.html, site.now(), thread)
    except ValueError as error:
        return Spoiled(row, str(error))
    return Prepared([row], row.kind, row.number, row.test, body)


def _errors(findings: Sequence[Finding]) -> str | None:
    """What is wrong, each with its place, and what to do about it."""
    wrong = [finding for finding in findings if finding.severity == "error"][:5]
    to_do = dict.fromkeys(finding.hint for finding in wrong if finding.hint)
    return "; ".join([*(f"{finding.path or finding.segment or ''} {finding.text}".strip() for finding in wrong), *to_do]) or None


def guide_of(site: Site, endpoint: Endpoint, row: Any) -> Guide | None:
    """The guide by which this document is written to this partner."""
    partner = site.partner(endpoint.partner)
    assert partner is not None
    library = site.library(partner)
    level = json.loads(row.canonical).get("level", "group") if row.kind == ACKNOWLEDGEMENT else None
    version, named = partner.versions.group, partner.guides.get(row.kind)
    if row.kind == "order_response" and partner.changes.answer and answers_change(json.loads(row.canonical)):
        return library.guide(partner.changes.answer, version)
    return library.find_for(row.kind, partner.standard, level, version, named)


def _edi(site: Site, endpoint: Endpoint, rows: Sequence[Any], together: bool) -> tuple[list[Prepared], list[Spoiled]]:
    good, spoiled = _apart(_made(_parcel, site, endpoint, row) for row in rows)
    bundles = _bundles(good) if together else [[parcel] for parcel in good]
    return [_message(bundle) for bundle in bundles], spoiled


def _parcel(site: Site, endpoint: Endpoint, row: Any) -> Parcel | Spoiled:
    guide = guide_of(site, endpoint, row)
    if guide is None:
        return Spoiled(row, f"there is no guide that writes a {row.kind.replace('_', ' ')} for this partner")
    document = _document(row)
    version = document.version if isinstance(document, Acknowledgement) else None
    parcel = Parcel(row, guide, (), version if version and version.startswith(guide.versions) else None)
    pages = written(guide, document, defaults_for(site, site.partner(endpoint.partner)))
    parcel.segments = bound(guide, document, (_agreed(site, endpoint, parcel, page) for page in pages))
    if many(document):
        _agree(reread(site, endpoint, parcel))
    return parcel


def _agreed(site: Site, endpoint: Endpoint, parcel: Parcel, page: Writing) -> Sequence[list[str]]:
    """What is written of this document, or of one page of it, looked at as if it were all. Raises Rejected."""
    site.go_on()
    if why := _errors(page.findings):
        raise Rejected(why)
    _agree(check(site, endpoint, replace(parcel, segments=page.segments)))
    return page.segments


def _agree(findings: Sequence[Finding]) -> None:
    if why := _errors(findings):
        raise Rejected(f"the check before sending refuses it: {why}")


def _bundles(parcels: Sequence[Parcel]) -> list[list[Parcel]]:
    """Test and production apart; otherwise all in one interchange."""
    sides = [[one for one in parcels if bool(one.row.test) is test] for test in (False, True)]
    return [side for side in sides if side]


def _message(bundle: list[Parcel]) -> Prepared:
    first = bundle[0].row
    return Prepared([one.row for one in bundle], first.kind, first.number if len(bundle) == 1 else None, first.test, None, bundle)
