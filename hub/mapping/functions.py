"""Named functions for what paths and tables cannot say. They finish canonical values after reading, before writing."""

from collections.abc import Callable
from typing import Any

Function = Callable[[dict[str, Any]], dict[str, Any]]


def verdict_from_lines(value: dict[str, Any]) -> dict[str, Any]:
    """An order response whose sender says nothing about the whole order: its lines say it.

    >>> verdict_from_lines({"lines": [{"outcomes": [{"status": "accepted"}]}]})["verdict"]
    'accepted'
    >>> verdict_from_lines({"lines": [{"outcomes": [{"status": "rejected"}]}]})["verdict"]
    'rejected_with_detail'
    >>> verdict_from_lines({"lines": [{"outcomes": [{"status": "accepted"}, {"status": "backordered"}]}]})["verdict"]
    'detail'
    """
    if value.get("verdict"):
        return value
    said = {outcome.get("status") for line in value.get("lines", ()) for outcome in line.get("outcomes", ())}
    verdict = {frozenset({"accepted"}): "accepted", frozenset({"rejected"}): "rejected_with_detail"}.get(
        frozenset(said), "detail"
    )
    return {**value, "verdict": verdict}


FUNCTIONS: dict[str, Function] = {function.__name__: function for function in (verdict_from_lines,)}
