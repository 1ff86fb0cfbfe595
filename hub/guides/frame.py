"""A loop that is open while a document is read."""

from typing import Any

from hub.guides.forest import Forest
from hub.guides.plan import Scope
from hub.guides.values import Values


class Frame:
    """A loop that is open: how far it has come, and the item its segments fill."""

    __slots__ = ("forest", "item", "parent", "rank", "reached", "scope", "seen", "slot", "step")

    def __init__(self, scope: Scope, item: Values, parent: "Frame | None", step: str, slot: Any) -> None:
        self.scope, self.item, self.parent = scope, item, parent
        self.step, self.slot = step, slot  # the path of the item from the one around, and the list it is the last of
        self.rank = 0
        self.reached: list[tuple[int, int]] = []  # ranks as they were reached, and where
        self.seen: dict[int, int] = {}
        self.forest: Forest | None = None

    def where(self) -> str:
        """The path of the item from the document."""
        above = self.parent.where() if self.parent else ""
        step = f"{self.step}[{len(self.slot) - 1}]" if self.slot is not None else self.step
        return f"{above}.{step}" if above and step else above or step
