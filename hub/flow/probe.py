"""Where the walk stands, kept where it survives even `kill -9`; and, for crash tests, a place to die at."""

import mmap
import os
import signal
from collections import Counter
from pathlib import Path
from typing import Protocol

SIZE = 64


class Probe(Protocol):
    """Called at every point of the walk, with its name."""

    def __call__(self, point: str) -> None: ...


def silent(point: str) -> None:
    """Nobody watches."""


class Marker:
    """Writes the last point into a small mapped file, which outlives the process."""

    def __init__(self, path: Path) -> None:
        path.write_bytes(b" " * SIZE)
        self._file = path.open("r+b")
        self._map = mmap.mmap(self._file.fileno(), SIZE)

    def __call__(self, point: str) -> None:
        self._map[:] = point.encode()[:SIZE].ljust(SIZE)


class Trap:
    """Kills the process, for good and at once, when a point is reached for the n-th time."""

    def __init__(self, point: str, count: int = 1) -> None:
        self._point, self._count, self._seen = point, count, Counter[str]()

    def __call__(self, point: str) -> None:
        self._seen[point] += 1
        if point == self._point and self._seen[point] == self._count:
            os.kill(os.getpid(), signal.SIGKILL)


def from_environment(environment: dict[str, str]) -> Probe:
    """`CROSSDOCK_STAGE_FILE` names the marker, `CROSSDOCK_DIE_AT` a point such as `decide.commit` or `push.sent:3`."""
    probes: list[Probe] = []
    if file := environment.get("CROSSDOCK_STAGE_FILE"):
        probes.append(Marker(Path(file)))
    if spot := environment.get("CROSSDOCK_DIE_AT"):
        point, _, count = spot.partition(":")
        probes.append(Trap(point, int(count or 1)))
    if not probes:
        return silent

    def every(point: str) -> None:
        for probe in probes:
            probe(point)

    return every
