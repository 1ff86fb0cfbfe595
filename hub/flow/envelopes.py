"""Envelopes: sets become interchanges addressed to a partner, and nothing leaves unless the second reader agrees."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection

from hub.findings import Finding
from hub.flow import standards
from hub.flow.site import Site
from hub.flow.standards import Bundle, Composed, Sheet
from hub.formats import detect
from hub.guides.checks import OURS
from hub.guides.judge import Policy, judge
from hub.guides.notation import Guide
from hub.ledger import outbound
from hub.settings.endpoint import Endpoint
from hub.settings.partner import Partner

LARGEST = 999_999_999  # nine digits on ISA13 and GS06
NO_GROUP = 0  # the number of a group that is not written


@dataclass(slots=True)
class Parcel:
    """One document written as a set, not yet in an envelope."""

    row: Any
    guide: Guide
    segments: Sequence[list[str]]
    version: str | None = None  # of its group, where it is not the partner's: answers are given in the version of the question

    @property
    def code(self) -> str:
        """What names its group: the functional id, or in EDIFACT the type of the message; nothing where it travels in none."""
        return self.guide.set if self.guide.standard == "edifact" else self.guide.group or ""

    @property
    def group(self) -> tuple[str, str]:
        """What documents have in common that share a group."""
        return self.code, self.version or ""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Control numbers of one interchange."""

    interchange: int
    groups: Sequence[int]


def groups_of(parcels: Iterable[Parcel]) -> list[list[Parcel]]:
    """Parcels that share a group, in order; those that travel in no group are not among them."""
    ordered = sorted((one for one in parcels if one.code), key=lambda one: one.group)
    return [list(group) for _, group in groupby(ordered, key=lambda one: one.group)]


def counter(partner: Partner, level: str, test: bool) -> str:
    """The name of a control number: sender and receiver pair, standard, level, test flag."""
    us, them = partner.ids.us, partner.ids.them
    return f"{partner.standard}:{us.qualifier}:{us.id}:{them.qualifier}:{them.id}:{level}:{'T' if test else 'P'}"


def draw(connection: Connection, partner: Partner, parcels: Sequence[Parcel], now: datetime) -> Numbers:
    """Numbers for good: unique, increasing, each accounted for."""
    test = bool(parcels[0].row.test)
    interchange = outbound.draw(connection, counter(partner, "interchange", test), LARGEST, now)
    grouped = partner.standard != "edifact" or partner.edifact.groups
    series = counter(partner, "group", test)
    groups = [outbound.draw(connection, series, LARGEST, now) if grouped else NO_GROUP for _ in groups_of(parcels)]
    return Numbers(interchange, groups)


def counters(partner: Partner, test: bool) -> list[str]:
    return [counter(partner, level, test) for level in ("interchange", "group")]


def bind(connection: Connection, partner: Partner, test: bool, outbound_id: int) -> None:
    for name in counters(partner, test):
        outbound.bind(connection, name, outbound_id)


def compose(partner: Partner, parcels: Sequence[Parcel], numbers: Numbers, made_at: datetime) -> Composed:
    """The interchange with these numbers; the same arguments give the same bytes."""
    places = {id(one): place for one, place in _numbered(partner, parcels)}
    bundles = [
        Bundle(
            group[0].code,
            number,
            [Sheet(places[id(one)], one.row.kind, one.guide.set, one.segments) for one in group],
            group[0].version,
        )
        for group, number in zip(groups_of(parcels), numbers.groups, strict=True)
    ]
    notices = [segment for one in _loose(parcels) for segment in one.segments]
    return standards.compose(partner, numbers.interchange, bundles, notices, made_at, bool(parcels[0].row.test))


def _numbered(partner: Partner, parcels: Sequence[Parcel]) -> Iterator[tuple[Parcel, str]]:
    """Each parcel of a group with its number: unique in the group, in EDIFACT in the interchange."""
    before = 0
    for group in groups_of(parcels):
        yield from ((one, set_number(before + n)) for n, one in enumerate(group))
        before += len(group) if partner.standard == "edifact" else 0


def _loose(parcels: Iterable[Parcel]) -> list[Parcel]:
    """Parcels that travel in no group: the interchange itself says them."""
    return [one for one in parcels if not one.code]


def set_number(n: int) -> str:
    return f"{n + 1:04d}"


def rows_of(partner: Partner, parcels: Sequence[Parcel], numbers: Numbers) -> list[dict[str, Any]]:
    """Where each document stands, for the acknowledgement that will speak of it."""
    places = {id(one): place for one, place in _numbered(partner, parcels)}
    found = [_row(partner, one, None, None) for one in _loose(parcels)]
    for group, number in zip(groups_of(parcels), numbers.groups, strict=True):
        found += [_row(partner, one, str(number) if partner.standard == "x12" else None, places[id(one)]) for one in group]
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
    written, partner = _provisional(site, endpoint, parcel)
    findings = [*written.findings, *written.second()]
    policy = Policy(OURS, partner.defaults)
    for judgement in judge(detect.read([written.body]), lambda interchange, group, tset: parcel.guide, policy):
        findings += judgement.findings
        findings += [finding for judged in judgement.papers for finding in judged.findings]
    return findings


def reread(site: Site, endpoint: Endpoint, parcel: Parcel) -> list[Finding]:
    """The second reader's part of it, for what was checked page by page before."""
    written, _ = _provisional(site, endpoint, parcel)
    return [*written.findings, *written.second()]


def _provisional(site: Site, endpoint: Endpoint, parcel: Parcel) -> tuple[Composed, Partner]:
    partner = site.partner(endpoint.partner)
    assert partner is not None
    numbers = Numbers(1, [1 for _ in groups_of([parcel])])
    return compose(partner, [parcel], numbers, site.now().astimezone(site.zone(partner))), partner
