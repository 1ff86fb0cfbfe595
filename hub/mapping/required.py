"""What a mapping must carry: without it no message of a system could be taken, and none of ours told apart."""

from pydantic import BaseModel

from hub.mapping.notation import Notation, Rule
from hub.mapping.shapes import NoSuchPath, item_type, type_at
from hub.model import DOCUMENTS


def lost(notation: Notation) -> list[str]:
    """Paths of fields that every document of this kind must have, and no rule carries.

    Items of a list count where the list is carried, unless a function finishes the document. What the mapping itself says that
    it drops is left out on purpose.
    """
    shape = DOCUMENTS.get(notation.document)
    if shape is None:
        return []
    found = [*_missing(shape, notation.body, ""), *([] if notation.finish else _inside(shape, notation.body))]
    return [path for path in found if path not in notation.drops]


def _missing(shape: type[BaseModel], rules: tuple[Rule, ...], above: str) -> list[str]:
    carried = _carried(rules)
    return [f"{above}{name}" for name, field in shape.model_fields.items() if field.is_required() and name not in carried]


def _inside(shape: type[BaseModel], rules: tuple[Rule, ...]) -> list[str]:
    found = []
    for rule in rules:
        if rule.each is None:
            found += _inside(shape, rule.body or ())
            continue
        try:
            item = item_type(type_at(shape, rule.each))
        except NoSuchPath:
            continue
        if isinstance(item, type) and issubclass(item, BaseModel) and not rule.keyed:
            found += _missing(item, rule.body or (), f"{rule.each}.")
    return found


def _carried(rules: tuple[Rule, ...]) -> set[str]:
    """First steps of all paths that start from here."""
    found = set()
    for rule in rules:
        found |= {path.partition(".")[0] for path in rule.paths} | ({rule.each.partition(".")[0]} if rule.each else set())
        if rule.each is None:
            found |= _carried(rule.body or ())
    return found
