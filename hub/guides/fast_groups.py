"""Writes the lines that read the groups of a segment: elements that come again and again, each time an item of a list."""

from functools import partial

from hub.guides.fast_elements import Elements
from hub.guides.notation import Element, Groups
from hub.guides.values import SELF


class Grouped(Elements):
    """Writes what is done with groups of elements."""

    def groups(self, groups: Groups) -> None:
        self.say("found = []")
        if groups.shared:
            self.say("shared = {}")
        for element in groups.shared:
            index = element.address.element
            if index < self.size:
                self.under(f"if {self.at(index)}:", partial(self.inner, element, index, "shared"))
        for first in range(groups.first, min(groups.last + 1, self.size), groups.size):
            self.group(groups, first)
        self.say(f"if found: item.setdefault({groups.each!r}, []).extend(found)")

    def group(self, groups: Groups, first: int) -> None:
        needed = [self.at(first + it.address.element - 1) for it in groups.elements if it.use == "must"]
        if needed:
            there = [self.at(index) for index in range(first, min(first + groups.size, self.size))]
            self.odd_if(f"({' or '.join(there)}) and not ({' and '.join(needed)})")
        inside = [(element, first + element.address.element - 1) for element in groups.elements if element.paths]
        inside = [(element, index) for element, index in inside if index < self.size]
        if not inside:
            return
        if len(inside) == 1 and inside[0][0].paths == (SELF,) and inside[0][0].codec == "text" and not inside[0][0].table:
            element, index = inside[0]
            self.under(f"if {self.at(index)}:", partial(self.alone, element, self.at(index)))
            return

        def one() -> None:
            self.say("inner = dict(shared)" if groups.shared else "inner = {}")
            for element, index in inside:
                self.under(f"if {self.at(index)}:", partial(self.inner, element, index, "inner"))
            alone = any(SELF in element.paths for element, _ in inside)
            self.say(f"found.append(inner.get({SELF!r}, inner))" if alone else "found.append(inner)")

        self.under(f"if {' or '.join(self.at(index) for _, index in inside)}:", one)

    def alone(self, element: Element, value: str) -> None:
        self.allowed(element, value)
        self.limits(element, value)
        self.say(f"found.append({value})")

    def inner(self, element: Element, index: int, into: str) -> None:
        if element.components or element.equals or element.codec == "moment" or element.use == "never":
            self.say("raise Odd")
            return
        self.filled(element, self.at(index), into)
