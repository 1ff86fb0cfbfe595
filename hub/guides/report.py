"""Findings of one document as they are made, each with its place down to the byte."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from hub.findings import Finding, Kind, note
from hub.formats.envelope import TransactionSet
from hub.guides import checks, digits, faults
from hub.guides.faults import Fault
from hub.guides.notation import Address, Element, Rule
from hub.guides.tally import Tally
from hub.guides.values import Values

SHOWN = 60  # characters of a value in a text


class Spot(NamedTuple):
    """Where a segment stands: its number from 1, and the loop it is in."""

    rule: Rule
    position: int
    loop: str | None


class Stated(NamedTuple):
    """A value that can be computed too: compared when the whole document is known."""

    element: Element
    spot: Spot
    item: Values
    value: Any
    text: str


class Report:
    """Collects findings about one transaction set."""

    def __init__(self, tset: TransactionSet) -> None:
        self.tset = tset
        self.standard = tset.interchange.standard
        self.tally = Tally()
        self.silent = False  # True: what is found now has been told before
        self._offsets: Sequence[int] | None = None  # worked out once, and only where there is something to say

    def segment(self, fault: Fault, tag: str, position: int, loop: str | None, text: str, hint: str | None = None) -> None:
        """A fault of or at a segment."""
        code = faults.code(fault, self.standard)
        self._add(code, text, hint or fault.hint, fault.check, segment=tag, position=position, loop=loop)

    def element(
        self,
        fault: Fault,
        spot: Spot,
        element: Element,
        text: str,
        value: str | None,
        check: str | None = None,
        remedy: str | None = None,
    ) -> None:
        """A fault in an element; the text follows the name of the element. `check` where it is another than the fault's."""
        said = f"{name(spot.rule, element)} {text}"
        hint = None if check else fault.hint
        at = place(spot, element.address)
        self._add(faults.code(fault, self.standard), said, hint, check or fault.check, value=value, remedy=remedy, **at)

    def remark(self, code: str, spot: Spot, element: Element, text: str, value: str | None, check: str | None = None) -> None:
        """Something worth keeping and telling nobody."""
        at = {**place(spot, element.address), "check": check, "value": value, "offset": self._offset(spot.position)}
        self.keep(note(code, f"{name(spot.rule, element)} {text}", **at))

    def content(
        self, code: str, spot: Spot, element: Element, text: str, value: str | None, check: str, remedy: str | None = None
    ) -> None:
        """Something about what the document says, not how it is written."""
        said, hint = f"{name(spot.rule, element)} {text}", "compare with the sender's own figures"
        at = place(spot, element.address)
        self._add(code, said, hint, check, kind="application", value=value, remedy=remedy, **at)

    def number(self, spot: Spot, element: Element, name: str, number: str) -> None:
        """The check digit of a number under a name that says what it is, if it is wrong."""
        if not digits.named(name, number):
            text = f"is {quoted(number)}, whose check digit is wrong"
            self.content("hub:check-digit", spot, element, text, number, "check_digit")

    def place(self, spot: Spot, item: Values) -> None:
        """The check digit of a place (GLN), where the segment says that its number is one."""
        number = digits.place(item)
        if number is None or digits.right("gln", number):
            return
        carried = {path: part for whole in spot.rule.elements for part in whole.each() for path in part.paths}
        if digits.ITEM in carried and digits.SCHEME in carried:
            text = f"is {quoted(number)}, whose check digit is wrong"
            self.content("hub:check-digit", spot, carried[digits.ITEM], text, number, "check_digit")

    def tree(self, code: str, text: str, **place: Any) -> None:
        """Something wrong with a tree of segments."""
        check = code.removeprefix("hub:").replace("-", "_")
        self._add(code, text, "number nodes from 1 in order and name the parent", check, kind="application", **place)

    def _add(self, code: str, text: str, hint: str | None, check: str, *, kind: Kind = "syntax", **at: Any) -> None:
        at["offset"] = self._offset(at.get("position"))
        self.keep(Finding(code, text, kind, checks.usual(check), hint, check=check, **at))

    def keep(self, finding: Finding) -> None:
        if not self.silent:
            self.tally.keep(finding)

    @property
    def findings(self) -> list[Finding]:
        """All that is told."""
        return self.tally.all()

    def _offset(self, position: int | None) -> int | None:
        if position is None:
            return None
        if self._offsets is None:
            self._offsets = self.tset.offsets()
        return self._offsets[position - 1] if 0 < position <= len(self._offsets) else None


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
    short = element.address.of(rule.tag)
    return f"{short} ({element.title})" if element.title else short


def quoted(value: str) -> str:
    """A value for a text, cut where it is long."""
    return f'"{value}"' if len(value) <= SHOWN else f'"{value[:SHOWN]}…"'
