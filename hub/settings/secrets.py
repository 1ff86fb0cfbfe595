"""Secrets in settings files: where they stand, and whether they stand there in plain text."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel, SecretStr

from hub.settings.described import bare, fields, holds, shapes_in
from hub.settings.references import REFERENCE
from hub.settings.words import Loc

IN_ADDRESS = re.compile(r"(?<=://)[^/@\s:]*:(?!\$\{)[^@\s]+(?=@)|(?<=[?&]password=)(?!\$\{)[^&\s]+")


def places(annotation: Any, value: Any, loc: Loc = ()) -> Iterator[tuple[Loc, Any]]:
    """Every scalar, as it is written, that stands where the declaration says that it is a secret."""
    if isinstance(value, Mapping):
        for key, item, kind in _items(annotation, value):
            yield from places(kind, item, (*loc, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from places(annotation, item, (*loc, index))
    elif value is not None and holds(annotation, SecretStr):
        yield loc, value


def _items(annotation: Any, value: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Keys, values, and what they are declared to be."""
    kind = bare(annotation)
    if get_origin(kind) is dict:
        yield from ((key, item, get_args(kind)[1]) for key, item in value.items())
        return
    for model in shapes_in(annotation):
        yield from ((name, value[name], field.annotation) for name, field in fields(model) if name in value)


def plain(model: type[BaseModel], raw: Any) -> Iterator[Loc]:
    """Secrets that stand in the file itself: anybody who reads it has them. What stands in for a missing one is no secret."""
    yield from (loc for loc, value in places(model, raw) if not REFERENCE.search(str(value)))
    yield from (loc for loc, value in _texts(raw) if IN_ADDRESS.search(value))


def _texts(value: Any, loc: Loc = ()) -> Iterator[tuple[Loc, str]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, (*loc, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*loc, index))
    elif isinstance(value, str):
        yield loc, value
