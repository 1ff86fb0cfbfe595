"""What pydantic finds wrong, in plain words, at the place of the exact key or value."""

import typing
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from hub.marked import Mark, MarkedDict, place
from hub.settings.described import example, written
from hub.settings.mistakes import Mistake, nearest

TYPES = {
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "decimal": "a number",
    "string": "text",
    "dict": "keys and values",
    "model": "keys and values",
    "tuple": "a list",
    "list": "a list",
    "mapping": "keys and values",
    "url": "an address such as https://host/path",
    "path": "a path",
    "date": "a date such as 2026-11-22",
    "time": "a time",
    "timedelta": "a duration",
}
LIMITS = {
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "string_too_short": "is too short: at least {min_length} characters",
    "string_too_long": "is too long: at most {max_length} characters",
}
Loc = tuple[str | int, ...]


def translate(error: ValidationError, model: type[BaseModel], raw: Any, at: Loc, mark: Mark) -> list[Mistake]:
    """Mistakes for what does not fit `model`. `raw` is the file before references were resolved, `at` where the model
    stands in it; what a reference led to is never shown."""
    found = error.errors(include_url=False)
    meant = {(*one["loc"][:-1], near) for one in found if (near := _meant(one, model)) is not None}
    wrong = [one for one in found if not _led_nowhere(one) and not (one["type"] == "missing" and one["loc"] in meant)]
    return [_mistake(one, model, raw, at, mark) for one in wrong]


def _meant(one: ErrorDetails, model: type[BaseModel]) -> str | None:
    """The key that an unknown one was probably meant to be: it is not missing on top of that."""
    if one["type"] != "extra_forbidden":
        return None
    hint = nearest(str(one["loc"][-1]), fields_at(model, one["loc"][:-1]))
    return hint.split("`")[1] if hint.startswith("did you mean") else None


def _led_nowhere(one: ErrorDetails) -> bool:
    """The value is a reference that could not be resolved: that is a mistake already."""
    return isinstance(one["input"], str) and "${" in one["input"]


def _mistake(one: ErrorDetails, model: type[BaseModel], raw: Any, at: Loc, mark: Mark) -> Mistake:
    inner = tuple(step for step in one["loc"] if isinstance(step, int) or not step.startswith("function-"))
    loc = at + inner
    if one["type"] == "extra_forbidden":
        fields = fields_at(model, inner[:-1])
        text = f"there is no `{loc[-1]}` here"
        return Mistake.at(key_mark(raw, loc) or mark, text, nearest(str(loc[-1]), fields))
    spot = place(raw, loc) or mark
    if one["type"] == "missing":
        holder = key_mark(raw, loc[:-1])  # of nested keys, the word above them
        return Mistake.at(holder or spot, f"`{loc[-1]}` is missing", _about(model, inner))
    name = next((f"`{step}`" for step in reversed(loc) if isinstance(step, str)), "this")
    return Mistake.at(spot, *_said(one, name, value_at(raw, loc), model, inner))


def _said(one: ErrorDetails, name: str, written: Any, model: type[BaseModel], inner: Loc) -> tuple[str, str | None]:
    kind, context = one["type"], one.get("ctx", {})
    if kind == "literal_error":
        return f"{name} cannot be `{written}`", _choice(str(written), str(context.get("expected", "")))
    if kind in ("value_error", "assertion_error"):
        return _hidden(str(context.get("error", one["msg"])), one["input"], written), None
    if kind in LIMITS:
        return f"{name} {LIMITS[kind].format(**context)}", None
    expected = TYPES.get(kind.split("_")[0])
    if expected is None or kind == "string_pattern_mismatch":
        return f"{name} cannot be `{written}`", _about(model, inner)
    quoted = "put it in quotes, then it is text" if expected == "text" and isinstance(written, int) else None
    return f"{name} must be {expected}", quoted or _about(model, inner)


def _hidden(text: str, resolved: Any, written: Any) -> str:
    """The message, with the reference in place of the value it led to."""
    if isinstance(resolved, str) and isinstance(written, str) and "${" in written and resolved:
        return text.replace(resolved, written)
    return text


def _choice(written: str, expected: str) -> str:
    choices = [word.strip("' ") for word in expected.replace(" or ", ", ").split(",")]
    shown = [f"`{word}`" if word else "nothing" for word in choices]
    near = nearest(written, choices)
    return (
        near
        if near.startswith("did")
        else "write " + " or ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
    )


def _about(model: type[BaseModel], inner: Loc) -> str | None:
    """What the setting is for, and an example."""
    holder = model_at(model, inner[:-1])
    field = next(
        (field for name, field in (holder.model_fields if holder else {}).items() if inner and inner[-1] in (name, field.alias)),
        None,
    )
    if field is None:
        return None
    shown = example(str(inner[-1]), field)
    told = "" if shown is None else f"; for example `{written(shown)}`"
    return f"{(field.description or '').rstrip('.')}{told}" or None


def fields_at(model: type[BaseModel], loc: Loc) -> list[str]:
    """Names that may be given at this place."""
    found = model_at(model, loc)
    return [field.alias or name for name, field in found.model_fields.items()] if found else []


def model_at(kind: Any, loc: Loc) -> type[BaseModel] | None:
    """The model that stands at a place inside another."""
    for step in loc:
        model = _model_in(kind)
        if isinstance(step, str) and model is not None:
            kind = next((field.annotation for name, field in model.model_fields.items() if step in (name, field.alias)), None)
    return _model_in(kind)


def _model_in(kind: Any) -> type[BaseModel] | None:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    return next((found for part in typing.get_args(kind) if (found := _model_in(part)) is not None), None)


def key_mark(raw: Any, loc: Loc) -> Mark | None:
    holder = value_at(raw, loc[:-1]) if loc else None
    return holder.keys_at.get(str(loc[-1])) if isinstance(holder, MarkedDict) else None


def value_at(raw: Any, loc: Loc) -> Any:
    """The value as it was written; None when nothing stands there."""
    for step in loc:
        if isinstance(raw, Mapping):
            raw = raw.get(step)
        elif isinstance(raw, list) and isinstance(step, int) and step < len(raw):
            raw = raw[step]
        else:
            return None
    return raw
