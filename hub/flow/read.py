"""Read: from bytes to drafts. Pure but for the guides and mappings that are loaded on first use."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from hub.errors import Unreadable
from hub.findings import Finding
from hub.flow.draft import Draft
from hub.flow.site import Site
from hub.formats import detect
from hub.formats.envelope import Group, Interchange, TransactionSet
from hub.guides.judge import Policy, judge, stream
from hub.guides.notation import Guide
from hub.guides.reader import Defaults
from hub.guides.verdicts import JudgedDocument, Judgement
from hub.ledger import arrivals
from hub.mapping.mapping import Mapping, Reading
from hub.mapping.messages import json_value
from hub.model import DOCUMENTS
from hub.rules.condition import failing
from hub.sdk import HELD
from hub.settings.endpoint import CANONICAL, MIXED, Endpoint, Reads
from hub.settings.partner import Partner

EDI = ("x12", "edifact")
ACKNOWLEDGEMENT = "acknowledgement"
HEAD = 4096  # bytes by which a format is known


@dataclass(slots=True)
class Read:
    """What an arrival holds. Of a large interchange only verdicts: its documents are read again when they are asked for."""

    judgements: list[tuple[Judgement, Partner | None]] = field(default_factory=list)
    alone: list[Draft] = field(default_factory=list)  # of a message that is no interchange
    problem: str | None = None  # why nothing could be made of the bytes
    whole: bool = True  # documents stand in the judgements


def read(site: Site, endpoint: Endpoint, arrival: Any, pieces: Iterable[bytes], whole: bool = True) -> Read:
    """Take one arrival apart. Never raises on content: what cannot be read says why. Not `whole`: in constant memory."""
    site.probe("read")
    marks = arrivals.marks(arrival)
    if HELD in marks and arrivals.RELEASED not in marks:
        return Read(problem=f"a person must look: {marks[HELD]}")
    as_what = marks.get(arrivals.READS)
    try:
        if (as_what or endpoint.format) == MIXED:
            pieces = [b"".join(pieces)]
            as_what = _standard(endpoint, pieces[0])
        if (as_what or endpoint.format) in EDI:
            return Read(list(_judged(site, endpoint, pieces, whole)), whole=whole)
        return Read(alone=_mapped(site, endpoint, arrival, b"".join(pieces), as_what))
    except Unreadable as error:
        return Read(problem=str(error))


def _standard(endpoint: Endpoint, body: bytes) -> str | None:
    """The standard of an interchange where any format may come; None for what mappings read. Raises Unreadable."""
    standard = detect.spoken(body[:HEAD])
    if standard is not None and endpoint.partner is None:
        raise Unreadable(f"this is {standard}, and the file of {endpoint.name} names no `partner` whose guides count")
    return standard


def drafts(site: Site, endpoint: Endpoint, found: Read, pieces: Iterable[bytes] = ()) -> Iterator[Draft]:
    """Every document of the arrival, in order; all trailers are judged by now. `pieces`: the bytes again, where they are needed."""
    partner = site.partner(endpoint.partner)
    again = None if found.whole else _again(site, endpoint, found, pieces)
    papers = ((judgement, judged) for judgement, _ in found.judgements for judged in _papers(judgement, again))
    for position, (judgement, judged) in enumerate(papers):
        draft = _draft(judgement.interchange, judged, position)
        draft.partner = endpoint.partner
        _check_sender(draft, judgement.interchange, partner)
        _hold_for_content(draft)
        yield _expected(endpoint, draft)
    yield from (_expected(endpoint, draft) for draft in found.alone)


def _expected(endpoint: Endpoint, draft: Draft) -> Draft:
    if endpoint.gives and draft.kind not in endpoint.gives:
        draft.hold(f"{endpoint.name} is not expected to send this; see `gives` in its file")
    return draft


def _papers(judgement: Judgement, again: Iterator[JudgedDocument] | None) -> Iterator[JudgedDocument]:
    """The documents of an interchange: as they were judged, or, where they are sound, as they are read again."""
    yield from judgement.notices
    for group in judgement.groups:
        for judged in group.documents:
            anew = next(again) if again is not None else judged
            yield judged if judged.rejected else anew


def _again(site: Site, endpoint: Endpoint, found: Read, pieces: Iterable[bytes]) -> Iterator[JudgedDocument] | None:
    """Every document once more; those that were rejected are only passed by. None where nothing else is there."""
    groups = (group for judgement, _ in found.judgements for group in judgement.groups)
    fallen = bytearray(judged.rejected for group in groups for judged in group.documents)
    if all(fallen):
        return None
    return (one for one in _events(site, endpoint, pieces, False, fallen) if isinstance(one, JudgedDocument))


def _judged(site: Site, endpoint: Endpoint, pieces: Iterable[bytes], whole: bool) -> Iterator[tuple[Judgement, Partner | None]]:
    partner = site.partner(endpoint.partner)
    return ((one, partner) for one in _events(site, endpoint, pieces, whole) if isinstance(one, Judgement))


def _events(
    site: Site, endpoint: Endpoint, pieces: Iterable[bytes], whole: bool, fallen: Sequence[int] = ()
) -> Iterator[JudgedDocument] | Iterator[Judgement] | Iterator[JudgedDocument | Judgement]:
    """`fallen` says of each document of the file whether it is not worth reading."""
    partner = site.partner(endpoint.partner)
    library = site.library(partner)

    def find(interchange: Interchange, group: Group, tset: TransactionSet) -> Guide | None:
        if fallen and fallen[tset.index]:
            return None
        return library.find(interchange.standard, tset.type, tset.version, partner.guides if partner else None)

    return (judge if whole else stream)(detect.read(pieces), find, policy_for(site, partner), plain=True)


def policy_for(site: Site, partner: Partner | None) -> Policy:
    """How a partner's documents are judged."""
    return partner.policy if partner else Policy(defaults=Defaults(site.zone(None)))


def defaults_for(site: Site, partner: Partner | None) -> Defaults:
    """What counts where a document does not say: the partner's zone and currency."""
    return policy_for(site, partner).defaults or Defaults()


def _draft(interchange: Interchange, judged: JudgedDocument, position: int) -> Draft:
    return Draft(
        position=position,
        kind=judged.guide.document if judged.guide else "",
        sender=f"{interchange.sender.qualifier or ''}:{interchange.sender.id or ''}",
        value=judged.plain,
        findings=list(judged.findings),
        state="accepted" if judged.state.startswith("accepted") else judged.state,
        why=_why(judged.findings) if not judged.state.startswith("accepted") else None,
        type=judged.type,
        version=judged.version,
        control_number=judged.control_number,
        number=judged.number,
        test=interchange.test,
        guide=judged.guide.name if judged.guide else None,
        sound=judged.plain is not None,
    )


def _hold_for_content(draft: Draft) -> None:
    """Content that the partner's file is strict about is for a person: an acknowledgement cannot refuse it."""
    wrong = [finding.text for finding in draft.findings if finding.kind == "application" and finding.severity == "error"]
    if wrong and draft.state == "accepted":
        draft.hold("; ".join(wrong))


def _why(findings: Iterable[Finding]) -> str:
    return "; ".join(finding.text for finding in findings if finding.rejects) or "its interchange was refused"


def _check_sender(draft: Draft, interchange: Interchange, partner: Partner | None) -> None:
    if partner is None:
        return
    them = partner.ids.them
    if (interchange.sender.qualifier, interchange.sender.id) != (them.qualifier, them.id):
        draft.hold(f"it comes from {draft.sender}, but this channel is for {them.qualifier}:{them.id} ({partner.name})")
    elif interchange.test != partner.test:
        said = "a test" if interchange.test else "production"
        draft.hold(f"it is flagged as {said}, but partner {partner.name} is in {partner.state}")


def _mapped(site: Site, endpoint: Endpoint, arrival: Any, body: bytes, as_what: str | None) -> list[Draft]:
    """Whatever mappings or the canonical model understand; a message may hold several documents. `as_what`: by a person's word."""
    if (as_what or endpoint.format) == CANONICAL:
        found = _canonical(endpoint, arrival, body)
    else:
        reads = (Reads(mapping=as_what),) if as_what else _fitting(site, endpoint, arrival, body)
        found = _through(site, endpoint, arrival, body, reads)
    partner = site.partner(endpoint.partner)
    for position, draft in enumerate(found):
        draft.position, draft.partner = position, endpoint.partner
        _check_flag(draft, partner)
        draft.test = endpoint.test or bool((draft.value or {}).get("test"))
        draft.number = str((draft.value or {}).get("number") or "") or None
        if wrong := [_placed(finding) for finding in draft.findings if finding.severity == "error"]:
            draft.hold("; ".join(wrong))
    return found


def _fitting(site: Site, endpoint: Endpoint, arrival: Any, body: bytes) -> Sequence[Reads]:
    """The mappings that a message may be for: of its own format, where several may come."""
    if endpoint.format != MIXED:
        return endpoint.reads
    shapes, mappings = detect.shapes(body[:HEAD], arrival.name), site.company.mappings
    format_of = {name: mapping.format for name, mapping in mappings.items()} | {CANONICAL: "json"}
    return [reads for reads in endpoint.reads if format_of[reads.mapping] in shapes]


def _through(site: Site, endpoint: Endpoint, arrival: Any, body: bytes, candidates: Sequence[Reads]) -> list[Draft]:
    """The documents as the first mapping sees them that the message is one for. Raises Unreadable with every reason."""
    reasons: list[str] = []
    for reads in candidates:
        if reads.mapping == CANONICAL:
            if not reads.when or failing(reads.when, json_value(body)) is None:
                return _canonical(endpoint, arrival, body)
            continue
        mapping = site.company.mappings[reads.mapping]
        try:
            found = mapping.take(body, reads.when)
        except Unreadable as error:
            reasons.append(str(error))
            continue
        return [_of(mapping, endpoint, reading) for reading in found]
    raise Unreadable(_none_fits(endpoint, reasons))


def _placed(finding: Finding) -> str:
    """A finding with its place, said once."""
    return finding.text if not finding.path or finding.text.startswith(finding.path) else f"{finding.path}: {finding.text}"


def _none_fits(endpoint: Endpoint, reasons: list[str]) -> str:
    alike = list(dict.fromkeys(reasons))
    if len(alike) == 1:
        return alike[0]
    return f"no mapping of {endpoint.name} fits this message; see `reads` in its file" + "".join(f"; {one}" for one in alike)


def _of(mapping: Mapping, endpoint: Endpoint, reading: Reading) -> Draft:
    value, found = dict(reading.value), list(reading.findings)
    return Draft(0, mapping.document, endpoint.name, value, found, guide=mapping.name, anew=reading.anew)


def _check_flag(draft: Draft, partner: Partner | None) -> None:
    """What a message says of itself, the partner's file must say too."""
    said = (draft.value or {}).get("test")
    if isinstance(said, bool) and partner is not None and said is not partner.test:
        draft.hold(f"it is flagged as {'a test' if said else 'production'}, but partner {partner.name} is in {partner.state}")


def _canonical(endpoint: Endpoint, arrival: Any, body: bytes) -> list[Draft]:
    value, headers = json_value(body), json.loads(arrival.headers or "{}")
    if not isinstance(value, dict):
        raise Unreadable("not a JSON object")
    kind = str(value.pop("document", None) or headers.get("document", ""))
    if kind not in DOCUMENTS:
        raise Unreadable(f"`{kind}` is no canonical document; they are {', '.join(sorted(DOCUMENTS))}")
    unknown = sorted(set(value) - set(DOCUMENTS[kind].model_fields))
    if unknown:
        raise Unreadable(f"a {kind} has no {', '.join(f'`{name}`' for name in unknown)}")
    return [Draft(0, kind, endpoint.name, value, type=kind)]
