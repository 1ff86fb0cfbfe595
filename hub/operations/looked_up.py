"""Looked up: what a table has added to an order, and which; or which system was asked for it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from hub.guides.marking import leaves, plain
from hub.rules.asking import of_others, reading
from hub.rules.condition import value_at


def looked_up(row: Any, path: str) -> str | None:
    """Where a value of a stored document comes from that no message said; None where no table has added it."""
    at, value = plain(path), json.loads(row.canonical or "{}")
    table = "items" if ".ids." in at else "places" if at.startswith("parties.") else None
    added = any(at == one or at.startswith(f"{one}.") for one in value.get("assumed", ()))
    if table is None or not added:
        return None
    return next(_answers(row, value, at), None) or f"added by the table of {table}: tables/{table}.csv, ours or the partner's"


def _answers(row: Any, value: Mapping[str, Any], at: str) -> Iterator[str]:
    """Answers for this item or place that say so."""
    holder = value_at(value, at.split(".ids.")[0] + ".ids" if ".ids." in at else ".".join(at.split(".")[:2]))
    keys, wanted = {str(leaf) for _, leaf, _ in leaves(holder)}, str(value_at(value, at))
    for question, answer in of_others(reading(json.loads(row.heard or "[]"))).items():
        if question.key in keys and any(str(leaf) == wanted for _, leaf, _ in leaves(answer.value)):
            yield f"{question.table} of {question.system} says so of {question.key}, asked on {answer.at:%Y-%m-%d %H:%M} UTC"
