"""Foreign values as a mapping sees them: objects with keys, lists, scalars; and the rows of tables, which know their number."""

from collections.abc import Mapping
from typing import Any

from hub.rules.condition import failing

TEXT = "."  # key under which an element of XML has its text


class Row(dict[str, Any]):
    """A row of a table as an object."""

    __slots__ = ("number",)

    def __init__(self, number: int, cells: Mapping[str, Any]) -> None:
        super().__init__(cells)
        self.number = number


def listed(found: Any) -> list[Any]:
    """One or several as a list."""
    return found if isinstance(found, list) else [] if found is None else [found]


def scalar(found: Any) -> Any:
    """The text of an element, or a scalar as it is; None for an element without text.

    >>> scalar({"@unit": "EA", ".": "24"}), scalar({"@unit": "EA"}), scalar("24")
    ('24', None, '24')
    """
    return found.get(TEXT) if isinstance(found, dict) else found


def path_at(value: Any, path: str) -> Any:
    """What stands at a path such as `Item/@code`; of several objects on the way, in the first.

    >>> path_at({"Item": [{"@code": "A"}, {"@code": "B"}]}, "Item/@code")
    'A'
    """
    for step in path.split("/"):
        if isinstance(value, list):
            at = int(step) if step.isdigit() else 0
            value = value[at] if at < len(value) else None
            if step.isdigit():
                continue
        value = value.get(step) if isinstance(value, dict) else None
    return value


def takes(when: Mapping[str, Any], value: Any) -> bool:
    """Whether all conditions on an object hold: presence and equality of what stands at their paths."""
    return why_not(when, value) is None


def why_not(when: Mapping[str, Any], value: Any) -> str | None:
    """Which condition does not hold, in words; None when all do."""
    for path, wanted in when.items():
        found = (
            value if path == TEXT and not isinstance(value, dict) else path_at(value, path) if "/" in path else _at(value, path)
        )
        found = found[0] if isinstance(found, list) and found else found
        text = scalar(found)
        found = {} if found is not None and text is None else text  # an element that is there, without text
        if why := failing({"it": wanted}, {"it": found}):
            return why.replace("it", f"`{path}`", 1) + (_instead(value, path) if found is None else "")
    return None


def _instead(value: Any, path: str) -> str:
    """What stands beside the place where nothing was found."""
    around = path_at(value, path.rpartition("/")[0]) if "/" in path else value
    there = [f"`{name}`" for name in around if name[:1] not in "@."] if isinstance(around, dict) else []
    return f"; there is {', '.join(there[:8])}" if there and "/" in path else ""


def _at(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def shown(value: Any) -> str:
    """A value for people: not too long."""
    return str(value)[:80]
