"""What a partner's guide changes of the guide that it extends, in words."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from hub.guides.notation import Guide
from hub.operations.guides import ElementLine, SegmentLine, described

MANY = 8  # codes told one by one


class Change(NamedTuple):
    """One difference: the address in the guide, and what is different there."""

    address: str
    text: str


def changes(base: Guide, guide: Guide) -> list[Change]:
    """Everything that `guide` demands otherwise than `base`."""
    before, after = _numbered(described(base)), _numbered(described(guide))
    found = list(_head(base, guide))
    for address, line in after.items():
        found += _added(address, line) if address not in before else _segment(address, before[address], line)
    found += [
        Change(address, f"{line.tag} ({line.title}) is not known any more")
        for address, line in before.items()
        if address not in after
    ]
    return found


def _numbered(lines: list[SegmentLine]) -> dict[str, SegmentLine]:
    """By address; those that share one are told apart by their number."""
    found: dict[str, SegmentLine] = {}
    for line in lines:
        address, number = line.address, 2
        while address in found:
            address, number = f"{line.address} ({number})", number + 1
        found[address] = line
    return found


def _head(base: Guide, guide: Guide) -> Iterator[Change]:
    if base.versions != guide.versions:
        yield Change("versions", f"written for {', '.join(guide.versions) or 'any'}; was {', '.join(base.versions) or 'any'}")
    for path in guide.drops:
        if path not in base.drops:
            yield Change("drops", f"{path} is knowingly not carried")


def _added(address: str, line: SegmentLine) -> list[Change]:
    notes = f"; {'; '.join(line.notes)}" if line.notes else ""
    return [Change(address, f"{line.tag} ({line.title}) is added: {line.use}, {line.repeats}{notes}")]


def _segment(address: str, before: SegmentLine, after: SegmentLine) -> Iterator[Change]:
    named = f"{after.tag} ({after.title})"
    if before.title != after.title:
        yield Change(address, f"is called {after.title}; was {before.title}")
    for was, now in ((before.use, after.use), (before.repeats, after.repeats)):
        if was != now:
            yield Change(address, f"{named}: {now}; was: {was}")
    yield from (Change(address, f"{named}: {note}") for note in after.notes if note not in before.notes)
    yield from (Change(address, f"{named}: no longer: {note}") for note in before.notes if note not in after.notes)
    yield from _elements(address, {it.place: it for it in before.elements}, {it.place: it for it in after.elements}, after.tag)


def _elements(address: str, before: Mapping[str, ElementLine], after: Mapping[str, ElementLine], tag: str) -> Iterator[Change]:
    for place, line in after.items():
        where, named = f"{address}/{place.lstrip('0')}", f"{tag}{place} ({line.title})"
        if place not in before:
            yield Change(where, f"{named}: {', '.join(_facts(line).values())}")
            continue
        was, now = _facts(before[place]), _facts(line)
        for name, fact in now.items():
            if fact != was[name]:
                yield Change(where, f"{named}: {fact or f'no {name}'}; was: {was[name] or f'no {name}'}")
        yield from (Change(where, f"{named}: {text}") for text in _codes(before[place], line) if now["codes"] == was["codes"])
    for place, line in before.items():
        if place not in after:
            yield Change(f"{address}/{place.lstrip('0')}", f"{tag}{place} ({line.title}): nothing is said of it any more")


def _codes(before: ElementLine, after: ElementLine) -> Iterator[str]:
    """Codes that came and went, where the shortened lists do not show it."""
    was, now = ([code for code, _ in line.codes] for line in (before, after))
    if came := [code for code in now if code not in was]:
        yield f"codes {', '.join(came)} are allowed too"
    if gone := [code for code in was if code not in now]:
        yield f"codes {', '.join(gone)} are not allowed any more"


def _facts(line: ElementLine) -> dict[str, str]:
    codes = ", ".join(code for code, _ in line.codes[:MANY]) + (
        f" and {len(line.codes) - MANY} more" if len(line.codes) > MANY else ""
    )
    facts = {"use": line.use, "type": line.kind, "codes": f"codes {codes}" if codes else ""}
    return {**facts, "canonical field": f"carries {line.carries}" if line.carries else "", "note": "; ".join(line.notes)}
