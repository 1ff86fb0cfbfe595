"""The walk over the segments of one document: which rule takes each, and the items they fill."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import Any

from hub.formats.envelope import TransactionSet
from hub.guides import ends, faults
from hub.guides.forest import Forest
from hub.guides.frame import Frame
from hub.guides.inspection import Inspector, part
from hub.guides.mending import Mender
from hub.guides.moments import UNTIL, Period
from hub.guides.plan import Entry, Plan
from hub.guides.report import Report, Spot, quoted
from hub.guides.trees import Node
from hub.guides.values import SELF, Values, file, free

TRAILERS = ("SE", "UNT")


class Walk:
    """One document being read."""

    def __init__(self, plan: Plan, tset: TransactionSet, zone: tzinfo, *, mending: frozenset[str] = frozenset()) -> None:
        self.plan, self.tset = plan, tset
        self.report = Report(tset)
        self.inspector = Inspector(tset, self.report, zone)
        self.mender = Mender(tset, self.report, mending) if mending else None
        self.value: Values = {}
        self.frame = self.root = Frame(plan.scope, self.value, None, "", None)
        self.nodes = 0

    def read(self) -> Values:
        """All segments between header and trailer, into plain values."""
        segments = self.tset.segments
        end = len(segments) - (len(segments) > 1 and segments[-1][0] in TRAILERS)
        for position in range(2, end + 1):
            segment = segments[position - 1]
            frame = self.frame
            entry = frame.scope.simple.get(segment[0])
            if (
                entry is not None
                and entry.rank >= frame.rank
                and (entry.limit is None or frame.seen.get(entry.index, 0) < entry.limit)
            ):
                self.take(entry, segment, position)
            else:
                self.place(segment, position)
        self.close_to(self.root, end + 1)
        ends.close(self.root, end + 1, self.report)
        return self.value

    def close_to(self, frame: Frame, position: int) -> None:
        """End the loops inside this one."""
        while self.frame is not frame and self.frame.parent is not None:
            ends.close(self.frame, position, self.report)
            self.frame = self.frame.parent

    # --- where a segment belongs ---

    def place(self, segment: Sequence[str], position: int) -> None:
        """Find the loop that takes a segment, ending those that cannot."""
        spent: tuple[Frame, Entry] | None = None
        frame: Frame | None = self.frame
        while frame is not None:
            for entry in frame.scope.by_tag.get(segment[0], ()):
                if entry.rank < frame.rank or not self.picks(entry, segment):
                    continue
                if entry.limit is None or frame.seen.get(entry.index, 0) < entry.limit:
                    self.close_to(frame, position)
                    self.take(entry, segment, position)
                    return
                spent = spent or (frame, entry)
            frame = frame.parent
        if spent:
            self.close_to(spent[0], position)
            self.too_often(spent[1], position)
            self.take(spent[1], segment, position)
        else:
            self.stray(segment, position)

    def picks(self, entry: Entry, segment: Sequence[str]) -> bool:
        return all(self.inspector.text(segment, address) in codes for address, codes in entry.whens)

    def stray(self, segment: Sequence[str], position: int) -> None:
        """A segment that nothing can take here."""
        tag, loop = segment[0], self.frame.scope.trigger
        if tag not in self.plan.tags:
            self.report.segment(
                faults.SEGMENT_UNKNOWN, tag, position, loop, f"segment {quoted(tag)} is not known in this document"
            )
            return
        frame: Frame | None = self.frame
        while frame is not None:
            for entry in frame.scope.by_tag.get(tag, ()):
                if self.picks(entry, segment):
                    text = f"{tag} ({entry.rule.title}) comes too late: it belongs before what was already read"
                    self.close_to(frame, position)
                    self.report.segment(faults.SEGMENT_MISPLACED, tag, position, frame.scope.trigger, text)
                    self.take(entry, segment, position)
                    return
            frame = frame.parent
        inside = f"in a {loop} loop" if loop else "in the header"
        self.report.segment(faults.SEGMENT_UNEXPECTED, tag, position, loop, f"{tag} may not stand here, {inside}")

    def too_often(self, entry: Entry, position: int) -> None:
        rule, loop = entry.rule, self.frame.scope.trigger
        if entry.limit == 0:
            self.report.segment(faults.SEGMENT_UNEXPECTED, rule.tag, position, loop, f"{rule.tag} ({rule.title}) may not be sent")
            return
        fault = faults.LOOP_TOO_OFTEN if rule.loop else faults.SEGMENT_TOO_OFTEN
        text = f"{rule.tag} ({rule.title}) may occur {entry.limit} times here, this is number {self.frame.seen[entry.index] + 1}"
        self.report.segment(fault, rule.tag, position, loop, text)

    # --- what a segment says ---

    def take(self, entry: Entry, segment: Sequence[str], position: int) -> None:
        """Read a segment into its item, and open the loop it may begin."""
        frame = self.frame
        if entry.rank > frame.rank:
            frame.rank = entry.rank
            frame.reached.append((entry.rank, position))
        frame.seen[entry.index] = frame.seen.get(entry.index, 0) + 1
        if entry.levels:
            self.node(entry, segment, position)
            return
        item = frame.item if entry.each is None else {}
        key = self.inspect(entry, segment, position, item)
        step, slot = ("", None) if entry.each is None else self.file(entry, item, key)
        if entry.scope is not None:
            self.frame = Frame(entry.scope, item, frame, step, slot)

    def inspect(self, entry: Entry, segment: Sequence[str], position: int, item: Values) -> str:
        """Read with findings; gives the key to file under."""
        spot = Spot(entry.rule, position, entry.tag if entry.rule.loop else self.frame.scope.trigger)
        if self.mender:
            segment = self.mender.mend(spot, segment)
        key = self.inspector.key(spot, segment, entry.rule.key) if entry.rule.key else ""
        self.inspector.read(spot, segment, item, lambda: self.ahead(entry, key))
        return key

    def ahead(self, entry: Entry, key: str) -> str:
        """The path that the item of this entry will have."""
        above = self.frame.where()
        if entry.each is None:
            return above
        step, home = ".".join(entry.each), self.frame.item
        for name_ in entry.each:
            home = home.get(name_, {} if entry.key else []) if isinstance(home, dict) else home
        step += f".{free(home, key)}" if entry.key else f"[{len(home)}]"
        return f"{above}.{step}" if above else step

    def file(self, entry: Entry, item: Values, key: str | None) -> tuple[str, Any]:
        """Put the item into its list or mapping; gives its step and, of a list, the list."""
        assert entry.each is not None
        value: Any = item
        if entry.scalar:
            if SELF not in item:
                return "", None
            value = item[SELF]
        home = self.frame.item
        for step in entry.each[:-1]:
            home = home.setdefault(step, {})
        last = entry.each[-1]
        if entry.key is None:
            listed = home.setdefault(last, [])
            listed.append(value)
            return ".".join(entry.each), listed
        mapping = home.setdefault(last, {})
        if isinstance(value, Period):
            filed = file(mapping, key or "", value.first)
            mapping[f"{filed}{UNTIL}"] = value.last
        else:
            filed = file(mapping, key or "", value)
        return ".".join((*entry.each, filed)), None

    def node(self, entry: Entry, segment: Sequence[str], position: int) -> None:
        """A node of a tree: it hangs below its parent, and the body of its level follows."""
        tree = entry.rule.tree
        assert tree is not None
        self.inspect(entry, segment, position, {})
        forest = self.frame.forest = self.frame.forest or Forest(entry.rule)
        level, id_, parent = (part(segment, index).strip() if index else "" for index in (tree.level, tree.id, tree.parent))
        node = Node(level, {}, id_, parent)
        place = {"segment": entry.tag, "loop": entry.tag, "position": position}
        for code, element, text in forest.hang(node, tree):
            self.report.tree(code, text, element=element, **place)
        self.nodes += 1
        scope = entry.levels.get(level) or entry.levels.get("") or entry.scope
        if scope is not None:
            self.frame = Frame(scope, node.values, self.frame, f"node {id_}", None)
