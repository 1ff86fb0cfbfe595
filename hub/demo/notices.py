"""The retailer's tie-out of an 856: the tree, the carton labels, and the lines in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from hub.demo.answers import Sums, counted, ids, loops, number, same
from hub.demo.letter import Row, Set
from hub.demo.purchase import Purchase

# level -> levels it may stand under
UNDER = {"S": {""}, "O": {"S"}, "T": {"O", "S"}, "P": {"O", "T", "S", "I"}, "I": {"P", "O", "T"}}
LABEL = "GM"  # MAN01: an SSCC follows
LENGTHS = (18, 20)  # with or without the application identifier 00


@dataclass(frozen=True)
class Node:
    """One HL with its segments, and the nodes above it, nearest first."""

    id: str
    level: str
    rows: tuple[Row, ...]
    above: tuple["Node", ...] = ()

    def first(self, tag: str) -> Row:
        return next((row for row in self.rows if row.tag == tag), Row(tag, ()))

    def order(self) -> str:
        """The order it belongs to."""
        return next((node.first("PRF")[1] for node in (self, *self.above) if node.level == "O"), "")


def tree(notice: Set) -> tuple[list[Node], list[str]]:
    """The nodes, and what is wrong with ids and parents."""
    nodes: dict[str, Node] = {}
    wrong: list[str] = []
    for place, (head, *rest) in enumerate(loops(notice, "HL"), start=1):
        wrong += same(f"HL01 of the HL number {place}", head[1], str(place))
        parent = nodes.get(head[2])
        if head[2] and parent is None:
            wrong.append(f"HL {head[1]}: its parent {head[2]} does not come before it")
        over = parent.level if parent else ""
        if over not in UNDER.get(head[3], set()):
            wrong.append(f"HL {head[1]}: level {head[3]} stands under {over or 'nothing'}")
        nodes[head[1]] = Node(head[1], head[3], tuple(rest), (parent, *parent.above) if parent else ())
    return list(nodes.values()), wrong


def check_notice(purchases: Mapping[str, Purchase], notice: Set) -> list[str]:
    """What is wrong with an 856 by itself."""
    nodes, wrong = tree(notice)
    orders = [node.first("PRF")[1] for node in nodes if node.level == "O"]
    wrong += [] if notice.first("BSN")[2] else ["BSN02 is absent"]
    wrong += [] if orders else ["no order in it"]
    wrong += [f"order {name or 'without number'} was never placed" for name in orders if name not in purchases]
    wrong += counted(notice, len(nodes)) + check_labels(nodes)
    for node in nodes:
        if node.level == "I" and node.order() in purchases:
            wrong += check_item(purchases[node.order()], node)
    return wrong


def check_item(purchase: Purchase, node: Node) -> list[str]:
    """A line is named as it was ordered; with a positive quantity in the unit ordered."""
    lin, sn1 = node.first("LIN"), node.first("SN1")
    line = purchase.line(lin[1])
    if line is None:
        return [f"HL {node.id}: line {lin[1] or 'without number'} was never ordered"]
    where = f"HL {node.id}, line {lin[1]}"
    wrong = ids(where, lin.pairs(2), line) + same(f"{where}: unit", sn1[3], line.unit)
    return wrong + ([] if number(sn1[2]) > 0 else [f"{where}: quantity is {sn1[2] or 'absent'}"])


def check_labels(nodes: list[Node]) -> list[str]:
    """Every carton has a label; its check digit is right; none comes twice."""
    wrong = [f"HL {node.id}: a carton without SSCC" for node in nodes if node.level in "PT" and not labels_of(node)]
    found = [label for node in nodes for label in labels_of(node)]
    wrong += [f"SSCC {label}: length or check digit is wrong" for label in found if not valid(label)]
    return wrong + [f"SSCC {label} comes twice" for label in sorted({label for label in found if found.count(label) > 1})]


def labels_of(node: Node) -> list[str]:
    return [row[2] for row in node.rows if row.tag == "MAN" and row[1] == LABEL]


def labels(notice: Set) -> list[str]:
    """All SSCCs of a notice."""
    return [label for node in tree(notice)[0] for label in labels_of(node)]


def valid(label: str) -> bool:
    """Modulo 10 over all digits, the check digit among them.

    >>> valid("106141411928374657"), valid("106141411928374658")
    (True, False)
    """
    if len(label) not in LENGTHS or not label.isdigit():
        return False
    weighted = (int(digit) * (1, 3)[place % 2] for place, digit in enumerate(reversed(label[-18:])))
    return sum(weighted) % 10 == 0


def shipped(notice: Set) -> dict[str, Sums]:
    """How much of each line has left, by order."""
    orders: dict[str, Sums] = {}
    for node in tree(notice)[0]:
        sums = orders.setdefault(node.order(), {}) if node.order() else {}
        if node.level == "I":
            line = node.first("LIN")[1]
            sums[line] = sums.get(line, Decimal(0)) + number(node.first("SN1")[2])
    return orders
