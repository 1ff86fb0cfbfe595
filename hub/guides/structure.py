"""The structure of a ship notice as its partner wants it: the guide says which, whatever the document would choose by itself."""

from collections.abc import Iterable, Iterator
from typing import Any

from hub.guides.notation import Guide
from hub.guides.trees import Problem
from hub.guides.unfold import TREES
from hub.model import Document

STRUCTURE, PALLET = "structure", "T"
PALLETS = "packages.*.parent"  # a guide that drops this, and has no level for pallets, leaves them out


def structured(guide: Guide, document: Document) -> Document:
    """The document in a structure that the guide takes, without pallets where it has none.

    Where the guide takes several, the document's own is kept if it is among them; else the first is taken.
    """
    for rule in guide.body:
        if not rule.tree or not TREES[rule.function or ""].chosen:
            continue
        words = allowed(guide)
        if words and getattr(document, STRUCTURE) not in words:
            document = document.model_copy(update={STRUCTURE: words[0]})
        if PALLET not in rule.levels and PALLETS in guide.drops:
            document = without_pallets(document)
    return document


def allowed(guide: Guide) -> tuple[str, ...]:
    """The structures that the guide takes; empty when it takes any."""
    found = next((it for rule in guide.body for it in rule.carriers() if STRUCTURE in it.paths), None)
    if found is None or found.table is None:
        return ()
    return tuple(found.table.word(code) for code in ((found.const,) if found.const is not None else found.only))


def without_pallets(document: Any) -> Any:
    """Pallets are left out; what stood on them stands by itself."""
    above = {package.id: package.parent for package in document.packages}
    pallets = {package.id for package in document.packages if package.type == "tare"}

    def home(id_: str | None) -> str | None:
        while id_ in pallets:
            id_ = above.get(id_)
        return id_

    kept = [it.model_copy(update={"parent": home(it.parent)}) for it in document.packages if it.id not in pallets]
    contents = [it.model_copy(update={"package": home(it.package)}) for it in document.contents]
    return document.model_copy(update={"packages": tuple(kept), "contents": tuple(contents)})


def untold(guide: Guide, problems: Iterable[Problem]) -> Iterator[Problem]:
    """Problems of a structure but those that the guide knows of: it drops such places."""
    known = {drop for drop in guide.drops if "." not in drop}
    return (problem for problem in problems if problem.path.partition("[")[0] not in known)
