"""Reads the segments of one document through its guide: plain values for the model, and what was found.

A segment belongs to the innermost open loop that can take it, at or after the place reached there; else that loop ends
and the one around is asked. Nothing in a document makes this raise.
"""

from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from hub.findings import Finding
from hub.formats.envelope import TransactionSet
from hub.guides import fast
from hub.guides.functions import EQUALS, FINISH
from hub.guides.notation import Guide
from hub.guides.plan import plan
from hub.guides.repetition import spread
from hub.guides.report import quoted
from hub.guides.typed import typed
from hub.guides.values import Values, put, split
from hub.guides.walk import Walk
from hub.model import DOCUMENTS


@dataclass(frozen=True, slots=True)
class Defaults:
    """What is taken where the sender said nothing; each use is listed under `assumed`."""

    zone: tzinfo = UTC
    currency: str | None = None
    decimal: str = "."  # decimal mark that is written; both are read


USUALLY = Defaults()


@dataclass(slots=True)
class Reading:
    """`value` is ready for the canonical model of the guide's document; `sure`: all in it is known to be of its field's own type."""

    value: Values | None
    findings: list[Finding] = field(default_factory=list)
    sure: bool = False


def read(guide: Guide, tset: TransactionSet, defaults: Defaults | None = None, mending: frozenset[str] = frozenset()) -> Reading:
    """Read one transaction set; `mending` names the checks whose faults are to be repaired."""
    defaults = defaults or USUALLY
    return read_fast(guide, tset, defaults) or read_slowly(guide, tset, defaults, mending)


def read_fast(guide: Guide, tset: TransactionSet, defaults: Defaults) -> Reading | None:
    """The same for a set in which nothing is remarkable; None for any other."""
    found = fast.read(guide, tset, defaults.zone)
    if found is None:
        return None
    value, work = found
    finish(guide, value, work.assumed, defaults)
    return None if fast.differs(value, work) else Reading(value, [], typed(guide))


def read_slowly(
    guide: Guide, tset: TransactionSet, defaults: Defaults | None = None, mending: frozenset[str] = frozenset()
) -> Reading:
    """The same by the interpreter, which finds; tests hold both to one truth."""
    defaults = defaults or USUALLY
    prepared = plan(guide)
    walk = Walk(prepared, tset, defaults.zone, mending=mending)
    spread(guide, prepared.runs, tset, walk.report)
    value = walk.read()
    finish(guide, value, list(walk.inspector.assumed), defaults)
    _compare(walk, value, mending)
    return Reading(value, walk.report.findings)


def finish(guide: Guide, value: Values, assumed: list[str], defaults: Defaults) -> None:
    """What concerns the whole document: named functions, and what is taken where the sender said nothing."""
    if guide.level:
        value["level"] = guide.level
    for name in guide.finish:
        assumed += FINISH[name](value)
    if defaults.currency and "currency" not in value and "currency" in DOCUMENTS[guide.document].model_fields:
        value["currency"] = defaults.currency
        assumed.append("currency")
    if assumed:
        value["assumed"] = assumed


def _compare(walk: Walk, value: Values, mending: frozenset[str]) -> None:
    """Stated values against computed ones, which take their place where that is wanted."""
    for stated in walk.inspector.stated:
        computed = EQUALS[stated.element.equals or ""]
        expected = computed.value(stated.item, {**value, "nodes": walk.nodes})
        if expected is not None and expected != stated.value:
            text = f"says {quoted(stated.text)}, the document adds up to {expected}"
            walk.report.content(computed.code, stated.spot, stated.element, text, stated.text, computed.check, str(expected))
            for path in stated.element.paths if computed.check in mending else ():
                put(stated.item, split(path), expected)
