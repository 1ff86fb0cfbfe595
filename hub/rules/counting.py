"""Documents counted in the unit that a system keeps, and its answers counted back in the partner's. Pure; see `packs`."""

from collections.abc import Mapping, Sequence
from typing import Any

from hub.findings import Finding
from hub.rules.joining import LINES, Known, find_line, owner_of
from hub.rules.packs import Packs
from hub.rules.packs import convert as counted

Values = dict[str, Any]
ROWS = ("lines", "contents")


def convert(document: Mapping[str, Any], unit: str, table: Packs, judged: bool = False) -> tuple[Values, list[Finding]]:
    """The document with every line in this unit; the proof as notes, and what cannot be converted. `judged`: as in `packs`."""
    changed, findings = dict(document), list[Finding]()
    for name in ROWS:
        rows = []
        for at, row in enumerate(document.get(name, ())):
            line, found = counted(dict(row), unit, table, f"{name}.{at}", judged)
            rows.append(line)
            findings += found
        if rows:
            changed[name] = rows
    return changed, findings


def back(kind: str, answer: Mapping[str, Any], known: Sequence[Known], unit: str, table: Packs) -> tuple[Values, list[Finding]]:
    """The answer of a system that keeps `unit`, each line counted as it was ordered."""
    changed, findings, name = dict(answer), list[Finding](), LINES.get(kind)
    rows = []
    for at, row in enumerate(answer.get(name, ()) if name else ()):
        try:
            line, found = _back(kind, dict(row), changed, known, unit, table, f"{name}.{at}")
        except (ValueError, TypeError, AttributeError):  # no quantity at all: that is said when the answer is checked
            line, found = row, []
        rows.append(line)
        findings += found
    if name and rows:
        changed[name] = rows
    return changed, findings


def _back(
    kind: str, row: Values, answer: Values, known: Sequence[Known], unit: str, table: Packs, path: str
) -> tuple[Values, list[Finding]]:
    mine = owner_of(kind, row, answer, list(known))
    ordered = find_line(row, "line" if kind == "ship_notice" else "number", mine) if mine else None
    wanted = (ordered or {}).get("unit")
    if ordered is None or not wanted or row.get("unit", unit) != unit:
        return row, []
    ids = ordered.get("ids") or {}
    parts: list[tuple[Values, str]] = [(row, path)] if row.get("quantity") is not None else []
    outcomes = [dict(one) for one in row.get("outcomes", ())]
    parts += [(one, f"{path}.outcomes.{at}") for at, one in enumerate(outcomes) if one.get("quantity") is not None]
    findings: list[Finding] = []
    for part, place in parts:
        line, found = counted({**part, "unit": part.get("unit") or unit, "ids": ids}, wanted, table, place)
        findings += found
        part.update({field: value for field, value in line.items() if field != "ids"})
    return {**row, **({"outcomes": outcomes} if outcomes else {})}, findings
