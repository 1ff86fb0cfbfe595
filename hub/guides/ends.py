"""What is judged when a loop ends: segments and keys that must be there, and trees to be folded."""

from hub.guides import faults
from hub.guides.frame import Frame
from hub.guides.plan import Entry
from hub.guides.report import Report
from hub.guides.unfold import TREES
from hub.guides.values import get


def close(frame: Frame, position: int, report: Report) -> None:
    """Judge a loop that ended before the segment at `position`."""
    for entry in frame.scope.checks:
        if entry.rule.use == "must" and entry.index not in frame.seen:
            text = f"{_called(entry)} is missing"
            report.segment(faults.SEGMENT_MISSING, entry.tag, _noticed(frame, entry, position), frame.scope.trigger, text)
        elif entry.rule.needs:
            _needs(frame, entry, position, report)
    if frame.forest is not None:
        TREES[frame.forest.rule.function or ""].read(frame.forest.roots, frame.item)


def _needs(frame: Frame, entry: Entry, position: int, report: Report) -> None:
    present = get(frame.item, entry.each or ()) or {}
    for key in entry.rule.needs:
        if key not in present:
            place = _noticed(frame, entry, position)
            text = f"{_called(entry)} for {key} is missing"
            report.segment(faults.SEGMENT_MISSING, entry.tag, place, frame.scope.trigger, text)


def _called(entry: Entry) -> str:
    codes = [code for _, codes in entry.whens for code in sorted(codes)]
    said = f" with {' or '.join(codes)}" if codes else ""
    return f"{entry.tag} ({entry.rule.title}){said}"


def _noticed(frame: Frame, entry: Entry, position: int) -> int:
    """The first segment of the loop that belongs behind the missing one; else the one behind the loop."""
    return next((place for rank, place in frame.reached if rank > entry.rank), position)
