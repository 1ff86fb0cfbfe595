"""Bytes and the foreign values in them: one for JSON and XML, one for each document of a table."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from hub.errors import Unreadable
from hub.findings import Finding
from hub.formats import xml
from hub.formats.xml import Keep
from hub.mapping import tables
from hub.mapping.foreign import why_not
from hub.mapping.layout import TABULAR
from hub.mapping.notation import Notation

Found = list[tuple[Any, list[Finding]]]  # values, each with what is wrong with it before any rule is asked


def parse(notation: Notation, body: bytes, when: Mapping[str, Any], keep: Keep | None = None) -> Found:
    """The values in a message that this mapping is for, and for which `when` holds. Raises Unreadable with the reason.

    `keep` is asked for every single value, with its place.
    """
    found = _parsers().get(notation.format, tables.groups)(notation, body, keep)
    dotted = {path if notation.format in TABULAR else path.replace(".", "/"): wanted for path, wanted in when.items()}
    for value, _ in found[:1]:
        if why := why_not(notation.when, value) or why_not(dotted, value):
            raise Unreadable(f"the mapping is for other messages: {why}")
    return found


def _parsers() -> dict[str, Callable[[Notation, bytes, Keep | None], Found]]:
    return {"json": _json, "xml": _xml}


def _json(notation: Notation, body: bytes, keep: Keep | None) -> Found:
    value = json_value(body)
    return [(value if keep is None else kept(value, keep), [])]


def kept(value: Any, keep: Keep, path: str = "") -> Any:
    """A JSON value with every single value in it as `keep` wants it."""
    if isinstance(value, dict):
        return {key: kept(one, keep, f"{path}.{key}" if path else str(key)) for key, one in value.items()}
    if isinstance(value, list):
        return [kept(one, keep, f"{path}[{n}]") for n, one in enumerate(value)]
    return keep(value, path)


def json_value(body: bytes) -> Any:
    """The value of a JSON text. Raises Unreadable."""
    try:
        return json.loads(body)
    except ValueError as error:
        raise Unreadable(f"not JSON: {error}") from None
    except RecursionError:
        raise Unreadable("not JSON we can read: it is nested too deeply") from None


def _xml(notation: Notation, body: bytes, keep: Keep | None) -> Found:
    root = xml.parse(body)
    name = xml.name_of(str(root.tag), {space: prefix for prefix, space in notation.namespaces.items()})
    if name != notation.root:
        raise Unreadable(f"its outermost element is {name}, not {notation.root}")
    return [(xml.values(root, notation.namespaces, keep), [])]


def compose(notation: Notation, value: Any) -> bytes:
    """The bytes of a foreign value. Raises ValueError where the format cannot hold it."""
    if notation.format == "xml":
        return xml.write(notation.root, value, notation.namespaces, notation.doctype)
    if notation.format in TABULAR:
        return tables.write(notation, value)
    return json.dumps(value, ensure_ascii=False, default=str).encode()
