"""Reads X12 as a stream: interchanges, groups and sets in file order, whatever their separators, in constant memory."""

import re
from collections.abc import Callable, Iterable, Iterator

from hub.errors import Unreadable
from hub.formats.envelope import Event
from hub.formats.nesting import ASCII, TIDY, WIDE
from hub.formats.seeking import LOOK, dirt, edges, seek
from hub.formats.tape import BLANKS, BOM, LONGEST, Tape, flat, unbroken
from hub.formats.x12 import header as headers
from hub.formats.x12.header import NESTED, START, Header
from hub.formats.x12.nesting import Nesting

CONTROLS = [*map(chr, range(32)), "\x7f"]


def read(chunks: Iterable[bytes]) -> Iterator[Event]:
    """Everything in these bytes, in file order. Raises Unreadable when there is no X12 in them."""
    tape, nesting = Tape(chunks), Nesting()
    if tape.ahead(3) == BOM:
        tape.take(3)
        nesting.bom()
    first, start = True, START
    while seek(tape, start, first, nesting.junk):
        header = headers.read(tape.ahead(LOOK), tape.offset)
        nesting.open(header, tape.offset)
        tape.take(header.size)
        first = False
        # Behind a header without an end, only another whole header is worth believing.
        start = START if header.ended else NESTED
        for _ in _pieces(tape, nesting, header):
            yield from nesting.events
            nesting.events = []
    if first:
        raise Unreadable("not a document we know: there is no ISA, GS or ST in it")
    nesting.leave()
    yield from nesting.events


def _pieces(tape: Tape, nesting: Nesting, header: Header) -> Iterator[None]:
    """Feed the interchange to `nesting`, a piece at a time, up to its trailer or another header."""
    element, terminator = header.element, header.terminator
    binary = re.compile(rf"(?:^|{re.escape(terminator)})[ \t\r\n]*(BIN{re.escape(element)}(\d+){re.escape(element)})")
    marks = dirt(terminator)
    controls = [control for control in CONTROLS if control not in (terminator, element, header.component)]
    borders = re.compile(f"I(?:SA|EA{re.escape(element)})")  # one search for both
    blanks = edges(terminator, element, header.component)
    while not nesting.closed:
        piece = _piece(tape, terminator, "IEA" + element, borders)
        if len(piece) > LONGEST and not piece.endswith(terminator):
            nesting.overlong(len(piece))
            return
        if "BIN" + element in piece and (found := binary.search(piece)):
            if not piece[: found.start(1)].strip(BLANKS) and _binary(tape, nesting, header, found):
                yield
                continue
            piece = piece[: found.start(1)].rstrip(BLANKS) or piece[: piece.find(terminator) + len(terminator)]
        if not piece.strip(BLANKS):
            tape.take(len(piece))
            return
        raw = piece.split(terminator)
        raw[-1] = raw[-1].rstrip(BLANKS)  # the last segment of the file, or one that another header cut off
        if not raw[-1]:
            raw.pop()
        look, bare, text = _look(piece, terminator, controls, blanks), raw, piece
        if piece[0] in BLANKS or (look != TIDY and any(mark in piece for mark in marks)):
            text = flat(piece, terminator)
            look, bare = _look(text, terminator, controls, blanks), text.split(terminator)[: len(raw)]
            if look != TIDY or text[0] in BLANKS or not text.endswith(terminator):
                bare = unbroken(raw)
                text = terminator.join([*bare, ""])
                look = _look(text, terminator, controls, blanks)
        taken = nesting.take(raw, bare, text, look)
        tape.take(min(len(piece), nesting.offset - tape.offset) if taken < len(raw) else len(piece))
        nesting.offset = tape.offset
        yield


def _look(text: str, terminator: str, controls: list[str], blanks: Callable[[str], bool]) -> int:
    """What can be said of these segments at once, which is cheaper than one by one."""
    if not text.isascii():
        return WIDE
    if len(terminator) > 1 or any(control in text for control in controls):
        return ASCII
    return ASCII if blanks(text) else TIDY


def _piece(tape: Tape, terminator: str, trailer: str, borders: re.Pattern[str]) -> str:
    """Text that ends with a terminator, at most one interchange trailer in it; the rest before another header or the end."""
    while True:
        if borders.search(tape.text, tape.place) is None:
            end = tape.text.rfind(terminator, tape.place)
            if end >= 0:
                return tape.text[tape.place : end + len(terminator)]
        limit = _next_header(tape)
        at = tape.text.find(trailer, tape.place, limit)
        end = tape.text.find(terminator, at, limit) if at >= 0 else -1
        if end < 0:
            end = tape.text.rfind(terminator, tape.place, limit)
        if end >= 0:
            return tape.text[tape.place : end + len(terminator)]
        if limit < len(tape.text) or tape.left > LONGEST or not tape.more():
            return tape.text[tape.place : limit]


def _next_header(tape: Tape) -> int:
    """Where another interchange begins although this one has not ended."""
    at = tape.text.find("ISA", tape.place)
    nested = NESTED.search(tape.text, at) if at >= 0 else None
    return nested.start() if nested else len(tape.text)


def _binary(tape: Tape, nesting: Nesting, header: Header, found: re.Match[str]) -> bool:
    """Take a binary segment by its length; False when no terminator stands where it should end."""
    size, begin = int(found[2][:12]), found.end(1)
    if size > LONGEST:
        return False
    text = tape.ahead(begin + size + len(header.terminator))
    if not text.startswith(header.terminator, begin + size):
        return False
    nesting.binary(["BIN", found[2], text[begin : begin + size]], text[: begin + size])
    tape.take(len(text))
    return True
