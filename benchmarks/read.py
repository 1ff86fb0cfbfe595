"""Reading one EDI file: from bytes on disk to validated models with every check on, no ledger."""

import argparse
import json
import resource
import time
from array import array
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from hub.errors import Unreadable
from hub.formats import detect
from hub.guides.judge import Policy, stream
from hub.guides.verdicts import JudgedDocument
from hub.operations.read import Desk, chunks

MB = 1_000_000


@dataclass
class Tally:
    """What was found in one reading."""

    orders: int = 0
    lines: int = 0
    findings: int = 0

    def add(self, judged: JudgedDocument) -> int:
        """Count a document; says how many lines it has."""
        lines = len(getattr(judged.document, "lines", ()))
        self.orders += judged.document is not None
        self.lines += lines
        self.findings += len(judged.findings)
        return lines


def once(desk: Desk, file: Path) -> Tally:
    """Read the file once, a document at a time; what falls with its group or interchange does not count."""
    tally, lines, first = Tally(), array("l"), 0  # lines of each document of the interchange; -1: it did not count
    for found in stream(detect.read(chunks(file)), desk.guide, Policy()):
        if isinstance(found, JudgedDocument):
            first = found.index - len(lines)
            rejected, count = found.rejected, tally.add(found)
            lines.append(-1 if rejected else count)
            continue
        tally.findings += len(found.findings)
        fallen = [lines[document.index - first] for group in found.groups for document in group.documents.rejected()]
        fallen = [count for count in fallen if count >= 0]
        tally.orders, tally.lines = tally.orders - len(fallen), tally.lines - sum(fallen)
        lines = array("l")
    return tally


def peak() -> float:
    """The most memory this process has held, in MB. Linux tells of the process alone; elsewhere what started it may count."""
    status = Path("/proc/self/status")
    if status.exists():
        [kilobytes] = [line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
        return int(kilobytes) * 1024 / MB
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MB


def measure(file: Path, repetitions: int) -> dict[str, float]:
    """The figures of one file. Guides are loaded once, before the clock starts."""
    desk, seconds = Desk(), list[float]()
    tally = once(desk, file)  # loads and compiles the guides
    for _ in range(repetitions):
        begin = time.perf_counter()
        tally = once(desk, file)
        seconds.append(time.perf_counter() - begin)
    middle = median(seconds)
    return {
        "orders": tally.orders,
        "lines": tally.lines,
        "seconds": round(middle, 4),
        "mb_per_s": round(file.stat().st_size / MB / middle, 3),
        "orders_per_s": round(tally.orders / middle, 1),
        "peak_rss_mb": round(peak(), 1),
        "findings": tally.findings,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Read one X12 or EDIFACT file, every check on")
    parser.add_argument("file", type=Path)
    parser.add_argument("--repetitions", type=int, default=5)
    given = parser.parse_args()
    try:
        print(json.dumps(measure(given.file, max(1, given.repetitions))))
    except (Unreadable, OSError) as error:
        parser.error(f"{given.file}: {error}")


if __name__ == "__main__":
    main()
