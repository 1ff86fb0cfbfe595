"""What a CONTRL says of an interchange and its messages: made from findings, like every acknowledgement. Pure."""

from collections.abc import Iterable
from typing import Any

from hub.findings import Finding
from hub.guides.alike import LISTED, Gathered
from hub.guides.echo import echo, named
from hub.guides.verdicts import JudgedDocument, JudgedGroup, Judgement
from hub.model.acknowledgement import Acknowledgement, ElementFault, GroupVerdict, Judged, SegmentFault

CODES = "0085:"
UNSPECIFIED = "18"
HEADERS = ("UNH", "UNT")
MOST_SEGMENTS = 999  # UCS in one message: the standard allows no more
ANSWERS = ("CONTRL",)  # never answered, or two hubs would talk for ever


def report(judgement: Judgement) -> Acknowledgement | None:
    """What would be said to the sender; None where nobody can be named, or nothing but answers came."""
    interchange = judgement.interchange
    if not (interchange.sender.id and interchange.receiver.id and interchange.control_number):
        return None
    kinds = {judged.type in ANSWERS for group in judgement.groups for judged in group.documents}
    if kinds == {True}:
        return None
    told = _told(judgement.findings)
    return Acknowledgement(
        level="interchange",
        interchange=named(interchange.control_number),
        sender=named(interchange.sender.id),
        sender_qualifier=echo(interchange.sender.qualifier),
        receiver=named(interchange.receiver.id),
        receiver_qualifier=echo(interchange.receiver.qualifier),
        test=interchange.test,
        verdict=_verdict(judgement),
        groups=() if judgement.rejected else tuple(_group(group) for group in judgement.groups if group.group.header),
        documents=_documents(judgement),
        **(_place(told) if judgement.rejected else {}),
    )


def needed(judgement: Judgement) -> bool:
    """True when the sender asked for it, or must know what was refused."""
    return judgement.refused or judgement.interchange.wants_receipt


def _told(findings: Iterable[Finding]) -> list[Finding]:
    """Findings that make a receiver refuse."""
    return [finding for finding in findings if finding.rejects]


def _verdict(judgement: Judgement) -> str:
    groups = [group for group in judgement.groups if group.group.header]
    if judgement.rejected or (groups and all(group.rejected for group in groups)):
        return "rejected"
    return "partly_accepted" if any(one.rejected for group in judgement.groups for one in group.documents) else "accepted"


def _place(told: list[Finding]) -> dict[str, Any]:
    """The first fault of a header or trailer: there is room for one."""
    first = next((finding for finding in told if finding.code.startswith(CODES)), None)
    if first is None:
        return {"codes": (UNSPECIFIED,)}
    tag = first.segment if first.segment and len(first.segment) == 3 and first.segment.isalnum() else None
    component = first.component if first.element else None
    return {"codes": (_code(first),), "segment": tag, "element": first.element if tag else None, "component": component}


def _group(judged: JudgedGroup) -> GroupVerdict:
    """What is said of a group that its sender made."""
    header, component = judged.group.header, judged.group.interchange.separators.component
    (sender, by), (receiver, its) = (
        (*header[at].split(component), "", "")[:2] if at < len(header) else ("", "") for at in (2, 3)
    )
    return GroupVerdict(
        control_number=named(judged.group.control_number),
        sender=echo(sender),
        sender_qualifier=echo(by),
        receiver=echo(receiver),
        receiver_qualifier=echo(its),
        verdict="rejected" if judged.rejected else "accepted",
        **(_place(_told(judged.findings)) if judged.rejected else {}),
    )


def _documents(judgement: Judgement) -> tuple[Judged, ...]:
    """All messages; of what is refused as a whole only those that have faults of their own."""
    found = Gathered(many=sum(len(group.documents) for group in judgement.groups) > LISTED)
    for group in judgement.groups:
        real = bool(group.group.header)
        inside = named(group.group.control_number) if real and not judgement.rejected else None
        for judged in group.documents:
            if _told(judged.findings) or not (judgement.rejected or (real and group.rejected)):
                found.add(named(judged.control_number), _document(judged, () if real else group.findings, inside))
    return found.entries()


def _document(judged: JudgedDocument, above: Iterable[Finding], group: str | None) -> dict[str, Any]:
    kind, version, release, agency, association = (*judged.identifier, "", "", "", "", "")[:5]
    told = _told(judged.findings) if judged.rejected else []
    own = [finding for finding in told if not _inside(finding)]
    segments = _segments(finding for finding in told if _inside(finding))
    faults = own or ([] if segments else _told(above))
    return {
        "type": named(kind or judged.type),
        "group": group,
        "version": echo(version),
        "release": echo(release),
        "agency": echo(agency),
        "implementation": echo(association),
        "verdict": "rejected" if judged.rejected else "accepted",
        "segments": segments,
        **(_place(faults) if faults or (judged.rejected and not segments) else {}),
    }


def _inside(finding: Finding) -> bool:
    """True for a fault in the message itself, which has a place there."""
    return finding.code.startswith(CODES) and bool(finding.position) and finding.segment not in HEADERS


def _segments(told: Iterable[Finding]) -> tuple[SegmentFault, ...]:
    """One fault a segment, in file order, with the faults of its elements."""
    places: dict[int, list[Finding]] = {}
    for finding in told:
        places.setdefault(finding.position or 0, []).append(finding)
    return tuple(_segment(position, places[position]) for position in sorted(places)[:MOST_SEGMENTS])


def _segment(position: int, findings: list[Finding]) -> SegmentFault:
    own = [finding for finding in findings if not finding.element]
    return SegmentFault(
        tag=findings[0].segment,
        position=position,
        code=_code(own[0]) if own else None,
        elements=tuple(_element(finding) for finding in findings if finding.element),
    )


def _element(finding: Finding) -> ElementFault:
    return ElementFault(position=finding.element or 0, component=finding.component, code=_code(finding), value=finding.value)


def _code(finding: Finding) -> str:
    return finding.code.removeprefix(CODES)
