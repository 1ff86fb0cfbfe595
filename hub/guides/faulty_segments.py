"""Faults of segments: missing, too many, misplaced, unknown, not expected here; and trees out of order."""

from collections.abc import Iterator

from hub.guides import faults
from hub.guides.notation import Address, Rule
from hub.guides.places import Place, called
from hub.guides.plan import Scope, plan
from hub.guides.wounds import FIRST, Ground, Wound, text_at, with_text

STRANGER = "ZZZ"  # a tag that no standard has
MOST = 60  # repeating a segment more often than this makes a file nobody wants to read


def in_segments(ground: Ground) -> Iterator[Wound]:
    """All faults that a segment as a whole can have in this sample."""
    yield _unknown(ground)
    for place in ground.rules():
        yield from _missing(ground, place)
        yield from _needs(ground, place)
        yield from _too_often(ground, place)
        yield from _misplaced(ground, place)
        yield from _unexpected(ground, place)
        yield from _tree(ground, place)
    yield from _never(ground)


def _unknown(ground: Ground) -> Wound:
    body = ground.inserted(FIRST + 1, [STRANGER, "1"])
    return ground.wound(
        "segment-unknown",
        "",
        f"{STRANGER}, which the guide does not have, stands third",
        body,
        faults.SEGMENT_UNKNOWN,
        STRANGER,
        FIRST + 1,
    )


def _missing(ground: Ground, place: Place) -> Iterator[Wound]:
    """Every occurrence in the loop is gone, with what stood inside."""
    if place.rule.use != "must" or (place.rule.tree and place.depth):
        return
    gone = [other for other in ground.siblings(place) if other.entry is place.entry]
    yield _gone(ground, place, gone, f"{place.rule.tag} ({place.rule.title}) was taken out", "segment-missing", place.address)


def _needs(ground: Ground, place: Place) -> Iterator[Wound]:
    """The occurrence for a key that is needed is gone."""
    rule = place.rule
    for word in rule.needs if rule.key and rule.key.table else ():
        assert rule.key is not None
        code = rule.key.table.code(word) if rule.key.table else word
        gone = [
            it
            for it in ground.siblings(place)
            if it.entry is place.entry and text_at(ground.segment(it.position), rule.key.address) == code
        ]
        if gone:
            yield _gone(
                ground, place, gone, f"{rule.tag} for {word} was taken out", "segment-missing", f"{place.address}[{word}]"
            )


def _gone(ground: Ground, place: Place, gone: list[Place], text: str, kind: str, where: str) -> Wound:
    numbers = {number for other in gone for number in ground.whole(other)}
    later = [other.position for other in ground.siblings(place) if other.entry.rank > place.entry.rank]
    behind = max(number for other in ground.siblings(place) for number in ground.whole(other)) + 1
    noticed = min(later, default=behind)
    position = noticed - sum(number < noticed for number in numbers)
    return ground.wound(kind, where, text, ground.without(numbers), faults.SEGMENT_MISSING, place.rule.tag, position)


def _too_often(ground: Ground, place: Place) -> Iterator[Wound]:
    """One more than the guide allows, where no other rule could take it."""
    rule, most = place.rule, place.rule.max
    if most is None or most > MOST or not _alone(place, rule):
        return
    same = [other for other in ground.siblings(place) if other.entry is place.entry]
    position = ground.whole(same[-1])[-1] + 1
    copies = [ground.segment(place.position)] * (most + 1 - len(same))
    fault = faults.LOOP_TOO_OFTEN if rule.loop else faults.SEGMENT_TOO_OFTEN
    text = f"{rule.tag} ({rule.title}) stands {most + 1} times, {most} are allowed"
    yield ground.wound(
        "too-many", place.address, text, ground.inserted(position, *copies), fault, rule.tag, position + len(copies) - 1
    )


def _alone(place: Place, inner: Rule) -> bool:
    """True when no other rule could take one more of it: in its own loop, inside `inner`, or further on in the loops around."""
    tag, above = place.rule.tag, place.parent
    if len(place.scope.by_tag[tag]) > 1 or any(rule.tag == tag for rule in _below(inner)):
        return False
    while above is not None:
        if any(entry.rank >= above.entry.rank for entry in above.scope.by_tag.get(tag, ())):
            return False
        above = above.parent
    return True


def _below(rule: Rule) -> Iterator[Rule]:
    for inner in rule.inside():
        yield inner
        yield from _below(inner)


def _misplaced(ground: Ground, place: Place) -> Iterator[Wound]:
    """Moved behind what must follow it: to the end of its loop."""
    rule = place.rule
    later = [other for other in ground.siblings(place) if other.entry.rank > place.entry.rank]
    many = sum(other.entry is place.entry for other in ground.siblings(place)) > 1
    if rule.loop or many or not later or not _alone(place, later[-1].rule):
        return
    last = ground.whole(later[-1])[-1]
    segment = ground.segment(place.position)
    body = ground.inserted(last + 1, segment)
    del body[place.position - FIRST]
    text = f"{rule.tag} ({rule.title}) stands behind {later[-1].rule.tag}"
    yield ground.wound("misplaced", place.address, text, body, faults.SEGMENT_MISPLACED, rule.tag, last)


def _unexpected(ground: Ground, place: Place) -> Iterator[Wound]:
    """A segment of an inner loop stands before any loop began."""
    first = ground.places.get(FIRST)
    tag, root = place.rule.tag, plan(ground.guide).scope
    if place.parent is None or first is None or first.rule.loop or tag in root.by_tag:
        return
    text = f"{tag} ({place.rule.title}) stands in the header, where it may not"
    body = ground.inserted(FIRST + 1, ground.segment(place.position))
    yield ground.wound("unexpected", place.address, text, body, faults.SEGMENT_UNEXPECTED, tag, FIRST + 1)


def _never(ground: Ground) -> Iterator[Wound]:
    """A segment that the guide forbids, at the place where it would stand."""
    done: set[Scope] = set()
    for _, place in sorted(ground.places.items()):
        if place.scope in done:
            continue
        done.add(place.scope)
        for entry in place.scope.entries:
            rule = entry.rule
            if rule.use != "never" or len(place.scope.by_tag[rule.tag]) > 1:
                continue
            before = [other for other in ground.siblings(place) if other.entry.rank <= entry.rank]
            position = ground.whole(before[-1])[-1] + 1 if before else place.position
            codes = {when.address: when.codes[0] for when in rule.when}
            segment = with_text([rule.tag, "1"], *next(iter(codes.items()), (Address(1), "1")))
            where = place.address.rpartition("/")[0]
            address = f"{where}/{called(rule)}" if where else called(rule)
            text = f"{rule.tag} ({rule.title}) stands where the guide forbids it"
            yield ground.wound(
                "never", address, text, ground.inserted(position, segment), faults.SEGMENT_UNEXPECTED, rule.tag, position
            )


def _tree(ground: Ground, place: Place) -> Iterator[Wound]:
    """A node with a wrong number, parent or level."""
    rule, tree = place.rule, place.rule.tree
    if tree is None or not place.depth:
        return
    tag, segment, position = rule.tag, ground.segment(place.position), place.position
    for kind, code, element, text in (
        ("tree-order", "hub:tree-order", tree.id, "77"),
        ("tree-parent", "hub:tree-parent", tree.parent, "88"),
        ("tree-level", "hub:tree-level", tree.level, "QQ"),
    ):
        said = f"{tag}{element:02} says {text}"
        body = ground.changed(position, with_text(segment, Address(element), text))
        yield ground.wound(kind, f"{place.address}/{element}", said, body, code, tag, position, Address(element))
