"""Whether what a guide's segments fill is of the type that the model has there: then nobody needs to look at each value again."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, get_args, get_origin

from hub.guides.codecs import NUMERIC
from hub.guides.functions import OUTLINES
from hub.guides.notation import Element, Guide, Rule
from hub.guides.paths import at, plain
from hub.guides.values import split
from hub.model import DOCUMENTS
from hub.model.parts import Extra
from hub.model.shape import When

# What an element becomes by its codec; by all others it becomes text.
MAKES: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(NUMERIC, (Decimal, int)),  # whoever makes the document makes whole numbers of decimals
    "integer": (int,),
    "date": (date, plain(When)),
    "moment": (plain(When),),
    "texts": (tuple[str, ...],),
}


@lru_cache(maxsize=512)
def typed(guide: Guide) -> bool:
    """True where all values of a document that is read by this guide are of their field's own type.

    Named functions keep to the types of what they move about. Trees, and documents that are first read into an outline, are not
    looked into.
    """
    if any(name in OUTLINES for name in guide.finish) or any(rule.tree for rule in guide.rules()):
        return False
    try:
        return all(_fits(rule, DOCUMENTS[guide.document]) for rule in guide.body)
    except LookupError:
        return False


def _fits(rule: Rule, home: Any) -> bool:
    """True where a rule and those inside it fill a part of the model with what it holds."""
    item = _inner(home, rule.each, dict if rule.key else tuple) if rule.each else home
    if not _filled(rule.carriers(), item):
        return False
    if not all(_becomes(pairs.codec, _inner(item, pairs.into, dict)) for pairs in rule.pairs):
        return False
    groups = rule.groups
    if groups and not _filled((*groups.elements, *groups.shared), _inner(item, groups.each, tuple)):
        return False
    return all(_fits(inner, item) for inner in rule.body or ())


def _inner(home: Any, path: str, kind: type) -> Any:
    """What the list or mapping at a path holds. Raises LookupError where there is no such thing."""
    found = at(home, split(path))
    if get_origin(found) is not kind:
        raise LookupError(path)
    return plain(get_args(found)[-1] if kind is dict else get_args(found)[0])


def _filled(elements: Iterable[Element], item: Any) -> bool:
    """True where elements become what an item has at their paths."""
    return all(
        at(item, split(path)) is Extra if path.startswith("extras.") else _becomes(element.codec, at(item, split(path)))
        for element in elements
        for path in element.paths
    )


def _becomes(codec: str, annotation: Any) -> bool:
    return annotation in MAKES.get(codec, (str,))
