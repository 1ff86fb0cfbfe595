"""Nodes of a tree as they are read: hung below their parents, and what is wrong with the tree."""

from collections.abc import Iterator

from hub.guides.notation import Rule, Tree
from hub.guides.report import quoted
from hub.guides.trees import Node

Wrong = tuple[str, int, str]  # code, element, text
DEEPEST = 50  # levels below each other; a real ship notice has five


class Forest:
    """The trees of one rule."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.roots: list[Node] = []
        self.by_id: dict[str, Node] = {}
        self.depths: dict[str, int] = {}
        self.count = 0

    def hang(self, node: Node, tree: Tree) -> Iterator[Wrong]:
        """Hang a node below the one it names; tell what is wrong."""
        self.count += 1
        levels = self.rule.levels
        if node.level not in levels:
            yield "hub:tree-level", tree.level, f"level {quoted(node.level)} is not known; known: {', '.join(levels)}"
        if node.id != str(self.count):
            yield "hub:tree-order", tree.id, f"node {quoted(node.id)} is number {self.count} in order"
        parent = self.by_id.get(node.parent)
        depth = self.depths[node.parent] + 1 if parent else 0
        if depth > DEEPEST:
            yield (
                "hub:tree-parent",
                tree.parent,
                f"node {quoted(node.id)} stands more than {DEEPEST} levels deep; it is read as a root",
            )
            parent, depth = None, 0
            node.parent = ""
        self.by_id[node.id], self.depths[node.id] = node, depth
        (parent.children if parent else self.roots).append(node)
        if parent is None and node.parent:
            yield "hub:tree-parent", tree.parent, f"there is no node {quoted(node.parent)} before this one"
        if parent and parent.level in levels and node.level not in levels[parent.level].holds:
            yield "hub:tree-level", tree.level, f"a node of level {node.level} stands in one of level {parent.level}"
