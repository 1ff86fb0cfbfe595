"""Named functions for what paths and tables cannot say. They finish canonical values after reading, before writing."""

from collections.abc import Callable
from typing import Any

from hub.mapping.selling import SELLING
from hub.rules.joining import verdict

Function = Callable[[dict[str, Any]], dict[str, Any]]


def verdict_from_lines(value: dict[str, Any]) -> dict[str, Any]:
    """An order response whose sender says nothing about the whole order: its lines say it.

    >>> verdict_from_lines({"lines": [{"outcomes": [{"status": "accepted"}]}]})["verdict"]
    'detail'
    >>> verdict_from_lines({"lines": [{"outcomes": [{"status": "rejected"}]}]})["verdict"]
    'rejected_with_detail'
    >>> verdict_from_lines({"lines": [{"outcomes": [{"status": "accepted"}, {"status": "backordered"}]}]})["verdict"]
    'accepted_with_changes'
    """
    if value.get("verdict"):
        return value
    return {**value, "verdict": verdict(value.get("lines", ()))}


FUNCTIONS: dict[str, Function] = {function.__name__: function for function in (verdict_from_lines,)}
FUNCTIONS |= SELLING
