"""Reads one file with one reader, in a process of its own: `python -m benchmarks.peers NAME FILE`; prints one JSON line."""

import argparse
import io
import json
import logging
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

from benchmarks.orders import MB, interchange
from benchmarks.read import once, peak
from hub.operations.read import Desk

Counted = dict[str, int]
Reader = Callable[[Path], Counted]


def crossdock() -> Reader:
    """Ours: validated models, every check on."""
    desk = Desk()

    def read(file: Path) -> Counted:
        tally = once(desk, file)
        return {"orders": tally.orders, "lines": tally.lines, "findings": tally.findings}

    return read


def split() -> Reader:
    """The least that anybody could do: segments and elements, nothing looked at."""

    def read(file: Path) -> Counted:
        text = file.read_text("latin-1")
        terminator, element = ("'", "+") if text.startswith("UN") else ("~", "*")
        return {"elements": sum(len(segment.split(element)) for segment in text.split(terminator))}

    return read


def pyx12() -> Reader:
    """Segments, envelopes and their counts; no guide, no values, no model."""
    from pyx12.x12file import X12Reader

    def read(file: Path) -> Counted:
        with X12Reader(str(file)) as source:
            found = [segment.get_seg_id() == "ST" for segment in source]
            source.cleanup()
            return {"orders": sum(found), "findings": len(source.pop_errors())}

    return read


def pyx12_full() -> Reader:
    """The same against a map of the 850, with its 997: the nearest to ours in what is checked. No values, no model."""
    from pyx12.params import params
    from pyx12.x12n_document import x12n_document

    from benchmarks import pyx12_map

    logging.getLogger("pyx12").setLevel(logging.CRITICAL)
    maps = tempfile.mkdtemp(prefix="pyx12-")
    pyx12_map.write(Path(maps))

    def read(file: Path) -> Counted:
        answer = io.StringIO()
        fine = x12n_document(params(), str(file), answer, None, map_path=maps)
        return {"orders": answer.getvalue().count("AK5*A"), "findings": int(not fine)}

    return read


def pydifact() -> Reader:
    """Segments of EDIFACT; no envelopes, no guide, no values, no model."""
    from pydifact.parser import Parser

    warnings.simplefilter("ignore")  # one for each service segment

    def read(file: Path) -> Counted:
        return {"orders": sum(segment.tag == "UNH" for segment in Parser().parse(file.read_text("latin-1")))}

    return read


READERS: dict[str, Callable[[], Reader]] = {
    "crossdock": crossdock,
    "split": split,
    "pyx12": pyx12,
    "pyx12-full": pyx12_full,
    "pydifact": pydifact,
}


def measure(name: str, file: Path) -> dict[str, float]:
    """CPU and wall seconds of one reading, after a first one of a small file: guides are loaded, code is compiled."""
    read = READERS[name]()
    with tempfile.TemporaryDirectory() as place:
        small = Path(place) / "small.edi"
        with file.open("rb") as stream:
            head = stream.read(MB // 20)
        edifact = head.startswith(b"UN")
        small.write_bytes(head[: head.rfind(b"UNH+")] if edifact else interchange(["B1"], 1, 10).encode())
        read(small)
    wall, cpu = time.perf_counter(), time.process_time()
    counted = read(file)
    return {
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - wall,
        "rss": peak(),
        **counted,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Read one file with one reader")
    parser.add_argument("name", choices=READERS)
    parser.add_argument("file", type=Path)
    given = parser.parse_args()
    print(json.dumps(measure(given.name, given.file)))


if __name__ == "__main__":
    main()
