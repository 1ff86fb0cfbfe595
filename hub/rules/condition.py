"""Conditions on a value: presence and equality only, by dotted path. Shared by routes and mappings."""

from collections.abc import Mapping
from typing import Any

PRESENT = "*"  # what stands for "anything, as long as it is there"


def value_at(root: Any, path: str) -> Any:
    """What stands at a dotted path, or None. Numbers walk into lists.

    >>> value_at({"lines": [{"sku": "A"}]}, "lines.0.sku")
    'A'
    """
    for step in path.split("."):
        if isinstance(root, Mapping):
            root = root.get(step)
        elif isinstance(root, list | tuple) and step.isdecimal() and int(step) < len(root):
            root = root[int(step)]
        else:
            return None
    return root


def failing(when: Mapping[str, Any], root: Any) -> str | None:
    """Why the condition does not hold, in words, or None when it does.

    The wanted value is text, a list of texts (any of them), `*` (present) or null (absent).

    >>> failing({"type": "invoice"}, {"type": "invoice"})
    >>> failing({"type": ["invoice", "credit"]}, {"type": "order"})
    'type is `order`, not one of `invoice`, `credit`'
    >>> failing({"note": None}, {"note": "rush"})
    'note is there'
    """
    for path, wanted in when.items():
        found = value_at(root, path)
        if wanted is None and found is not None:
            return f"{path} is there"
        if wanted is not None and found is None:
            return f"{path} is not there"
        if wanted is not None and wanted != PRESENT and not _equals(found, wanted):
            return f"{path} is `{_text(found)}`, not {_choices(wanted)}"
    return None


def _equals(found: Any, wanted: Any) -> bool:
    choices = wanted if isinstance(wanted, list | tuple) else [wanted]
    return any(_text(found) == _text(choice) for choice in choices)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _choices(wanted: Any) -> str:
    if isinstance(wanted, list | tuple):
        return "one of " + ", ".join(f"`{_text(choice)}`" for choice in wanted)
    return f"`{_text(wanted)}`"
