"""The tree of consignments of a despatch or receiving advice: a shipment, packages in packages, and what is in each."""

from decimal import Decimal
from typing import Any

from pydantic import Field

from hub.guides.trees import LINKS, Node, Problem, Values, merge
from hub.model.receipt import ReceivedContent
from hub.model.shape import Shape, When
from hub.model.shipment import Content, Package

OWN = ("sscc", "marks", "packs", "type", "references")  # a node with one of these is a package
SHARED = ("loads", "measures")  # of a package, or of the shipment
MARKED = ("sscc", "marks", "references")
ORDER = {"order_number": "number", "order_release": "release", "ordered_on": "ordered_on"}


class _Ordered(Shape):
    """A line says its order by number."""

    order_number: str | None = Field(default=None, description="The buyer's order number.")
    order_release: str | None = Field(default=None, description="Release of the order.")
    ordered_on: When | None = Field(default=None, description="Date of the order.")


class ConsignedContent(_Ordered, Content):
    """A content as its line says it."""


class DeliveredContent(_Ordered, ReceivedContent):
    """A content received, as its line says it."""


class Consignment(Package):
    """What the segments of one node may fill."""

    contents: tuple[ConsignedContent, ...] = Field(default=(), description="What is in the package.")


class Delivery(Package):
    """The same of a receiving advice."""

    contents: tuple[DeliveredContent, ...] = Field(default=(), description="What was received in the package.")


def fold_consignment(roots: list[Node], document: Values) -> None:
    """Nodes into `packages`, `contents` and `orders`; a root that is no package is the shipment itself.

    >>> notice = {}
    >>> pack = Node("", {"sscc": "9", "contents": [{"line": "1", "order_number": "PO1"}]})
    >>> fold_consignment([Node("", {"loads": [{"count": 1}]}, children=[pack])], notice)
    >>> notice["packages"], notice["contents"]
    ([{'id': 'P1', 'type': 'pack', 'sscc': '9'}], [{'line': '1', 'order': 'O1', 'package': 'P1'}])
    """
    fold = _Fold(document)
    for root in roots:
        fold.root(root)
    if fold.orders:
        document["orders"] = fold.orders


class _Fold:
    def __init__(self, document: Values) -> None:
        self.document = document
        self.orders = [{**order, "id": f"O{number}"} for number, order in enumerate(document.get("orders") or (), 1)]
        self.only = self.orders[0]["id"] if len(self.orders) == 1 else None

    def root(self, node: Node) -> None:
        if any(name in node.values for name in OWN):
            self.package(node, None)
            return
        merge(self.document, {name: value for name, value in node.values.items() if name != "contents"})
        self.contents(node, None)
        for child in node.children:
            self.package(child, None)

    def package(self, node: Node, parent: str | None) -> None:
        listed = self.document.setdefault("packages", [])
        own = {name: value for name, value in node.values.items() if name != "contents"}
        kind = own.pop("type", None) or ("tare" if node.children else "pack")
        id_ = f"P{len(listed) + 1}"
        listed.append({"id": id_, "type": kind, **own} | ({"parent": parent} if parent else {}))
        self.contents(node, id_)
        for child in node.children:
            self.package(child, id_)

    def contents(self, node: Node, package: str | None) -> None:
        for content in node.values.get("contents") or ():
            kept = {name: value for name, value in content.items() if name not in ORDER}
            order = self.order({ORDER[name]: value for name, value in content.items() if name in ORDER})
            links = {"order": order, "package": package}
            listed = self.document.setdefault("contents", [])
            listed.append({**kept, **{name: link for name, link in links.items() if link}})

    def order(self, said: Values) -> str | None:
        """Id of the order that a content names; the only order where it names none."""
        if "number" not in said:
            return self.only
        for order in self.orders:
            if (order.get("number"), order.get("release")) == (said["number"], said.get("release")):
                order.update({name: value for name, value in said.items() if name not in order})
                return str(order["id"])
        self.orders.append({"id": f"O{len(self.orders) + 1}", **said})
        return str(self.orders[-1]["id"])


def unfold_consignment(document: Values) -> tuple[list[Node], list[Problem]]:
    """One root for the shipment, and a node below it for each package.

    >>> notice = {"packages": [{"id": "A", "sscc": "9"}], "contents": [{"package": "A", "line": "1"}]}
    >>> [node.values for node in unfold_consignment(notice)[0][0].walk()]
    [{}, {'sscc': '9', 'loads': [{'count': Decimal('1')}], 'contents': [{'line': '1'}]}]
    """
    unfold = _Unfold(document)
    root = Node("", {name: document[name] for name in SHARED if document.get(name)})
    unfold.fill(root, None)
    problems = [Problem(path, "finds no place in the tree of packages") for path in unfold.homeless()]
    return [root], problems


class _Unfold:
    def __init__(self, document: Values) -> None:
        self.packages: list[Values] = list(document.get("packages") or ())
        self.waiting: list[tuple[int, Values]] = list(enumerate(document.get("contents") or ()))
        self.orders: dict[str, Values] = {order["id"]: order for order in document.get("orders") or ()}
        self.placed: set[str] = set()

    def fill(self, node: Node, id_: str | None) -> None:
        """Contents of a package into its node, and the packages in it below."""
        inside = [content for _, content in self.waiting if content.get("package") == id_]
        self.waiting = [(number, content) for number, content in self.waiting if content.get("package") != id_]
        for number, package in enumerate(self.packages):
            if package.get("parent") == id_ and package["id"] not in self.placed:
                self.placed.add(package["id"])
                values = {name: value for name, value in package.items() if name not in LINKS}
                if any(values.get(name) for name in MARKED):
                    values.setdefault("loads", [{"count": Decimal(1)}])  # marks need a segment to stand under
                child = node.below(Node("", values, path=f"packages[{number}]"))
                self.fill(child, package["id"])
                if package.get("type", "pack") != ("tare" if child.children else "pack"):
                    child.values["type"] = package["type"]
        if inside:
            node.values["contents"] = [self.content(content) for content in inside]

    def content(self, content: Values) -> Values:
        order: dict[str, Any] = self.orders.get(content.get("order") or "", {})
        said = {name: order[field] for name, field in ORDER.items() if order.get(field) is not None}
        return {**{name: value for name, value in content.items() if name not in LINKS}, **said}

    def homeless(self) -> list[str]:
        lost = [f"packages[{number}]" for number, it in enumerate(self.packages) if it["id"] not in self.placed]
        return [*lost, *(f"contents[{number}]" for number, _ in self.waiting)]
