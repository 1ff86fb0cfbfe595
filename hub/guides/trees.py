"""Trees of EDI documents and the flat lists of the model: folded when read, unfolded when written."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from hub.model.shape import Shape

Values = dict[str, Any]
QUANTITY = ("quantity", "unit")  # of the item in a pack, said by the pack
LINKS = ("id", "type", "parent", "order", "package")  # what the shape of the tree says


@dataclass(slots=True, eq=False)
class Node:
    """One node of a tree. `id` and `parent` are given by the reader, or when the tree is written."""

    level: str
    values: Values
    id: str = ""
    parent: str = ""
    children: "list[Node]" = field(default_factory=list)
    path: str = ""  # where its values stand in the document

    def walk(self) -> "Iterator[Node]":
        """Itself and all below, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()

    def below(self, child: "Node") -> "Node":
        """Hang a node below this one; gives the child."""
        self.children.append(child)
        return child


class Problem(NamedTuple):
    """Something that the chosen structure cannot say."""

    path: str
    text: str


class Tree(NamedTuple):
    """A pair of functions: roots into the document, and the document into roots."""

    read: Callable[[list[Node], Values], None]
    write: Callable[[Values], tuple[list[Node], list[Problem]]]
    homes: Mapping[str, str | type[Shape]]  # level -> path of what its nodes become, empty: the document; or the shape they fill
    makes: tuple[str, ...]  # fields of the document that come from the tree
    chosen: bool = False  # the document's structure says what stands below what


def numbered(roots: list[Node]) -> list[Node]:
    """All nodes in order, with numbers from 1 and the numbers of their parents."""
    nodes = [node for root in roots for node in root.walk()]
    for number, node in enumerate(nodes, 1):
        node.id = str(number)
    for node in nodes:
        for child in node.children:
            child.parent = node.id
    return nodes


# --- the ship notice: shipment, order, tare, pack, item ---------------------------------------------------------------


def fold_shipment(roots: list[Node], document: Values) -> None:
    """Shipment, order, tare, pack and item nodes into `orders`, `packages` and `contents`.

    >>> item = Node("I", {"line": "1"})
    >>> notice = {}
    >>> fold_shipment([Node("S", {}, children=[Node("O", {"number": "PO1"}, children=[Node("P", {"sscc": "9"}, children=[item])])])], notice)
    >>> notice["contents"]
    [{'line': '1', 'order': 'O1', 'package': 'P1'}]
    """
    fold = _Fold(document)
    for root in roots:
        fold.node(root, {})


class _Fold:
    def __init__(self, document: Values) -> None:
        self.document = document

    def node(self, node: Node, above: dict[str, str]) -> None:
        if node.level == "O":
            above = {**above, "order": self._order(node.values)}
        elif node.level in ("T", "P"):
            above = {**above, "package": self._package(node, above)}
        elif node.level == "I":
            self._item(node, above)
            return
        else:
            merge(self.document, node.values)
        for child in node.children:
            self.node(child, above)

    def _add(self, name: str, letter: str, values: Values, links: Values) -> str:
        listed = self.document.setdefault(name, [])
        id_ = f"{letter}{len(listed) + 1}"
        listed.append({"id": id_, **values, **links} | {"id": id_})  # named anew, whatever the sender called it
        return id_

    def _order(self, values: Values) -> str:
        """An order that stands in several packs is one order."""
        for order in self.document.get("orders") or ():
            if {name: value for name, value in order.items() if name != "id"} == values:
                return str(order["id"])
        return self._add("orders", "O", values, {})

    def _package(self, node: Node, above: dict[str, str]) -> str:
        _quantity(node)
        links = {"type": "tare" if node.level == "T" else "pack"}
        if "package" in above:
            links["parent"] = above["package"]
        if "order" in above:
            links["order"] = above["order"]
        return self._add("packages", "P", node.values, links)

    def _item(self, node: Node, above: dict[str, str]) -> None:
        packs = list(self._packs(node, above))
        if len(packs) == 1:
            self._content({**node.values, **packs[0][1]}, {**above, "package": packs[0][0]})
            return
        stated = all("quantity" in own for _, own in packs)
        if not packs or not stated:  # quantities by pack are not known: the item keeps its own
            self._content(node.values, above)
        for package, own in packs:
            values = node.values if stated else {k: v for k, v in node.values.items() if k != "quantity"}
            self._content({**values, **own}, {**above, "package": package})

    def _packs(self, node: Node, above: dict[str, str]) -> Iterator[tuple[str, Values]]:
        """Innermost packages below an item, with what they say of the item."""
        for child in node.children:
            own = _quantity(child)
            package = self._package(child, above)
            if child.children:
                yield from self._packs(child, {**above, "package": package})
            else:
                yield package, own

    def _content(self, values: Values, above: dict[str, str]) -> None:
        self.document.setdefault("contents", []).append({**values, **above})


def _quantity(node: Node) -> Values:
    """What a pack says of the quantity of the item in it; taken out of the node."""
    return {name: node.values.pop(name) for name in QUANTITY if name in node.values}


def merge(into: Values, values: Values) -> None:
    """Add values to those that are there: mappings and lists grow, others are replaced."""
    for name, value in values.items():
        if isinstance(value, dict) and isinstance(into.get(name), dict):
            into[name] = {**into[name], **value}
        elif isinstance(value, list) and isinstance(into.get(name), list):
            into[name] = [*into[name], *value]
        else:
            into[name] = value
