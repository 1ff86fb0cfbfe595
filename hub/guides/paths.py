"""Canonical paths against the model: what stands at a path, so that a misspelt one is found when the guide is loaded."""

import types
from typing import Annotated, Any, Union, get_args, get_origin

from hub.guides.values import SELF
from hub.model.shape import Shape


class NoSuchField(LookupError):
    """A path leads to a field that the model does not have."""

    def __init__(self, shape: type[Shape], name: str) -> None:
        super().__init__(name)
        self.shape, self.name = shape, name


def plain(annotation: Any) -> Any:
    """An annotation without Annotated and None."""
    if get_origin(annotation) is Annotated:
        return plain(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        kept = [plain(it) for it in get_args(annotation) if it is not types.NoneType]
        return kept[0] if len(kept) == 1 else Union[tuple(kept)]  # noqa: UP007  # made at run time
    return annotation


def held(annotation: Any) -> Any:
    """What a list or mapping of this annotation holds; None when it is neither."""
    annotation = plain(annotation)
    arguments = get_args(annotation)
    if get_origin(annotation) is dict:
        return plain(arguments[1])
    return plain(arguments[0]) if get_origin(annotation) in (tuple, list) else None


def at(shape: Any, path: tuple[str, ...]) -> Any:
    """The annotation at a path; None where the model leaves it open. Raises NoSuchField.

    >>> from hub.model import Order
    >>> at(Order, ("lines", "*", "quantity")).__name__
    'Decimal'
    """
    shape = plain(shape)
    for step in path:
        if shape is None or step == SELF:
            continue
        if not is_shape(shape):
            shape = held(shape)
        elif step not in shape.model_fields:
            raise NoSuchField(shape, step)
        else:
            shape = plain(shape.model_fields[step].annotation)
    return shape


def is_shape(annotation: Any) -> bool:
    """True for a part of the model."""
    return isinstance(annotation, type) and issubclass(annotation, Shape)
