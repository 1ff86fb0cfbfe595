"""A connector's settings as YAML to begin with: what is needed with values to replace, all else as comments with its default."""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import accumulate
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo

from hub.sdk.settings import Settings
from hub.settings.described import bare, default, example, fields, holds, shapes_in, written

COLUMN = 40
HOST = re.compile(r"[\w-]+(?=\.example\b)|(?<=://)[^/:@]+(?<!\.example)")  # its own label, or all of it


def chosen(model: type[Settings], name: str, secret: Callable[[str], str]) -> dict[str, Any]:
    """Values of the settings to begin with for a place of this name; the fewest that make sense together.

    `secret` makes a secret of this setting and says how it is written. An example is made the place's own by its name.
    """
    needed = {key: field for key, field in fields(model) if field.is_required()}
    shown = {key: field for key, field in fields(model) if _shows(field)}
    others = {key: field for key, field in fields(model) if key not in needed and default(field) == ""}
    grown = accumulate(([key] for key in others), initial=[])
    tries = [[*needed, *shown], *([*needed, key] for key in ["", *others]), *([*needed, *keys] for keys in grown)]
    given = {key: _value(key, field, name) for key, field in fields(model)}
    for keys in tries:
        values = {key: given[key] for key in dict.fromkeys(keys) if key in given}
        if _fits(model, values):
            break
    else:
        values = {key: given[key] for key in needed}
    return {key: _named(value, key, secret) for key, value in values.items()}


def _shows(field: FieldInfo) -> bool:
    """Left out by default, with an example, and without a default in words: most want it."""
    plain = not holds(field.annotation, SecretStr) and not shapes_in(field.annotation)
    return default(field) == "" and bool(field.examples) and plain and "default" not in (field.description or "").lower()


def _value(key: str, field: FieldInfo, name: str) -> Any:
    """The example, made the place's own: folders and hosts get its name."""
    if field.is_required() and shapes_in(field.annotation) and example(key, field) is None:
        inner = shapes_in(field.annotation)[0]
        return {under: _value(under, part, name) for under, part in fields(inner) if part.is_required()}
    value = example(key, field)
    if bare(field.annotation) is Path and str(value).startswith("var/"):
        return f"var/{name}/{Path(value).name}"
    if isinstance(value, str) and "${" not in value:
        return HOST.sub(lambda match: _host(name, match), value)
    return value


def _host(name: str, match: re.Match[str]) -> str:
    label = name.replace("_", "-")
    return label if match.string.startswith(".example", match.end()) else f"{label}.example"


def _fits(model: type[Settings], values: Mapping[str, Any]) -> bool:
    try:
        model.model_validate(values)
    except ValidationError:
        return False
    return True


def _named(value: Any, key: str, secret: Callable[[str], str]) -> Any:
    """Secrets are written down apart."""
    if isinstance(value, dict):
        return {under: _named(item, f"{key}_{under}", secret) for under, item in value.items()}
    if isinstance(value, list | tuple):
        return [_named(item, key, secret) for item in value]
    return secret(key) if isinstance(value, str) and value.startswith("${env:") else value


def lines(model: type[BaseModel], values: Mapping[str, Any], named: Callable[[str], str], indent: str = "  ") -> Iterator[str]:
    """Every setting, a line each: with its value, or as a comment with its default or an example. `named` is how a secret is."""
    for key, field in fields(model):
        if key in values:
            yield _line(f"{indent}{key}: {_yaml(values[key])}", field)
    for key, field in fields(model):
        if key not in values:
            usual = None if field.is_required() else field.get_default(call_default_factory=True, validated_data={})
            value = usual if default(field) else _named(_plain(example(key, field)), key, named)
            yield _line(f"{indent}# {key}: {'…' if value is None else _yaml(value)}", field)


def _yaml(value: Any) -> str:
    """A value on one line."""
    text = yaml.safe_dump(_plain(value), default_flow_style=True, width=10**6, allow_unicode=True, sort_keys=False)
    return str(text).removesuffix("...\n").strip()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float | str) else written(value)


def _line(text: str, field: FieldInfo) -> str:
    return f"{text:<{COLUMN}} # {field.description}" if field.description else text
