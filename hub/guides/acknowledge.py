"""Acknowledgements fall out of findings: what a TA1 or CONTRL says of an interchange and a 997 of each of its groups. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from hub.findings import Finding
from hub.formats.envelope import Group
from hub.guides import syntax
from hub.guides.alike import LISTED, Gathered
from hub.guides.codecs import Misread, read_date, read_time
from hub.guides.echo import echo, named
from hub.guides.notation import Guide
from hub.guides.verdicts import JudgedDocument, JudgedGroup, Judgement
from hub.model.acknowledgement import Acknowledgement, ElementFault, Judged, SegmentFault

# Groups that are acknowledgements themselves: never answered, or two hubs would talk for ever.
ANSWERS = frozenset(("FA",))
ANSWERING = ("interchange", "group")  # levels of guides that only answer; what is said of content is a document of its own
ELEMENTS_ONLY = "8"  # AK304: the segment has faults in its elements
SEGMENTS = "5"  # AK502: one or more segments are at fault
IN_SEGMENTS = ("AK304:", "AK403:")
MOST_CODES = 5
DETAILED = 1000  # of more documents than are listed, those whose segments are told
MOST_SEGMENTS = 1000  # AK3 in one set: nobody reads more
LONGEST_COPY = 99
MOST_ELEMENTS = 99  # two digits say which element is at fault
NO_FAULT, BAD_STRUCTURE = "000", "022"  # TA105
BAD_GROUP, BAD_VERSION = "1", "2"  # AK905
WIDTH = 9  # of ISA13


def acknowledgements(judgement: Judgement) -> list[Acknowledgement]:
    """One for each functional group, and one for the interchange where it is asked for or at fault."""
    return [acknowledgement for _, acknowledgement in acknowledged(judgement)]


def acknowledged(judgement: Judgement) -> list[tuple[Group | None, Acknowledgement]]:
    """The same, each with the group it is about; None where it is about the interchange."""
    if judgement.interchange.standard == "edifact":
        said = syntax.report(judgement)
        return [(None, said)] if said else []
    groups = [(group.group, _group(group, judgement)) for group in judgement.groups if _answerable(group)]
    return [*groups, *((None, one) for one in _interchange(judgement))]


def _answerable(group: JudgedGroup) -> bool:
    """A group with a number, which is no acknowledgement itself."""
    return group.group.control_number is not None and not _answers(group)


def _answers(group: JudgedGroup) -> bool:
    levels = {document.guide.level if document.guide else None for document in group.documents}
    return group.group.code in ANSWERS or (bool(levels) and levels <= set(ANSWERING))


def _interchange(judgement: Judgement) -> list[Acknowledgement]:
    """What is said of the interchange: on request, and of faults in its envelope. Only to a sender that can be named."""
    interchange = judgement.interchange
    faults = [finding for finding in told(judgement.findings) if finding.code.startswith("TA105:")]
    named = interchange.sender.id and interchange.receiver.id and interchange.control_number
    only_answers = bool(judgement.groups or judgement.notices) and all(map(_answers, judgement.groups))
    if not named or only_answers or not (interchange.wants_receipt or faults):
        return []
    worst = next((fault for fault in faults if fault.rejects), faults[0] if faults else None)
    verdict = "rejected" if judgement.rejected else "accepted_with_errors" if faults else "accepted"
    code = worst.code.partition(":")[2] if worst else BAD_STRUCTURE if judgement.rejected else NO_FAULT
    number = interchange.control_number or ""
    day, clock = _sent(interchange.header)
    if day is None:  # an answer repeats them
        return []
    return [
        Acknowledgement(
            level="interchange",
            interchange=number.zfill(WIDTH) if number.isdecimal() and len(number) <= WIDTH else "0" * WIDTH,
            sent_on=day,
            sent_time=clock,
            test=interchange.test,
            verdict=verdict,
            codes=(code,),
        )
    ]


def _sent(header: list[str]) -> tuple[date | None, str | None]:
    """Date and time in the header of an interchange, where they are what they should be."""
    try:
        return read_date(header[9].strip()[:6])[0], read_time(header[10].strip()[:4])[0]
    except (Misread, IndexError):
        return None, None


def _group(judged: JudgedGroup, judgement: Judgement) -> Acknowledgement:
    group = judged.group
    documents, accepted, remarks = _documents(judged)
    codes = _codes("AK905", judged.findings) or _not_taken(judged)
    return Acknowledgement(
        interchange=judgement.interchange.control_number,
        group=named(group.code),
        control_number=named(group.control_number),
        version=echo(group.version),
        test=judgement.interchange.test,
        verdict=_verdict(judged, judgement, accepted, remarks or bool(codes)),
        codes=codes,
        claimed=group.count if group.claimed is None else group.claimed,
        received=group.count,
        accepted=accepted,
        documents=documents,
    )


def _documents(judged: JudgedGroup) -> tuple[tuple[Judged, ...], int, bool]:
    """What is said of each document, how many are accepted, and whether something was remarked on one of those."""
    many = len(judged.documents) > LISTED
    found, accepted, remarks, detailed = Gathered(many), 0, False, 0
    for document in judged.documents:
        said = _document(document, with_segments=not many or detailed < DETAILED)
        accepted += not document.rejected
        remarks = remarks or said["verdict"] == "accepted_with_errors"
        detailed += bool(said["segments"])
        found.add(named(document.control_number), said)
    return found.entries(), accepted, remarks


def _not_taken(judged: JudgedGroup) -> tuple[str, ...]:
    """The group as a whole is nothing we take: none of its sets, or not in its version."""
    unknown = [document for document in judged.documents if document.guide is None]
    if not unknown or len(unknown) < len(judged.documents):
        return ()
    return (BAD_VERSION if all(document.known for document in unknown) else BAD_GROUP,)


def _verdict(judged: JudgedGroup, judgement: Judgement, accepted: int, remarks: bool) -> str:
    count = len(judged.documents)
    if judged.rejected or judgement.rejected or (count and not accepted):
        return "rejected"
    if accepted < count:
        return "partly_accepted"
    return "accepted_with_errors" if remarks else "accepted"


def _set_codes(findings: Sequence[Finding]) -> tuple[str, ...]:
    codes = _codes("AK502", findings)
    if SEGMENTS not in codes and any(finding.code.startswith(IN_SEGMENTS) for finding in told(findings)):
        codes = (*codes, SEGMENTS)[:MOST_CODES]
    return codes


def _document(judged: JudgedDocument, with_segments: bool) -> dict[str, Any]:
    segments = _segments(judged) if with_segments and judged.findings else ()
    codes = _set_codes(judged.findings) if judged.findings else ()
    verdict = "rejected" if judged.rejected else "accepted_with_errors" if codes else "accepted"
    return {
        "type": named(judged.type),
        "implementation": echo(judged.implementation),
        "verdict": verdict,
        "codes": codes,
        "segments": segments,
    }


def told(findings: Iterable[Finding]) -> list[Finding]:
    """Findings that a sender is told of in an acknowledgement: syntax, and more than a note."""
    return [finding for finding in findings if finding.kind == "syntax" and finding.severity != "note"]


def _codes(table: str, findings: Iterable[Finding]) -> tuple[str, ...]:
    """The codes of one table, each once, as many as an acknowledgement can carry."""
    codes = [finding.code.partition(":")[2] for finding in told(findings) if finding.code.startswith(f"{table}:")]
    return tuple(dict.fromkeys(codes))[:MOST_CODES]


def _segments(judged: JudgedDocument) -> tuple[SegmentFault, ...]:
    """One fault a segment, in file order, with the faults of its elements."""
    places: dict[tuple[int, str], list[Finding]] = {}
    for finding in told(judged.findings):
        if finding.code.startswith(IN_SEGMENTS) and finding.segment and finding.position:
            places.setdefault((finding.position, finding.segment), []).append(finding)
    return tuple(_segment(tag, position, places[position, tag], judged.guide) for position, tag in sorted(places)[:MOST_SEGMENTS])


def _segment(tag: str, position: int, findings: list[Finding], guide: Guide | None) -> SegmentFault:
    # AK303 names loops bounded by LS and LE only; none of ours are.
    own = [finding.code.partition(":")[2] for finding in findings if finding.code.startswith("AK304:")]
    elements = [finding for finding in findings if finding.code.startswith("AK403:") and finding.element]
    return SegmentFault(
        tag=named(tag),
        position=position,
        code=own[0] if own else ELEMENTS_ONLY,
        elements=tuple(_element(finding, guide) for finding in elements),
    )


def _element(finding: Finding, guide: Guide | None) -> ElementFault:
    return ElementFault(
        position=min(finding.element or 0, MOST_ELEMENTS),
        component=finding.component if (finding.component or 0) <= MOST_ELEMENTS else None,
        reference=_reference(finding, guide),
        code=finding.code.partition(":")[2],
        value=echo(finding.value, LONGEST_COPY),
    )


def _reference(finding: Finding, guide: Guide | None) -> str | None:
    """The number of the element in the standard's dictionary."""
    if guide is None or not finding.segment or not finding.element:
        return None
    for rule in guide.rules():
        if rule.tag == finding.segment and finding.element <= len(rule.elements):
            element = rule.elements[finding.element - 1]
            parts = element.components
            if finding.component and finding.component <= len(parts):
                element = parts[finding.component - 1]
            number = element.number
            return number if number and number.isdecimal() else None
    return None
