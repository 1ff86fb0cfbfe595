"""What is left of a canonical document once personal data, or its body, is purged. Pure."""

import json
from collections.abc import Mapping
from typing import Any

from hub.model import DOCUMENTS, plain
from hub.model.parts import Party, Reference
from hub.model.shape import Shape

DROPPED = ("contacts", "notes", "extras", "assumed")  # by name, wherever they stand: people, and words that may name them
PARTY_KEPT = ("scheme", "id", "country", "location_scheme", "location")
BODY_KEPT = ("number", "release", "change", "purpose", "currency", "totals", "order_number", "order_release", "interchange",
             "control_number", "level", "verdict", "test")  # fmt: skip
FINDING_KEPT = ("code", "kind", "severity", "group", "segment", "loop", "position", "element", "component")


def without_people(kind: str, value: Mapping[str, Any]) -> dict[str, Any]:
    """The document without names, addresses, contacts and free text; ids, items, quantities and amounts stay.

    >>> without_people("order", {"number": "7", "notes": ["call Ann"], "parties": {"ship_to": {"name": "Ann", "id": "42"}}})
    {'number': '7', 'parties': {'ship_to': {'id': '42'}}}
    """
    try:
        document = DOCUMENTS[kind].model_validate(value)
    except (KeyError, ValueError):  # it was never whole: nobody can say what is where
        return only_totals(value)
    return plain(_cleared(document))


def _cleared(value: Any) -> Any:
    if isinstance(value, Shape):
        return value.model_copy(update=_changes(value))
    if isinstance(value, dict):
        return {name: _cleared(one) for name, one in value.items()}
    return tuple(_cleared(one) for one in value) if isinstance(value, tuple) else value


def _changes(shape: Shape) -> dict[str, Any]:
    fields = type(shape).model_fields
    emptied = {name for name in fields if name in DROPPED}
    if isinstance(shape, Party):
        emptied |= {name for name in Party.model_fields if name not in PARTY_KEPT}
    if isinstance(shape, Reference):
        emptied.add("text")
    changes = {name: fields[name].get_default(call_default_factory=True) for name in emptied}
    return changes | {name: _cleared(getattr(shape, name)) for name in fields if name not in emptied}


def only_totals(value: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers and totals.

    >>> only_totals({"number": "7", "totals": {"lines": 2}, "lines": [{"number": "1"}]})
    {'number': '7', 'totals': {'lines': 2}}
    """
    return {name: value[name] for name in BODY_KEPT if name in value}


def remainder(kind: str, canonical: str, what: str) -> str:
    """What is left of a stored document under this policy (`personal`, `bodies`)."""
    value = json.loads(canonical)
    left = without_people(kind, value) if what == "personal" else only_totals(value)
    return json.dumps(left, ensure_ascii=False, separators=(",", ":"))


def findings_left(findings: str | None) -> str | None:
    """Which findings there were and where, without the words that may quote the document."""
    if findings is None:
        return None
    kept = [{name: one.get(name) for name in FINDING_KEPT} for one in json.loads(findings)["findings"]]
    return json.dumps({"findings": kept})
