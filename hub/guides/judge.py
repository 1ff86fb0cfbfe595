"""Judges what the readers hand out: each document against its guide, then its group and interchange. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from hub.findings import Finding, note
from hub.formats.envelope import Event, Group, Interchange, Standard, TransactionSet
from hub.guides import checks, reader, refusals, tally
from hub.guides.checks import Levels
from hub.guides.making import made
from hub.guides.notation import Guide, Rule
from hub.guides.plainly import plainly
from hub.guides.reader import Defaults
from hub.guides.verdicts import JudgedDocument, JudgedGroup, Judgement, State
from hub.model import DOCUMENTS

Find = Callable[[Interchange, Group, TransactionSet], Guide | None]

USUALLY_MENDED = checks.mended({})
# Where each document keeps the number that people know it by; the first that is there.
NUMBERS = ("number", "order_number")
ANSWERS = ("order_number", "number")


@dataclass(frozen=True, slots=True)
class Policy:
    """How strict to be with one sender: levels by check, over the defaults of the checks."""

    levels: Levels = field(default_factory=dict)
    defaults: Defaults | None = None

    @property
    def mending(self) -> frozenset[str]:
        """Checks whose faults are to be repaired."""
        return checks.mended(self.levels) if self.levels else USUALLY_MENDED

    def weigh(self, findings: Iterable[Finding], standard: Standard) -> list[Finding]:
        """The findings as this policy sees them."""
        return [checks.weighed(finding, self.levels, standard) for finding in findings]


def judge(events: Iterable[Event], find: Find, policy: Policy | None = None, plain: bool = False) -> Iterator[Judgement]:
    """One judgement an interchange, given out at its end. One bad document never stops its siblings. `plain`: of documents only
    what they say is wanted, which costs a third of making them."""
    for found in _judged(events, find, policy or Policy(), [], plain):
        if isinstance(found, Judgement):
            yield found


def stream(
    events: Iterable[Event], find: Find, policy: Policy | None = None, plain: bool = False
) -> Iterator[JudgedDocument | Judgement]:
    """The same in constant memory: each document as soon as it is read, and the judgement, with verdicts only, at the end.

    A document is lent until the next one is asked for. It may still be rejected with its group or interchange: act on none
    of them before the judgement has come.
    """
    groups: list[JudgedGroup] = []
    for found in _judged(events, find, policy or Policy(), groups, plain):
        yield found
        if isinstance(found, JudgedDocument):
            groups[-1].documents.put_away()


def _judged(
    events: Iterable[Event], find: Find, policy: Policy, groups: list[JudgedGroup], plain: bool
) -> Iterator[JudgedDocument | Judgement]:
    """`groups` is where those of the open interchange are gathered."""
    told = 0  # findings of the interchange
    for event in events:
        if isinstance(event, Interchange):
            told = 0
            groups.clear()
        elif isinstance(event, Group):
            groups.append(JudgedGroup(event))
        elif isinstance(event, TransactionSet):
            document = _document(event, find, policy, plain)
            told += len(document.findings)
            if told > tally.MOST_TOGETHER:
                document.findings = tally.thinned(document.findings)
            groups[-1].documents.append(document)
            yield document
        elif isinstance(event.of, Interchange):
            yield _interchange(event.of, list(groups), _notices(event.of, find, policy, plain), policy)


def _notices(interchange: Interchange, find: Find, policy: Policy, plain: bool) -> list[JudgedDocument]:
    """Acknowledgements that stand in the interchange itself, outside any group."""
    group = Group(interchange, [], offset=interchange.offset)
    return [_document(_notice(group, segment), find, policy, plain) for segment in interchange.acknowledgements]


def _notice(group: Group, segment: list[str]) -> TransactionSet:
    interchange = group.interchange
    return TransactionSet(
        group=group,
        type=segment[0],
        control_number=segment[1].strip() if len(segment) > 1 else "",
        version=interchange.version or "",
        lines=[],
        parted=[interchange.header, segment, ["SE"]],  # what a set is: a header, a body, a trailer
        offset=interchange.offset,
        offsets=list,
        components=lambda text: [text],
        text=str,
    )


def _document(tset: TransactionSet, find: Find, policy: Policy, plain: bool) -> JudgedDocument:
    judged = JudgedDocument(tset.type, tset.version, tset.control_number, tset.implementation, tset.offset, tset.index)
    found = list(tset.findings)
    try:
        judged.identifier = refusals.identifier(tset)
        guide = find(tset.interchange, tset.group, tset)
        judged.known = guide is not None
        judged.guide = _fitting(guide, tset.version)
        if judged.guide is None:
            found.append(refusals.unsupported(tset, judged.known))
        else:
            if judged.guide.set == judged.type:
                judged.type = judged.guide.set  # one text for all: a large file has many verdicts
            found += _strays(judged.guide, tset)
            found += _read(judged, judged.guide, tset, policy, plain)
    except Exception as error:  # a bug of ours must not stop the siblings
        judged.empty()
        judged.state = "unsupported"
        found.append(refusals.internal(tset, error))
    group = tset.group.control_number
    if found:
        found = policy.weigh((it if it.group else it.at(group=group) for it in found), tset.interchange.standard)
    judged.findings = found
    judged.state = _state(judged)
    if judged.rejected:
        judged.empty()
    return judged


def _fitting(guide: Guide | None, version: str) -> Guide | None:
    """The guide, unless it was written for other versions than this one."""
    if guide is None or not guide.versions or not version:
        return guide
    return guide if version.startswith(guide.versions) else None


def _strays(guide: Guide, tset: TransactionSet) -> list[Finding]:
    """A document in a group that is meant for others: its receiver sorts by the group."""
    code = tset.group.code
    if code == guide.group or not (code and guide.group) or tset.interchange.standard != "x12":
        return []
    return [
        Finding(
            "AK502:6",
            f"{tset.type} belongs in a group {guide.group}, this group is {code}",
            severity="warning",
            check="document_group",
            hint=f"Send it in a group with {guide.group} in GS01.",
            **refusals.place(tset),
        )
    ]


def _read(judged: JudgedDocument, guide: Guide, tset: TransactionSet, policy: Policy, plain: bool) -> list[Finding]:
    """Reads the document into `judged`; gives what was found on the way."""
    reading = reader.read(guide, tset, policy.defaults, policy.mending)
    judged.number = _number(guide, reading.value)
    standard = tset.interchange.standard
    if reading.value is None or (reading.findings and any(it.rejects for it in policy.weigh(reading.findings, standard))):
        return reading.findings
    reading.findings += _totals(guide, tset)
    values = {**reading.value, "test": True} if tset.interchange.test else reading.value
    try:
        if plain:
            judged.plain = plainly(DOCUMENTS[guide.document], values, reading.sure)
        else:
            judged.document = made(DOCUMENTS[guide.document], values, reading.sure)
    except ValidationError as error:
        return [*reading.findings, *refusals.incomplete(error, tset)]
    return reading.findings


def _totals(guide: Guide, tset: TransactionSet) -> list[Finding]:
    """A note for each segment of totals that the sender left out: what they counted cannot be compared."""
    return [
        note(
            "hub:no-totals",
            f"{rule.tag} ({rule.title}) was not sent: nothing shows whether lines are missing",
            check="totals_missing",
            hint="Ask the sender for it where completeness matters.",
            segment=rule.tag,
            position=tset.size,
        )
        for rule in _totalling(guide)
        if not tset.has(rule.tag)
    ]


@lru_cache(maxsize=256)
def _totalling(guide: Guide) -> tuple[Rule, ...]:
    """The segments of a guide that carry something computed."""
    found = [rule for rule in guide.body if any(element.equals for element in rule.carriers())]
    return tuple({rule.tag: rule for rule in reversed(found)}.values())[::-1]


def _number(guide: Guide, values: Mapping[str, Any] | None) -> str | None:
    for name in ANSWERS if guide.document == "order_response" else NUMBERS:
        if values and values.get(name):
            return str(values[name]).strip() or None
    return None


def _state(judged: JudgedDocument) -> State:
    if judged.guide is None or judged.state == "unsupported":
        return "unsupported"
    if not judged.findings:
        return "accepted"
    return "rejected" if any(finding.rejects for finding in judged.findings) else "accepted_with_findings"


def _interchange(interchange: Interchange, groups: list[JudgedGroup], notices: list[JudgedDocument], policy: Policy) -> Judgement:
    """Trailers are in: a rejected interchange or group takes its documents with it."""
    result = Judgement(interchange, groups, notices, policy.weigh(interchange.findings, interchange.standard))
    if any(finding.rejects for finding in result.findings):
        result.state = "rejected"
    for group in groups:
        group.findings = policy.weigh(group.group.findings, interchange.standard)
        if group.rejected or result.rejected:
            group.documents.reject()
    if result.rejected:
        _reject(notices)
    result.findings += [finding for group in groups for finding in group.findings]
    plain = all(notice.state == "accepted" for notice in notices) and all(group.documents.accepted for group in groups)
    if result.state == "accepted" and (result.findings or not plain):
        result.state = "accepted_with_findings"
    return result


def _reject(documents: Iterable[JudgedDocument]) -> None:
    for document in documents:
        document.fall()
