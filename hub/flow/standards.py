"""What differs between the standards when documents become an interchange: writing it, and the second reader."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from hub.findings import Finding
from hub.formats.edifact import second as edifact_second
from hub.formats.edifact import writer as edifact
from hub.formats.envelope import Address
from hub.formats.x12 import second as x12_second
from hub.formats.x12 import writer as x12
from hub.settings.partner import Partner


@dataclass(frozen=True, slots=True)
class Sheet:
    """One document with its number, to be put into a group."""

    number: str
    kind: str  # canonical
    type: str  # as the standard calls it
    segments: Sequence[list[str]]


@dataclass(frozen=True, slots=True)
class Bundle:
    """Documents that share a group, with its number; a number of 0 where the standard wants no group."""

    code: str
    number: int
    sheets: list[Sheet]
    version: str | None = None  # of the group, where it is not the partner's


@dataclass(frozen=True, slots=True)
class Composed:
    """Final bytes, what was found in making them, and how the second reader is asked."""

    body: bytes
    findings: list[Finding]
    second: Callable[[], list[Finding]]


def compose(
    partner: Partner, number: int, bundles: Sequence[Bundle], notices: list[list[str]], made_at: datetime, test: bool
) -> Composed:
    """The interchange with these numbers; the same arguments give the same bytes."""
    if partner.standard == "edifact":
        written = edifact.write(_edifact(partner, made_at, test), str(number), [_messages(partner, one) for one in bundles])
        return Composed(written.body, written.findings, partial(edifact_second.agree, written))
    sent = x12.write(_x12(partner, made_at, test), number, [_sets(one) for one in bundles], notices)
    return Composed(sent.body, sent.findings, partial(x12_second.agree, sent))


def _x12(partner: Partner, made_at: datetime, test: bool) -> x12.Envelope:
    us, them = partner.ids.us, partner.ids.them
    return x12.Envelope(
        sender=Address(us.qualifier, us.id),
        receiver=Address(them.qualifier, them.id),
        group_sender=us.group_id,
        group_receiver=them.group_id,
        interchange_version=partner.versions.interchange,
        group_version=partner.versions.group,
        test=test,
        separators=partner.separators.separators(),
        made_at=made_at,
        eol=partner.separators.line_end,
        replace=partner.separators.replace,
    )


def _sets(bundle: Bundle) -> x12.OutGroup:
    sets = [x12.OutSet(sheet.number, sheet.segments, sheet.type, None) for sheet in bundle.sheets]
    return x12.OutGroup(bundle.code, bundle.number, bundle.version, sets)


def _edifact(partner: Partner, made_at: datetime, test: bool) -> edifact.Envelope:
    us, them = partner.ids.us, partner.ids.them
    return edifact.Envelope(
        sender=Address(us.qualifier or None, us.id),
        receiver=Address(them.qualifier or None, them.id),
        made_at=made_at,
        test=test,
        separators=partner.separators.separators(),
        version=partner.versions.interchange,
        advice=partner.edifact.advice,
        wants_receipt=partner.edifact.ask,
        application=partner.edifact.application,
        groups=partner.edifact.groups,
        group_sender=us.group_id,
        group_receiver=them.group_id,
        eol=partner.separators.line_end,
    )


def _messages(partner: Partner, bundle: Bundle) -> edifact.OutGroup:
    found = [
        edifact.OutMessage(
            sheet.number,
            sheet.segments,
            sheet.type,
            partner.versions.group,
            association=partner.edifact.associations.get(sheet.kind),
        )
        for sheet in bundle.sheets
    ]
    return edifact.OutGroup(bundle.code, str(bundle.number), found)
