"""Findings of one document as they are made, each with its place down to the byte."""

from typing import Any, NamedTuple

from hub.findings import Finding, Kind, Severity, note
from hub.formats.envelope import TransactionSet
from hub.guides import faults
from hub.guides.faults import Fault
from hub.guides.notation import Address, Element, Rule

SHOWN = 60  # characters of a value in a text


class Spot(NamedTuple):
    """Where a segment stands: its number from 1, and the loop it is in."""

    rule: Rule
    position: int
    loop: str | None


class Report:
    """Collects findings about one transaction set."""

    def __init__(self, tset: TransactionSet) -> None:
        self.tset = tset
        self.standard = tset.interchange.standard
        self.findings: list[Finding] = []

    def segment(self, fault: Fault, tag: str, position: int, loop: str | None, text: str, hint: str | None = None) -> None:
        """A fault of or at a segment."""
        self._add(faults.code(fault, self.standard), text, hint or fault.hint, segment=tag, position=position, loop=loop)

    def element(
        self, fault: Fault, spot: Spot, element: Element, text: str, value: str | None, severity: Severity = "error"
    ) -> None:
        """A fault in an element; the text follows the name of the element."""
        said = f"{name(spot.rule, element)} {text}"
        hint = fault.hint if severity == "error" else None
        self._add(faults.code(fault, self.standard), said, hint, severity=severity, value=value, **place(spot, element.address))

    def remark(self, code: str, spot: Spot, element: Element, text: str, value: str | None) -> None:
        """Something worth keeping and telling nobody."""
        said = f"{name(spot.rule, element)} {text}"
        self.findings.append(note(code, said, value=value, offset=self._offset(spot.position), **place(spot, element.address)))

    def content(self, code: str, spot: Spot, element: Element, text: str, value: str | None) -> None:
        """Something about what the document says, not how it is written."""
        said, hint = f"{name(spot.rule, element)} {text}", "compare with the sender's own figures"
        self._add(code, said, hint, kind="application", severity="warning", value=value, **place(spot, element.address))

    def tree(self, code: str, text: str, **place: Any) -> None:
        """Something wrong with a tree of segments."""
        self._add(code, text, "number nodes from 1 in order and name the parent", kind="application", severity="warning", **place)

    def _add(
        self, code: str, text: str, hint: str | None, *, kind: Kind = "syntax", severity: Severity = "error", **at: Any
    ) -> None:
        at["offset"] = self._offset(at.get("position"))
        self.findings.append(Finding(code, text, kind=kind, severity=severity, hint=hint, **at))

    def _offset(self, position: int | None) -> int | None:
        if position is None:
            return None
        offsets = self.tset.offsets()
        return offsets[position - 1] if 0 < position <= len(offsets) else None


def place(spot: Spot, address: Address) -> dict[str, Any]:
    """The place of an element, as findings have it."""
    return {
        "segment": spot.rule.tag,
        "loop": spot.loop,
        "position": spot.position,
        "element": address.element,
        "component": address.component or None,
    }


def name(rule: Rule, element: Element) -> str:
    """What people call an element: `BEG03 (order number)`."""
    address = element.address
    short = f"{rule.tag}{address.element:02}" + (f"-{address.component:02}" if address.component else "")
    return f"{short} ({element.title})" if element.title else short


def quoted(value: str) -> str:
    """A value for a text, cut where it is long."""
    return f'"{value}"' if len(value) <= SHOWN else f'"{value[:SHOWN]}…"'
