"""Damages EDI files as careless programs and bad lines do: by segment, element and separator, and by byte. Pure: chance is given."""

import re
from collections.abc import Callable
from random import Random

LARGEST = 2000  # bytes of a mutant: a fault that needs more is rare, and small ones are tried faster
HUGE = b"9" * 4500  # Python refuses to make a number of more than 4300 digits
STEPS = (1, 1, 1, 2, 3, 6)
HEADERS = {b"ISA": b"IEA", b"GS": b"GE", b"ST": b"SE", b"UNB": b"UNZ", b"UNG": b"UNE", b"UNH": b"UNT"}
NUMBERS = (
    b"0",
    b"-1",
    b"1",
    b"00",
    b"999999999999999999",
    b"1e9",
    b"1E999",
    b".",
    b"-",
    b"+5",
    b"1.5.2",
    b"1,5",
    b"NaN",
    b"\xb2",
)
STRANGE = (
    b"",
    b" ",
    b"\x00",
    b"\xff",
    b"\xc3\xa4",
    b"\xe4",
    b"\xef\xbb\xbf",
    b"\xf0\x9f\x93\xa6",
    b"?",
    b"??",
    b"?'",
    b"\x1f",
    b"\r\n",
    b"U",
)
DATES = (b"20260230", b"00000000", b"991231", b"99999999", b"2026", b"20261122246099", b"2400", b"9999")
TAGS = (
    b"HL",
    b"LIN",
    b"PO1",
    b"BIN",
    b"CPS",
    b"UNS",
    b"CTT",
    b"CNT",
    b"N1",
    b"NAD",
    b"SLN",
    b"TA1",
    b"LS",
    b"LE",
    b"ZZZ",
    b"",
    b"A" * 40,
)
SNIPPETS = (
    b"BIN*99999999999999999999*x~",
    b"BIN*3*a~b~",
    b"BIN*-1*~",
    b"HL*1*1*S~",
    b"UNA:+.? '",
    b"UNA'''''''''",
    b"ISA*",
    b"IEA*1*1~",
    b"~~~~",
    b"''''",
)
HEADS = (
    b"ISA*00*          *00*          *ZZ*A              *ZZ*B              *261122*1200*",
    b"UNB+UNOC:3+A+B+261122:1200+1'",
    b"GS*PO*A*B*20261122*1200*1*X*004010~",
    b"UNG+ORDERS+A+B+261122:1200+1+UN+D:96A'",
)


class Paper:
    """A file taken apart by its own separators, as far as they can be told."""

    def __init__(self, content: bytes) -> None:
        self.element, self.component, self.terminator, self.release = marks(content)
        pieces = content.split(self.terminator)
        self.segments = [piece.split(self.element) for piece in pieces]

    def whole(self) -> bytes:
        return self.terminator.join(self.element.join(segment) for segment in self.segments)


def marks(content: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """Element, component, terminator, release; of X12 where the ISA is whole."""
    found = re.search(rb"ISA(.)(?:[^\r\n]{0,30}?\1){14}[^\r\n]{0,5}?\1(.)(.)", content[:400], re.DOTALL)
    if found:
        return found[1], found[2], found[3], b"?"
    advice = re.search(rb"UNA(.)(.).(.).(.)", content[:400], re.DOTALL)
    if advice:
        return advice[2], advice[1], advice[4], advice[3]
    edifact = b"UNB+" in content or b"UNH+" in content
    return (b"+", b":", b"'", b"?") if edifact else (b"*", b">", b"~", b"?")


def number(chance: Random) -> bytes:
    """Something where a number should be."""
    return HUGE if chance.random() < 0.02 else chance.choice(NUMBERS)


Change = Callable[[Paper, Random], None]


def _place(paper: Paper, chance: Random) -> int:
    return chance.randrange(len(paper.segments))


def drop(paper: Paper, chance: Random) -> None:
    del paper.segments[_place(paper, chance)]


def double(paper: Paper, chance: Random) -> None:
    at = _place(paper, chance)
    paper.segments[at:at] = [list(paper.segments[at])] * chance.choice((1, 1, 1, 1, 2, 12))


def swap(paper: Paper, chance: Random) -> None:
    one, other = _place(paper, chance), _place(paper, chance)
    paper.segments[one], paper.segments[other] = paper.segments[other], paper.segments[one]


def repeat_span(paper: Paper, chance: Random) -> None:
    """A stretch again elsewhere: a set in a set, a group in a group, a second interchange."""
    one, other = sorted((_place(paper, chance), _place(paper, chance)))
    at = _place(paper, chance)
    paper.segments[at:at] = [list(segment) for segment in paper.segments[one : other + 1]][:20]


def nest(paper: Paper, chance: Random) -> None:
    """A header or trailer of any level where none belongs."""
    tag = chance.choice([*HEADERS, *HEADERS.values()])
    paper.segments.insert(
        _place(paper, chance), [tag, *(chance.choice((b"1", b"0001", b"", b"850", b"PO")) for _ in range(chance.randrange(9)))]
    )


def retag(paper: Paper, chance: Random) -> None:
    paper.segments[_place(paper, chance)][0] = chance.choice(TAGS)


def _element(paper: Paper, chance: Random) -> tuple[list[bytes], int]:
    segment = paper.segments[_place(paper, chance)]
    return segment, chance.randrange(len(segment))


def drop_element(paper: Paper, chance: Random) -> None:
    segment, at = _element(paper, chance)
    if len(segment) > 1:
        del segment[at]


def double_element(paper: Paper, chance: Random) -> None:
    segment, at = _element(paper, chance)
    segment[at:at] = [segment[at]] * chance.choice((1, 1, 1, 2, 20))


def swap_elements(paper: Paper, chance: Random) -> None:
    segment, at = _element(paper, chance)
    other = chance.randrange(len(segment))
    segment[at], segment[other] = segment[other], segment[at]


def replace_element(paper: Paper, chance: Random) -> None:
    """Another value: odd numbers, dates that are none, strange characters, much of it, or one from elsewhere in the file."""
    segment, at = _element(paper, chance)
    elsewhere, there = _element(paper, chance)
    long = b"X" * chance.choice((36, 81, 300))
    segment[at] = chance.choice((number(chance), chance.choice(DATES), chance.choice(STRANGE), long, elsewhere[there]))


def extend_element(paper: Paper, chance: Random) -> None:
    segment, at = _element(paper, chance)
    marks = (paper.component, paper.release, paper.element, paper.terminator, b"^", b"*", *STRANGE)
    cut = chance.randrange(len(segment[at]) + 1)
    segment[at] = segment[at][:cut] + chance.choice(marks) * chance.choice((1, 1, 1, 2, 20)) + segment[at][cut:]


def recount(paper: Paper, chance: Random) -> None:
    """A count or a control number that is not what it should be."""
    trailers = [segment for segment in paper.segments if segment[0].strip() in HEADERS.values() and len(segment) > 1]
    if trailers:
        segment = chance.choice(trailers)
        segment[chance.randrange(1, len(segment))] = number(chance)


def renumber(paper: Paper, chance: Random) -> None:
    """Numbers of nodes and parents that point anywhere."""
    nodes = [segment for segment in paper.segments if segment[0].strip() in (b"HL", b"CPS", b"LIN") and len(segment) > 1]
    if nodes:
        segment = chance.choice(nodes)
        segment[chance.randrange(1, min(len(segment), 3))] = chance.choice((b"1", b"2", b"3", b"", b"99", b"0", b"-1", b"A"))


CHANGES: tuple[Change, ...] = (
    drop, double, swap, repeat_span, nest, retag, drop_element, double_element, swap_elements,
    replace_element, replace_element, extend_element, recount, renumber,
)  # fmt: skip


def structured(content: bytes, chance: Random) -> bytes:
    """A mutant by structure."""
    paper = Paper(content)
    for _ in range(chance.choice(STEPS)):
        if paper.segments:
            chance.choice(CHANGES)(paper, chance)
    return cut(paper.whole())


def cut(content: bytes) -> bytes:
    """Not too large, unless that is the point of it."""
    return content if HUGE in content else content[:LARGEST]


def raw(content: bytes, chance: Random) -> bytes:
    """A mutant by bytes: cut, spliced, overwritten, other separators, something foreign in between."""
    body = bytearray(content)
    for _ in range(chance.choice(STEPS)):
        at = chance.randrange(len(body) + 1)
        to = min(len(body), at + chance.choice((0, 1, 1, 4, 30)))
        kind = chance.randrange(6)
        if kind == 0:
            del body[at:]
        elif kind == 1:
            body[at:to] = chance.randbytes(to - at)
        elif kind == 2:
            body[at:to] = chance.choice((*SNIPPETS, *HEADS, *STRANGE))
        elif kind == 3:
            del body[at:to]
        elif kind == 4 and body:
            body = bytearray(body.replace(bytes([chance.choice(body)]), bytes([chance.randrange(256)])))
        else:
            body[at:at] = body[: chance.randrange(300)]
    return cut(bytes(body))


def mutant(content: bytes, chance: Random) -> bytes:
    """One mutant, mostly by structure."""
    return structured(content, chance) if chance.random() < 0.75 else raw(content, chance)


def crossed(one: bytes, other: bytes, chance: Random) -> bytes:
    """The beginning of one file and the rest of another, cut between segments."""
    first, second = Paper(one), Paper(other)
    first.segments = first.segments[: chance.randrange(len(first.segments) + 1)]
    first.segments += second.segments[chance.randrange(len(second.segments)) :]
    return cut(first.whole())
