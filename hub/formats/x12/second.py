"""The second reader: pyx12 re-reads every interchange we write and must see, one by one, the elements we meant."""

from collections import deque
from collections.abc import Iterator
from io import BytesIO, TextIOWrapper
from itertools import zip_longest

from pyx12.segment import Segment
from pyx12.x12file import X12Reader

from hub.findings import Finding, note
from hub.formats.second import disagrees
from hub.formats.x12.writer import Written

VERSION = slice(84, 89)  # ISA12, in an interchange of our own padding
READABLE = ("00401", "00501")  # the only ISA12 that pyx12 reads
LONGEST = 8000  # pyx12 stops silently at a segment that does not fit its buffer


def agree(written: Written) -> list[Finding]:
    """What the second reader sees otherwise than we meant it; empty when it agrees."""
    text = written.body.decode(written.encoding)
    ends = _tail(written, text)
    if any(len(written.separators.element.join(segment)) > LONGEST for segment in written.segments):
        return [*ends, *_recounted(written, text)]
    version = text[VERSION]
    body = written.body if version in READABLE else f"{text[:84]}00401{text[89:]}".encode(written.encoding)
    del text  # it may be very long
    try:
        reader = X12Reader(TextIOWrapper(BytesIO(body), written.encoding, newline="\n"))
        differ = _compared(written, _seen(reader, version))
        reader.cleanup()
    except Exception as error:  # pyx12 raises whatever it stumbles over; any of it means: do not send
        return [*ends, disagrees(f"the second reader could not read it: {type(error).__name__} {error}")]
    return [*ends, *differ, *(disagrees(f"{level} {code}: {words}") for level, code, words, _, _ in reader.pop_errors())]


def _seen(reader: X12Reader, version: str) -> Iterator[list[list[str]]]:
    """What it reads, one segment at a time, under the version that was sent."""
    segments = map(_opened, reader)
    for first in segments:
        if len(first) > 12:
            first[12] = [version]
        yield first
        yield from segments


def _opened(segment: Segment) -> list[list[str]]:
    elements = [[part.value for part in composite.elements] for composite in segment.elements]
    return [[segment.get_seg_id() or ""], *elements]


def _meant(segment: list[str], component: str) -> list[list[str]]:
    if segment[0] == "ISA":  # ISA16 is the separator itself
        return [[value] for value in segment]
    return [value.split(component) for value in segment]


def _compared(written: Written, seen: Iterator[list[list[str]]]) -> list[Finding]:
    """The first place where the two differ; what follows would only be echoes of it. What was seen is used up."""
    for number, (meant, found) in enumerate(zip_longest(written.segments, seen), 1):
        if meant is None or found is None:
            count = number - 1 if found is None else number + sum(1 for _ in seen)
            return [disagrees(f"{len(written.segments)} segments were meant, the second reader sees {count}", number)]
        opened = _meant(meant, written.separators.component)
        if opened != found:
            at = next((at for at, pair in enumerate(zip_longest(opened, found)) if pair[0] != pair[1]), 0)
            words = f"segment {number} was meant to be {meant}, the second reader sees {found}"
            deque(seen, maxlen=0)
            return [disagrees(words, number).at(segment=meant[0], element=at or None)]
    return []


def _tail(written: Written, text: str) -> list[Finding]:
    """pyx12 drops what follows IEA without a word."""
    if text.count(written.separators.terminator) == len(written.segments) and text.rstrip("\r\n \t").endswith(
        written.separators.terminator.rstrip("\r\n \t")
    ):
        return []
    return [disagrees(f"the bytes do not end with the last of {len(written.segments)} segments")]


def _recounted(written: Written, text: str) -> list[Finding]:
    """A segment too long for pyx12: the plainest possible second look, and a note that it was only that."""
    marks = written.separators
    seen = (piece.lstrip("\r\n").split(marks.element) for piece in text.split(marks.terminator)[:-1])
    same = all(meant == found for meant, found in zip_longest(written.segments, seen))
    differ = [] if same else [disagrees("the segments differ from what was meant")]
    return [*differ, note("hub:second-reader-length", f"A segment is longer than {LONGEST} characters: only recounted")]
