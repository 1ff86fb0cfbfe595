"""Where the time of reading goes: each stage does all that the one before does, and one thing more."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from benchmarks import peers
from hub.formats import detect
from hub.formats.envelope import TransactionSet
from hub.guides import reader
from hub.guides.judge import Policy, stream
from hub.guides.making import made
from hub.guides.notation import Guide
from hub.model import DOCUMENTS
from hub.operations.read import Desk, chunks

Stage = Callable[[Path], object]


def stages() -> dict[str, Stage]:
    """By what each adds."""
    desk = Desk()

    def sets(file: Path) -> Iterator[tuple[Guide, TransactionSet]]:
        for event in detect.read(chunks(file)):
            if isinstance(event, TransactionSet):
                guide = desk.guide(event.interchange, event.group, event)
                assert guide is not None
                yield guide, event

    def tokens(file: Path) -> None:
        for _ in detect.read(chunks(file)):
            pass

    def mapping(file: Path) -> None:
        for guide, tset in sets(file):
            reader.read(guide, tset)

    def model(file: Path) -> None:
        for guide, tset in sets(file):
            reading = reader.read(guide, tset)
            made(DOCUMENTS[guide.document], reading.value or {}, reading.sure)

    def whole(file: Path) -> None:
        for _ in stream(detect.read(chunks(file)), desk.guide, Policy()):
            pass

    return {
        "bare split on two levels, the whole file in memory": peers.split(),
        "tokens in constant memory, offsets, checks of envelopes": tokens,
        "checks of segments and elements, mapping to values": mapping,
        "model": model,
        "totals, verdicts": whole,
    }


def measure(file: Path, repetitions: int) -> dict[str, tuple[float, float]]:
    """CPU seconds up to each stage, least and median, the stages taken in turn."""
    found = stages()
    seconds: dict[str, list[float]] = {name: [] for name in found}
    for turn in range(repetitions + 1):
        for name, stage in found.items():
            begin = time.process_time()
            stage(file)
            if turn:  # the first compiles the guides
                seconds[name].append(time.process_time() - begin)
    return {name: (min(taken), median(taken)) for name, taken in seconds.items()}
