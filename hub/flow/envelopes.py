"""Envelopes: sets become interchanges addressed to a partner, and nothing leaves unless the second reader agrees."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection

from hub.findings import Finding
from hub.flow.read import policy_for
from hub.flow.site import Site
from hub.formats import detect
from hub.formats.envelope import Address
from hub.formats.x12 import second
from hub.formats.x12.writer import Envelope, OutGroup, OutSet, Written
from hub.formats.x12.writer import write as write_interchange
from hub.guides.judge import judge
from hub.guides.notation import Guide
from hub.ledger import outbound
from hub.settings.endpoint import Endpoint
from hub.settings.partner import Partner

LARGEST = 999_999_999  # nine digits on ISA13 and GS06


@dataclass(slots=True)
class Parcel:
    """One document written as a set, not yet in an envelope."""

    row: Any
    guide: Guide
    segments: list[list[str]]


@dataclass(frozen=True, slots=True)
class Numbers:
    """Control numbers of one interchange."""

    interchange: int
    groups: Sequence[int]


def groups_of(parcels: Iterable[Parcel]) -> list[list[Parcel]]:
    """Parcels that share a functional group, in order; those that travel in no group are not among them."""
    ordered = sorted((one for one in parcels if one.guide.group), key=lambda one: one.guide.group or "")
    return [list(group) for _, group in groupby(ordered, key=lambda one: one.guide.group)]


def counter(partner: Partner, level: str, test: bool) -> str:
    """The name of a control number: sender and receiver pair, standard, level, test flag."""
    us, them = partner.ids.us, partner.ids.them
    return f"{partner.standard}:{us.qualifier}:{us.id}:{them.qualifier}:{them.id}:{level}:{'T' if test else 'P'}"


def draw(connection: Connection, partner: Partner, parcels: Sequence[Parcel], now: datetime) -> Numbers:
    """Numbers for good: unique, increasing, each accounted for."""
    test = bool(parcels[0].row.test)
    interchange = outbound.draw(connection, counter(partner, "interchange", test), LARGEST, now)
    groups = [outbound.draw(connection, counter(partner, "group", test), LARGEST, now) for _ in groups_of(parcels)]
    return Numbers(interchange, groups)


def bind(connection: Connection, partner: Partner, test: bool, outbound_id: int) -> None:
    for level in ("interchange", "group"):
        outbound.bind(connection, counter(partner, level, test), outbound_id)


def compose(partner: Partner, parcels: Sequence[Parcel], numbers: Numbers, made_at: datetime) -> Written:
    """The interchange with these numbers; the same arguments give the same bytes."""
    us, them = partner.ids.us, partner.ids.them
    envelope = Envelope(
        sender=Address(us.qualifier, us.id),
        receiver=Address(them.qualifier, them.id),
        group_sender=us.group_id,
        group_receiver=them.group_id,
        interchange_version=partner.versions.interchange,
        group_version=partner.versions.group,
        test=bool(parcels[0].row.test),
        separators=partner.separators.separators(),
        made_at=made_at,
        eol=partner.separators.line_end,
        replace=partner.separators.replace,
    )
    groups = [_group(group, number) for group, number in zip(groups_of(parcels), numbers.groups, strict=True)]
    notices = [segment for one in _loose(parcels) for segment in one.segments]
    return write_interchange(envelope, numbers.interchange, groups, notices)


def _loose(parcels: Iterable[Parcel]) -> list[Parcel]:
    """Parcels that travel in no group: the interchange itself says them."""
    return [one for one in parcels if not one.guide.group]


def _group(parcels: Sequence[Parcel], number: int) -> OutGroup:
    sets = [OutSet(set_number(n), one.segments, one.guide.set, None) for n, one in enumerate(parcels)]
    return OutGroup(parcels[0].guide.group or "", number, None, sets)


def set_number(n: int) -> str:
    return f"{n + 1:04d}"


def rows_of(partner: Partner, parcels: Sequence[Parcel], numbers: Numbers) -> list[dict[str, Any]]:
    """Where each document stands, for the acknowledgement that will speak of it."""
    found = [_row(partner, one, None, None) for one in _loose(parcels)]
    for group, number in zip(groups_of(parcels), numbers.groups, strict=True):
        found += [_row(partner, one, str(number), set_number(n)) for n, one in enumerate(group)]
    return found


def _row(partner: Partner, one: Parcel, group_number: str | None, number: str | None) -> dict[str, Any]:
    return {
        "document_id": one.row.document_id,
        "partner": partner.name,
        "group_code": one.guide.group,
        "group_number": group_number,
        "set_type": one.guide.set,
        "set_number": number,
    }


def check(site: Site, endpoint: Endpoint, parcel: Parcel) -> list[Finding]:
    """Write with provisional numbers; the second reader must see what we meant, and our own find nothing wrong."""
    partner = site.partner(endpoint.partner)
    assert partner is not None
    numbers = Numbers(1, [1 for _ in groups_of([parcel])])
    written = compose(partner, [parcel], numbers, site.now().astimezone(site.zone(partner)))
    findings = [*written.findings, *second.agree(written)]
    policy = policy_for(site, partner)
    for judgement in judge(detect.read([written.body]), lambda interchange, group, tset: parcel.guide, policy):
        findings += judgement.findings
        for group in judgement.groups:
            findings += [finding for judged in group.documents for finding in judged.findings]
    return findings
