"""Finds where the next interchange begins, passing over what is none."""

import re
from collections.abc import Callable

from hub.formats.tape import BLANKS, Tape

LOOK = 8192  # a header and enough behind it to tell separators from what follows
# How far an interchange may hide behind other text before we say that there is none.
FAR = 1 << 16
OVERLAP = 128  # a header may begin at the end of one block and go on in the next


def seek(tape: Tape, start: re.Pattern[str], first: bool, junk: Callable[[int, int], None]) -> bool:
    """Move to the next header; False when there is none. What was passed over is told to `junk`."""
    tape.skip(BLANKS)
    since = tape.offset
    while True:
        tape.ahead(LOOK)
        found = start.search(tape.text, tape.place)
        if found is not None:
            tape.place = found.start()
            break
        tape.place = len(tape.text) if tape.ended else max(tape.place, len(tape.text) - OVERLAP)
        if (tape.ended and not tape.left) or (first and tape.offset - since > FAR):
            break
        tape.more()
    if tape.offset > since and not (found is None and first):
        junk(tape.offset - since, since)
    return found is not None


def edges(terminator: str, *separators: str) -> Callable[[str], bool]:
    """Tells whether a text has blanks at the beginning of a segment, or at the end of a segment, element or component: one look at
    all ends is cheaper than one for each.

    >>> blanks = edges("~", "*", ">")
    >>> blanks("N1*ST*A B~"), blanks("N1*ST*A ~"), blanks("N1*ST *A~"), blanks("N1*ST*A~ N3*B~")
    (False, True, True, True)
    """
    begin, marks = terminator + " ", [re.escape(mark) for mark in (terminator, *separators) if mark]
    ends = re.compile(f" (?:{'|'.join(marks)})")
    return lambda text: begin in text or ends.search(text) is not None


def dirt(terminator: str) -> tuple[str, ...]:
    """What shows that segments have something around them that is not theirs."""
    breaks = tuple(mark for mark in "\r\n" if mark != terminator)
    return (*breaks, "\x00", "\x1a", terminator + " ", terminator + "\t")
