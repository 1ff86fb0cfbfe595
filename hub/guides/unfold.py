"""The tree of a ship notice, made from its flat lists in the structure the document asks for."""

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from hub.guides.consignment import SHARED, Consignment, Delivery, fold_consignment, unfold_consignment
from hub.guides.trees import LINKS, Node, Problem, Tree, Values, fold_shipment
from hub.model.shape import Shape


def unfold_shipment(document: Values) -> tuple[list[Node], list[Problem]]:
    """The shipment node with all below it, and what the structure cannot say.

    >>> notice = {"orders": [{"id": "A", "number": "PO1"}], "contents": [{"order": "A", "line": "1"}]}
    >>> [(node.level, node.path) for node in unfold_shipment(notice)[0][0].walk()]
    [('S', ''), ('O', 'orders[0]'), ('I', 'contents[0]')]
    """
    unfold = _Unfold(document)
    structure = document.get("structure") or "pick_and_pack"
    if structure not in STRUCTURES:
        return [unfold.root], [Problem("structure", f"there is no structure {structure}; known: {', '.join(STRUCTURES)}")]
    STRUCTURES[structure](unfold)
    unfold.judge()
    return [unfold.root], unfold.problems


class _Unfold:
    """One ship notice: who belongs where, and what has found its place."""

    def __init__(self, document: Values) -> None:
        self.root = Node("S", document)
        self.orders: list[Values] = document.get("orders") or []
        self.packages: list[Values] = document.get("packages") or []
        self.contents: list[Values] = document.get("contents") or []
        self.problems: list[Problem] = []
        self.placed: set[str] = set()

    def order_of(self, item: Values) -> str | None:
        """Id of the order an entry belongs to; the only order if it says none."""
        return item.get("order") or (self.orders[0]["id"] if len(self.orders) == 1 else None)

    def inside(self, package: str | None) -> list[Values]:
        return [it for it in self.contents if it.get("package") == package]

    def under(self, package: str | None) -> list[Values]:
        return [it for it in self.packages if it.get("parent") == package]

    def all_inside(self, package: Values) -> list[Values]:
        """Contents of a package and of those in it."""
        found = self.inside(package["id"])
        for child in self.under(package["id"]):
            found += self.all_inside(child)
        return found

    def orders_in(self, package: Values) -> list[str | None]:
        """Orders that a package holds something of, each once."""
        named = [self.order_of(it) for it in self.all_inside(package)] or [self.order_of(package)]
        return list(dict.fromkeys(named))

    def order_node(self, parent: Node, id_: str | None) -> Node:
        """A node for the order below this parent; the parent itself where there is no order."""
        for number, order in enumerate(self.orders):
            if order["id"] == id_:
                path = f"orders[{number}]"
                values = deepcopy(order) if path in self.placed else order  # said again in another pack
                self.placed.add(path)
                return parent.below(Node("O", {k: v for k, v in values.items() if k != "id"}, path=path))
        return parent

    def package_node(self, parent: Node, package: Values, extra: Values | None = None) -> Node:
        path = f"packages[{self.packages.index(package)}]"
        if path in self.placed:
            self.problems.append(Problem(path, "the package would have to stand in two places of this structure"))
        self.placed.add(path)
        level = "T" if package.get("type") == "tare" else "P"
        values = {name: value for name, value in package.items() if name not in LINKS}
        return parent.below(Node(level, {**values, **(extra or {})}, path=path))

    def item_node(self, parent: Node, content: Values, values: Values | None = None) -> Node:
        path = f"contents[{next(n for n, it in enumerate(self.contents) if it is content)}]"
        self.placed.add(path)
        kept = {name: value for name, value in (values or content).items() if name not in LINKS}
        return parent.below(Node("I", kept, path=path))

    def order_ids(self) -> Iterable[str | None]:
        ids = [order["id"] for order in self.orders]
        loose = [None] if any(self.order_of(it) not in ids for it in self.contents) else []
        return [*ids, *loose]

    def judge(self) -> None:
        """Whatever found no place is a problem."""
        for name in ("orders", "packages", "contents"):
            for number in range(len(getattr(self, name))):
                if f"{name}[{number}]" not in self.placed:
                    self.problems.append(Problem(f"{name}[{number}]", "finds no place in the structure of this ship notice"))


def _pick_and_pack(unfold: _Unfold) -> None:
    for id_ in unfold.order_ids():
        node = unfold.order_node(unfold.root, id_)
        for package in unfold.under(None):
            if id_ in unfold.orders_in(package):
                _fill(unfold, node, package)
        for content in unfold.inside(None):
            if unfold.order_of(content) == id_:
                unfold.item_node(node, content)


def _fill(unfold: _Unfold, parent: Node, package: Values) -> None:
    if len(unfold.orders_in(package)) > 1 and package.get("type") != "tare":
        unfold.problems.append(Problem(f"packages[{unfold.packages.index(package)}]", "holds several orders: use shipment_pack"))
        return
    node = unfold.package_node(parent, package)
    for child in unfold.under(package["id"]):
        _fill(unfold, node, child)
    for content in unfold.inside(package["id"]):
        unfold.item_node(node, content)


def _shipment_pack(unfold: _Unfold) -> None:
    for package in unfold.under(None):
        _stack(unfold, unfold.root, package)
    _by_order(unfold, unfold.root, unfold.inside(None))
    for number, order in enumerate(unfold.orders):
        if f"orders[{number}]" not in unfold.placed:
            unfold.order_node(unfold.root, order["id"])


def _stack(unfold: _Unfold, parent: Node, package: Values) -> None:
    node = unfold.package_node(parent, package)
    for child in unfold.under(package["id"]):
        _stack(unfold, node, child)
    _by_order(unfold, node, unfold.inside(package["id"]))


def _by_order(unfold: _Unfold, parent: Node, contents: list[Values]) -> None:
    for id_ in dict.fromkeys(unfold.order_of(it) for it in contents):
        node = unfold.order_node(parent, id_)
        for content in contents:
            if unfold.order_of(content) == id_:
                unfold.item_node(node, content)


def _no_packs(unfold: _Unfold) -> None:
    for id_ in unfold.order_ids():
        node = unfold.order_node(unfold.root, id_)
        for content in unfold.contents:
            if unfold.order_of(content) == id_:
                unfold.item_node(node, content)


def _standard_pack(unfold: _Unfold) -> None:
    for id_ in unfold.order_ids():
        node = unfold.order_node(unfold.root, id_)
        waiting = [it for it in unfold.contents if unfold.order_of(it) == id_]
        while waiting:
            same = [it for it in waiting if _item_of(it) == _item_of(waiting[0])]
            waiting = [it for it in waiting if not any(it is other for other in same)]
            _item_over_packs(unfold, node, same)


def _item_of(content: Values) -> Values:
    return {name: value for name, value in content.items() if name not in (*LINKS, "quantity")}


def _item_over_packs(unfold: _Unfold, parent: Node, contents: list[Values]) -> None:
    """One item node for contents that differ in package and quantity only."""
    packed = [it for it in contents if it.get("package")]
    for content in contents:
        if not content.get("package"):
            unfold.item_node(parent, content)
    if not packed:
        return
    values: dict[str, Any] = dict(packed[0])
    if all("quantity" in it for it in packed):
        values["quantity"] = sum(it["quantity"] for it in packed)
    node = unfold.item_node(parent, packed[0], values)
    tares: dict[str, Node] = {}
    for content in packed:
        unfold.item_node(Node("", {}), content)  # it stands in the item above and in its own pack
        _own_pack(unfold, node, content, tares)


def _own_pack(unfold: _Unfold, item: Node, content: Values, tares: dict[str, Node]) -> None:
    by_id = {package["id"]: package for package in unfold.packages}
    package = by_id.get(content["package"])
    if package is None:
        unfold.problems.append(Problem("contents", f"package {content['package']} is not in the ship notice"))
        return
    parent = item
    above = by_id.get(package.get("parent") or "")
    if above is not None:
        parent = tares.get(above["id"]) or tares.setdefault(above["id"], unfold.package_node(item, above))
    own: Values = {name: content[name] for name in ("quantity", "unit") if name in content}
    unfold.package_node(parent, package, own)


STRUCTURES = {
    "pick_and_pack": _pick_and_pack,
    "standard_pack": _standard_pack,
    "shipment_pack": _shipment_pack,
    "no_packs": _no_packs,
}

# `with`: how nodes become the document, and how the document becomes nodes
HOMES: dict[str, str | type[Shape]] = {"S": "", "O": "orders.*", "T": "packages.*", "P": "packages.*", "I": "contents.*"}
MAKES = ("orders", "packages", "contents")
TREES: dict[str, Tree] = {
    "shipment_tree": Tree(fold_shipment, unfold_shipment, HOMES, MAKES, chosen=True),
    "consignment_tree": Tree(fold_consignment, unfold_consignment, {"": Consignment}, ("packages", "contents", *SHARED)),
    "delivery_tree": Tree(fold_consignment, unfold_consignment, {"": Delivery}, ("packages", "contents", *SHARED)),
}
