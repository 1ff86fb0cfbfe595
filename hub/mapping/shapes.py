"""What stands at a path of the canonical model: does it exist, and which codec fits it."""

import types
import typing
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Union

from pydantic import BaseModel

SCALARS = {str: "text", Decimal: "decimal", int: "integer", bool: "truth"}


class NoSuchPath(LookupError):
    """The path leads nowhere; `step` is where it fails and `known` what exists there."""

    def __init__(self, step: str, known: Iterable[str]) -> None:
        super().__init__(step)
        self.step, self.known = step, sorted(known)


def type_at(kind: Any, path: str) -> Any:
    """The type at a dotted path below a type. Numbers walk into lists, any word into mappings. Raises NoSuchPath."""
    for step in path.split("."):
        kind = _inside(plain_type(kind), step)
    return plain_type(kind)


def item_type(kind: Any) -> Any:
    """What a list or mapping holds; None when the type is neither."""
    kind = plain_type(kind)
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    return {tuple: inner[:1], list: inner[:1], dict: inner[1:]}.get(origin, (None,))[0] if origin in (tuple, list, dict) else None


def keyed(kind: Any) -> bool:
    """True for a mapping."""
    return typing.get_origin(plain_type(kind)) is dict


def codec_name(kind: Any) -> str | None:
    """The codec that fits a type; None where no single value can stand."""
    members = _members(kind)
    if date in members:
        return "moment" if datetime in members else "date"
    kind = members[0]
    kind = item_type(kind) if typing.get_origin(kind) in (tuple, list) else kind
    return SCALARS.get(kind)


def plain_type(kind: Any) -> Any:
    """The type without `| None` and without annotations.

    >>> plain_type(str | None)
    <class 'str'>
    """
    members = _members(kind)
    return members[0] if len(members) == 1 else kind


def _members(kind: Any) -> list[Any]:
    if typing.get_origin(kind) is Annotated:
        inner = typing.get_args(kind)
        aware = any("AwareDatetime" in str(part) for part in inner[1:])
        return [datetime] if aware else _members(inner[0])
    if typing.get_origin(kind) in (Union, types.UnionType):
        return [member for part in typing.get_args(kind) if part is not type(None) for member in _members(part)]
    return [datetime] if getattr(kind, "__name__", "") == "AwareDatetime" else [kind]


def _inside(kind: Any, step: str) -> Any:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        if step in kind.model_fields:
            return kind.model_fields[step].rebuild_annotation()
        raise NoSuchPath(step, kind.model_fields)
    origin = typing.get_origin(kind)
    if origin is dict or (origin in (tuple, list) and step.isdigit()):
        return item_type(kind)
    raise NoSuchPath(step, ["0, 1, 2 … (it is a list)"] if origin in (tuple, list) else [])
