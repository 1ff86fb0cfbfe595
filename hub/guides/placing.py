"""Checks that every path of a guide leads to a field of the canonical model."""

from typing import Any

from hub.guides.keywords import texts
from hub.guides.mistakes import Mistakes
from hub.guides.paths import NoSuchField, at, held
from hub.guides.trees import QUANTITY
from hub.guides.unfold import TREES
from hub.guides.values import split
from hub.marked import Mark, MarkedDict, MarkedList


def check(guide: MarkedDict, shape: Any, mistakes: Mistakes) -> None:
    """Note every path of this guide that the model does not have."""
    _body(guide.get("body"), shape, shape, mistakes)


def _body(items: Any, shape: Any, document: Any, mistakes: Mistakes) -> None:
    for item in items if isinstance(items, MarkedList) else ():
        for rule in item.values() if isinstance(item, MarkedDict) else ():
            if isinstance(rule, MarkedDict):
                _rule(rule, shape, document, mistakes)


def _rule(rule: MarkedDict, shape: Any, document: Any, mistakes: Mistakes) -> None:
    if "each" in rule:
        shape = held(_at(shape, str(rule["each"]), rule.values_at["each"], mistakes))
    _elements(rule.get("at"), shape, mistakes)
    runs = rule.get("pairs")
    for pairs in runs if isinstance(runs, MarkedList) else [runs]:
        if isinstance(pairs, MarkedDict) and "into" in pairs:
            _at(shape, str(pairs["into"]), pairs.values_at["into"], mistakes)
    groups = rule.get("groups")
    if isinstance(groups, MarkedDict) and "each" in groups:
        inner = held(_at(shape, str(groups["each"]), groups.values_at["each"], mistakes))
        _elements(groups.get("at"), inner, mistakes)
    _body(rule.get("body"), shape, document, mistakes)
    levels, tree = rule.get("levels"), TREES.get(str(rule.get("with")))
    for code, level in levels.items() if isinstance(levels, MarkedDict) and tree else ():
        home = tree.homes.get(code) if tree else None
        if isinstance(level, MarkedDict) and home is not None:
            inner = home if isinstance(home, type) else at(document, split(home)) if home else document
            _body(level.get("body"), inner, document, mistakes)


def _elements(elements: Any, shape: Any, mistakes: Mistakes) -> None:
    for element in elements.values() if isinstance(elements, MarkedDict) else ():
        if isinstance(element, MarkedDict):
            for path in texts(element.get("is")):
                _at(shape, path, element.values_at["is"], mistakes)


def _at(shape: Any, path: str, mark: Mark, mistakes: Mistakes) -> Any:
    if shape is None:
        return None
    try:
        return at(shape, split(path))
    except NoSuchField as error:
        if error.name not in QUANTITY:  # packs may say the quantity of the item in them
            mistakes.unknown(mark, f"field of {error.shape.__name__}", error.name, error.shape.model_fields)
        return None
