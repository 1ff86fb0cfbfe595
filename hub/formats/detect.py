"""Tells X12 from EDIFACT by looking at the bytes, and everything else from both in clear words."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import PurePath

from hub.errors import Unreadable
from hub.formats.edifact import header as edifact_header
from hub.formats.edifact import reader as edifact
from hub.formats.envelope import Event, Standard
from hub.formats.seeking import FAR
from hub.formats.x12 import header as x12_header
from hub.formats.x12 import reader as x12

# What people hand in by mistake: how it begins -> what we call it.
STRANGERS: tuple[tuple[str, str], ...] = (
    (r"STX=\w{3,4}", "TRADACOMS"),
    (r"UI[BH]\+", "interactive EDIFACT"),
    (r"<\?xml|<!DOCTYPE|<[A-Za-z][\w:.-]*[\s/>]", "XML or HTML"),
    (r"[{\[]\s*[\"{\[\]}]", "JSON"),
    (r"PK\x03\x04", "a ZIP archive or an Office file"),
    (r"%PDF-", "PDF"),
    (r"\x1f\x8b", "compressed with gzip"),
    (r"\xff\xfe|\xfe\xff|[A-Z]\x00[A-Z]\x00|\x00[A-Z]\x00[A-Z]", "text in UTF-16; save it as ASCII or UTF-8"),
    (r"(?:\w[\w-]*: [^\r\n]*\r?\n){2}", "a mail or an HTTP message; hand in its attachment or body"),
)


NEAR = 1024  # a header nearly always stands at the beginning


def sniff(head: bytes) -> Standard | None:
    """The standard whose header stands first in these bytes; None when there is none."""
    text = head.decode("latin-1")
    x12_start, edifact_start = _starts(text, NEAR)
    if min(x12_start, edifact_start) > NEAR // 2:  # the whole takes as long as a hundred orders
        x12_start, edifact_start = _starts(text, len(text))
    if x12_start < edifact_start:
        return "x12"
    return "edifact" if edifact_start < len(text) else None


def _starts(text: str, end: int) -> tuple[int, int]:
    """Where a header of X12 and one of EDIFACT stands first in the text up to here; behind it where there is none."""
    found = [header.START.search(text, 0, end) for header in (x12_header, edifact_header)]
    x12_start, edifact_start = (it.start() if it else len(text) for it in found)
    return x12_start, edifact_start


def read(chunks: Iterable[bytes]) -> Iterator[Event]:
    """Everything in these bytes, whichever standard it is. Raises Unreadable when it is neither."""
    rest = iter(chunks)
    head = _head(rest)
    standard = spoken(head)
    if standard is None:
        raise Unreadable("not a document we know: " + explained(head))
    yield from (x12 if standard == "x12" else edifact).read(chain((head,), rest))


# Kinds that may well quote EDI somewhere, and are not EDI all the same.
FIRM = frozenset(("TRADACOMS", "XML or HTML", "JSON", "PDF", "a ZIP archive or an Office file", "compressed with gzip"))
SHAPES: dict[str, tuple[str, ...]] = {"XML or HTML": ("xml",), "JSON": ("json",), "a ZIP archive or an Office file": ("xlsx",)}
ENDINGS: dict[str, tuple[str, ...]] = {
    ".csv": ("csv",),
    ".tsv": ("csv",),
    ".json": ("json",),
    ".xml": ("xml",),
    ".xlsx": ("xlsx",),
}


def spoken(head: bytes) -> Standard | None:
    """The standard these bytes are written in; None when they are something else, even if it quotes some."""
    return None if stranger(head) in FIRM else sniff(head)


def shapes(head: bytes, name: str | None) -> tuple[str, ...]:
    """What a message without an envelope may be made of: by how it begins; where that says nothing, by the ending of its name.

    >>> shapes(b"PK\\x03\\x04", "order.bin"), shapes(b'{"a": 1}', None), shapes(b"item;quantity", "ORDER.CSV")
    (('xlsx',), ('json',), ('csv',))
    >>> shapes(b"item;quantity", None)
    ('csv', 'fixed')
    """
    ending = PurePath((name or "").lower()).suffix
    return SHAPES.get(stranger(head) or "", ENDINGS.get(ending, ("csv", "fixed")))


def _head(rest: Iterator[bytes]) -> bytes:
    head = b""
    for chunk in rest:
        head += chunk
        if len(head) >= FAR:
            break
    return head


def stranger(head: bytes) -> str | None:
    """What else these bytes may be, in words; None when nobody knows."""
    text = head[:4096].decode("latin-1").removeprefix("\xef\xbb\xbf").lstrip(" \t\r\n")
    return next((words for pattern, words in STRANGERS if re.match(pattern, text)), None)


def explained(head: bytes) -> str:
    """Why there is no document in these bytes, in words for people."""
    if not head.strip(b" \t\r\n\x00\x1a"):
        return "it is empty"
    known = stranger(head)
    return f"this looks like {known}" if known else "there is no X12 (ISA, GS, ST) and no EDIFACT (UNA, UNB, UNH) in it"
