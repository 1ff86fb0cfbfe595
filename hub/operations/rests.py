"""Rests: how much of a document was used, and what no rule used."""

from dataclasses import dataclass
from typing import Any

from hub.formats.envelope import TransactionSet
from hub.guides.lineage import Leftover, Trace


@dataclass(frozen=True, slots=True)
class Rest:
    """One document, and what of it no rule used."""

    type: str
    control_number: str
    filled: int  # elements and components that hold something
    share: float  # of them that are used
    left: list[Leftover]

    @classmethod
    def of(cls, tset: TransactionSet, trace: Trace) -> "Rest":
        return cls(tset.type, tset.control_number, trace.filled, trace.share, trace.leftovers)

    @property
    def sentence(self) -> str:
        """What no rule used, in one line."""
        segments: dict[int, list[str]] = {}
        for one in self.left:
            segments.setdefault(one.at.position, []).append(one.name)
        named = "; ".join(f"{', '.join(names)} in segment {position}" for position, names in segments.items())
        used = f"every one of {self.filled} elements is used" if not self.left else ""
        unused = f"no rule used {1 - self.share:.1%} of {self.filled} elements: {named}"
        return f"{self.type} {self.control_number}: {used or unused}"

    def as_dict(self) -> dict[str, Any]:
        """As JSON values."""
        left = [{"segment": it.at.position, "element": it.name, "text": it.text, "path": it.path} for it in self.left]
        return {
            "type": self.type,
            "control_number": self.control_number,
            "filled": self.filled,
            "share": self.share,
            "left": left,
        }
