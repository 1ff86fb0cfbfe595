"""Cross-references: what a partner calls an item or a place, and what we call it, from tables with source and date. Pure.

What a table adds is listed under `assumed`, so that it never goes back to a partner who did not send it.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from hub.findings import Finding

Values = dict[str, Any]
Row = Mapping[str, str]
OURS = "our_place"  # role of the reference under which our own name of a place is kept


class Items(tuple[Row, ...]):
    """Rows of items; each is found by any of its ids."""

    @cached_property
    def by_id(self) -> Mapping[tuple[str, str], Sequence[Row]]:
        """Scheme and id → rows."""
        found: dict[tuple[str, str], list[Row]] = {}
        for row in self:
            for pair in row.items():
                found.setdefault(pair, []).append(row)
        return found


class Places(tuple[Row, ...]):
    """Rows of places; each is found by its scheme and id, or by its id alone. The last of several counts."""

    @cached_property
    def _index(self) -> Mapping[tuple[str | None, str | None], Row]:
        return {(row.get("scheme"), row.get("id")): row for row in self}

    def of(self, party: Mapping[str, Any]) -> Row | None:
        """The row of a party."""
        return self._index.get((party.get("scheme"), party.get("id"))) or self._index.get((None, party.get("id")))


def items(order: Mapping[str, Any], *tables: Items) -> tuple[Values, list[Finding]]:
    """The order with all ids of its items that the tables know: a row fits by any id that stands in the column of its scheme.

    >>> order, found = items({"lines": [{"ids": {"buyer_part": "A1"}}]}, Items([{"buyer_part": "A1", "sku": "100"}]))
    >>> order
    {'lines': [{'ids': {'buyer_part': 'A1', 'sku': '100'}}], 'assumed': ['lines.0.ids.sku']}
    """
    lines, assumed, findings = [], list[str](), list[Finding]()
    for at, line in enumerate(order.get("lines", ())):
        ids, found = _known(line.get("ids") or {}, tables, f"lines.{at}.ids")
        findings += found
        lines.append({**line, "ids": {**(line.get("ids") or {}), **ids}} if ids else line)
        assumed += [f"lines.{at}.ids.{scheme}" for scheme in ids]
    return _told({**order, "lines": lines} if assumed else dict(order), assumed), findings


def _known(ids: Mapping[str, str], tables: Sequence[Items], path: str) -> tuple[dict[str, str], list[Finding]]:
    """Further ids of an item, or that its ids belong to different ones."""
    rows = {id(row): row for pair in ids.items() for table in tables for row in table.by_id.get(pair, ())}
    added: dict[str, str] = {}
    for row in rows.values():
        for scheme, value in row.items():
            if scheme not in ids and added.setdefault(scheme, value) != value:
                names = ", ".join(f"{scheme} {value}" for scheme, value in ids.items())
                text = f"{names}: the table of items has several rows for these, with {scheme} {added[scheme]} and {value}"
                hint = "mend items.csv, or ask the sender which item is meant"
                return {}, [Finding("hub:items-differ", text, kind="application", path=path, hint=hint)]
    return added, []


def places(order: Mapping[str, Any], *tables: Places) -> Values:
    """The order whose parties have what the tables know of them: our own name (`ours`), and fields they came without.

    >>> places({"parties": {"ship_to": {"id": "42"}}}, Places([{"id": "42", "ours": "C-7", "city": "Ulm"}]))["parties"]
    {'ship_to': {'id': '42', 'city': 'Ulm', 'references': {'our_place': {'value': 'C-7'}}}}
    """
    parties, assumed = dict(order.get("parties", {})), list[str]()
    for role, party in parties.items():
        row = next((row for table in tables if (row := table.of(party)) is not None), {})
        fields = {name: value for name, value in row.items() if name not in ("id", "scheme", "ours") and not party.get(name)}
        parties[role] = {**party, **fields, **_named(party, row)}
        assumed += [f"parties.{role}.{name}" for name in (*fields, *([f"references.{OURS}"] if "ours" in row else []))]
    return _told({**order, "parties": parties} if assumed else dict(order), assumed)


def _named(party: Mapping[str, Any], row: Row) -> Values:
    return {"references": {**party.get("references", {}), OURS: {"value": row["ours"]}}} if "ours" in row else {}


def _told(order: Values, assumed: Sequence[str]) -> Values:
    return {**order, "assumed": [*order.get("assumed", ()), *assumed]} if assumed else order


def as_sent(order: Mapping[str, Any]) -> Values:
    """The order without what tables have added to its parties and items: what a partner may be told.

    >>> order, _ = items({"lines": [{"ids": {"buyer_part": "A1"}}]}, Items([{"buyer_part": "A1", "sku": "100"}]))
    >>> as_sent(order)["lines"]
    [{'ids': {'buyer_part': 'A1'}}]
    """
    taken = [path.split(".") for path in order.get("assumed", ())]
    result = dict(order)
    for steps in taken:
        if steps[0] == "parties" or (steps[0] == "lines" and steps[2:3] == ["ids"]):
            result = _without(result, steps)
    return result


def _without(value: Any, steps: Sequence[str]) -> Any:
    step, *rest = steps
    if isinstance(value, list | tuple):
        return [_without(one, rest) if str(at) == step else one for at, one in enumerate(value)]
    if not isinstance(value, Mapping) or step not in value:
        return value
    if not rest:
        return {key: one for key, one in value.items() if key != step}
    inner = _without(value[step], rest)
    return {key: inner if key == step else one for key, one in value.items() if key != step or inner != {}}
