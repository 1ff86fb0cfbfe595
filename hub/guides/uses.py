"""What a rule does with each element of its segment: known from the guide alone."""

from functools import lru_cache

from hub.guides.notation import Address, Element, Pairs, Rule


def element_at(rule: Rule, address: Address) -> Element | None:
    groups = rule.groups
    if groups and groups.first <= address.element <= groups.last:
        n = (address.element - groups.first) % groups.size + 1
        return next((one for one in groups.elements if one.address.element == n), None)
    return rule.element(address)


def _pairs(rule: Rule, address: Address) -> tuple[Pairs, Address] | None:
    """The run of pairs that a value stands in, with the place of its qualifier."""
    for pairs in rule.pairs:
        for qualifier, place in pairs.places():
            if place == address:
                return pairs, qualifier
    return None


def companions(rule: Rule, address: Address) -> list[Address]:
    """Elements of the same segment that are read together with this one."""
    found = _pairs(rule, address)
    element = element_at(rule, address)
    shared = [one.address for one in rule.groups.shared] if rule.groups and rule.groups.first <= address.element else []
    return ([found[1]] if found else []) + list(element.over if element else ()) + shared


def how(rule: Rule, element: Element | None, address: Address) -> str:
    found = _pairs(rule, address)
    codec, table = (found[0].codec, None) if found else (element.codec, element.table) if element else ("text", None)
    return f"code of the table {table.name}" if table and codec == "text" else f"read as {codec}"


@lru_cache(maxsize=2048)
def uses(rule: Rule) -> dict[Address, str]:
    """What a rule does with the elements of its segment, beside carrying values."""
    found: dict[Address, str] = {}
    for when in rule.when:
        found[when.address] = "chooses the rule"
    if rule.key:
        found[rule.key.address] = "chooses the key"
    if rule.tree:
        found |= {
            Address(n): "builds the tree" for n in (rule.tree.id, rule.tree.parent, rule.tree.level, rule.tree.children) if n
        }
    for element in (part_ for whole in rule.elements for part_ in whole.each()):
        if element.const is not None or element.only:
            found.setdefault(element.address, "is checked")
        if element.equals and not element.paths:
            found[element.address] = "is checked against the sum"
        if element.paths:
            found.setdefault(element.address, "is read")  # and was no value, where it is not among those that were filed
            found |= {other: "is read together with another" for other in element.over if other != element.address}
    for pairs in rule.pairs:
        for qualifier, place in pairs.places():
            found |= {qualifier: "chooses the key", place: "is read"}
    return found
