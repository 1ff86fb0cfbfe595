"""Reads EDIFACT as a stream: interchanges, groups and messages in file order, whatever their separators."""

import re
from collections.abc import Iterable, Iterator

from hub.errors import Unreadable
from hub.formats.edifact import header as headers
from hub.formats.edifact.charset import SHIFT
from hub.formats.edifact.header import NESTED, START, Header
from hub.formats.edifact.nesting import Nesting
from hub.formats.edifact.release import MARKS
from hub.formats.envelope import Event
from hub.formats.nesting import ASCII, TIDY, WIDE
from hub.formats.seeking import LOOK, dirt, edges, seek
from hub.formats.tape import BLANKS, BOM, LONGEST, Tape, flat, unbroken

CONTROLS = [control for control in (*map(chr, range(32)), "\x7f") if control not in MARKS]


def read(chunks: Iterable[bytes]) -> Iterator[Event]:
    """Everything in these bytes, in file order. Raises Unreadable when there is no EDIFACT in them."""
    tape, nesting = Tape(chunks), Nesting()
    if tape.ahead(3) == BOM:
        tape.take(3)
        nesting.bom()
    first = True
    while seek(tape, START, first, nesting.junk):
        header = headers.read(tape.ahead(LOOK), tape.offset)
        nesting.begin(header, tape.offset)
        tape.take(header.size)
        first = False
        for _ in _pieces(tape, nesting, header):
            yield from nesting.events
            nesting.events = []
    nesting.leave()
    if first or not nesting.count:
        raise Unreadable("not a document we know: there is no UNA, UNB, UNG or UNH in it")
    yield from nesting.events


def _pieces(tape: Tape, nesting: Nesting, header: Header) -> Iterator[None]:
    """Feed the interchange to `nesting`, a piece at a time, up to its trailer or another UNA."""
    element, terminator = header.separators.element, header.terminator
    borders = re.compile(f"UN(?:A|Z{re.escape(element)})")  # one search for both
    marks, looks = dirt(terminator), _Look(header)
    while not nesting.closed:
        piece = _piece(tape, nesting, terminator, "UNZ" + element, borders)
        if len(piece) > LONGEST and not piece.endswith(terminator):
            nesting.overlong(len(piece))
            return
        if not piece.strip(BLANKS):
            tape.take(len(piece))
            return
        raw = piece.split(terminator)
        raw[-1] = raw[-1].rstrip(BLANKS)  # the last segment of the file, or one that another header cut off
        if not raw[-1]:
            raw.pop()
        sent = tape.text[tape.place : tape.place + len(piece)]
        look, bare, text = looks.at(piece, sent), raw, piece
        if piece[0] in BLANKS or (look != TIDY and any(mark in piece for mark in marks)):
            text = flat(piece, terminator)
            look, bare = looks.at(text, sent), text.split(terminator)[: len(raw)]
            if look != TIDY or text[0] in BLANKS or not text.endswith(terminator):
                bare = unbroken(raw)
                text = terminator.join([*bare, ""])
                look = looks.at(text, sent)
        taken = nesting.take(raw, bare, text, look)
        tape.take(min(len(piece), nesting.offset - tape.offset) if taken < len(raw) else len(piece))
        nesting.offset = tape.offset
        yield


class _Look:
    """Looks at many segments at once, which is cheaper than one by one."""

    def __init__(self, header: Header) -> None:
        separators = header.separators
        ends = (separators.element, separators.component, header.terminator)
        self._controls = [control for control in CONTROLS if control not in ends]
        self._blanks = edges(header.terminator, separators.element, separators.component)
        self._repetition = separators.repetition

    def at(self, text: str, sent: str) -> int:
        """What can be said of them, and of the same text before it was marked."""
        if not text.isascii() or SHIFT in text:
            return WIDE
        if any(mark in sent for mark in MARKS) or any(control in text for control in self._controls):
            return ASCII
        return ASCII if self._blanks(text) or (self._repetition and self._repetition in text) else TIDY


def _piece(tape: Tape, nesting: Nesting, terminator: str, trailer: str, borders: re.Pattern[str]) -> str:
    """Marked text that ends with a terminator, at most one UNZ in it; the rest before another UNA or the end."""
    mark = nesting.release.mark
    while True:
        border, at = len(tape.text), -1
        if borders.search(tape.text, tape.place):
            border = _next_advice(tape)
            at = tape.text.find(trailer, tape.place, border)
        end = tape.text.find(terminator, at, border) if at >= 0 else -1
        limit = end + len(terminator) if end >= 0 else border
        text = tape.text[tape.place : limit]
        marked = mark(text if limit < len(tape.text) or tape.ended else _even(text, nesting))
        last = marked.rfind(terminator)
        if last >= 0:
            return marked[: last + len(terminator)]
        if end >= 0 and limit < border:  # the reference in UNZ holds a released terminator
            end = tape.text.find(terminator, limit, border)
            return mark(tape.text[tape.place : end + len(terminator) if end >= 0 else border])
        if border < len(tape.text) or tape.left > LONGEST or not tape.more():
            return marked


def _next_advice(tape: Tape) -> int:
    """Where another UNA begins although this interchange has not ended."""
    at = tape.text.find("UNA", tape.place)
    nested = NESTED.search(tape.text, at) if at >= 0 else None
    return nested.start() if nested else len(tape.text)


def _even(text: str, nesting: Nesting) -> str:
    """Without the release character at its end, whose pair is still to come."""
    release = nesting.release.character
    return text.rstrip(release + "\r\n") if release else text
