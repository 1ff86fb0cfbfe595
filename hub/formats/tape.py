"""Bytes that come in chunks, as text whose characters are bytes: one window moves over it, so memory stays constant."""

from collections.abc import Iterable, Iterator

BLOCK = 1 << 13  # what has been split is still in the processor's cache when it is looked at
# A segment longer than this without a terminator is not a segment: the window must not grow with the file.
LONGEST = 1 << 23
BLANKS = " \t\r\n\x00\x1a"
BOM = "\xef\xbb\xbf"


def blocks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of a good size: small ones joined, large ones cut."""
    waiting: list[bytes] = []
    size = 0
    for chunk in chunks:
        waiting.append(chunk)
        size += len(chunk)
        if size < BLOCK:
            continue
        whole = waiting[0] if len(waiting) == 1 else b"".join(waiting)
        waiting, size = [], 0
        yield from (whole[at : at + BLOCK] for at in range(0, len(whole), BLOCK))
    if waiting:
        yield b"".join(waiting)


class Tape:
    """A window over the chunks; `text[place:]` is what nobody has taken yet. Latin-1, so a character is a byte."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._blocks = blocks(chunks)
        self._start = 0  # offset of text[0]
        self.text = ""
        self.place = 0
        self.ended = False

    @property
    def offset(self) -> int:
        """Where `place` is in the file."""
        return self._start + self.place

    @property
    def left(self) -> int:
        return len(self.text) - self.place

    def more(self) -> bool:
        """Get another block, or as much as waits already; False at the end of the file."""
        found: list[bytes] = []
        size = 0
        while not found or size < self.left:
            block = next(self._blocks, None)
            if block is None:
                self.ended = True
                break
            found.append(block)
            size += len(block)
        self._start += self.place
        self.text = self.text[self.place :] + b"".join(found).decode("latin-1")
        self.place = 0
        return bool(found)

    def ahead(self, size: int) -> str:
        """The next `size` characters, fewer at the end of the file, without taking them."""
        while self.left < size and self.more():
            pass
        return self.text[self.place : self.place + size]

    def take(self, size: int) -> None:
        """Take this many characters, as far as there are any."""
        self.place = min(self.place + size, len(self.text))

    def skip(self, characters: str) -> None:
        """Take all that is in `characters`."""
        while True:
            rest = self.text[self.place : self.place + 512]
            kept = rest.lstrip(characters)
            self.take(len(rest) - len(kept))
            if kept or not (self.left or self.more()):
                return


def utf8(text: str) -> str | None:
    """Text of bytes read again as UTF-8, or None where it is not."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except (UnicodeDecodeError, UnicodeEncodeError):
        return None


def character(text: str, at: int = 0) -> str:
    """The one character at this place, which may be several bytes."""
    lead = ord(text[at]) if at < len(text) else 0
    size = 2 if 0xC2 <= lead < 0xE0 else 3 if 0xE0 <= lead < 0xF0 else 4 if 0xF0 <= lead < 0xF5 else 1
    wide = text[at : at + size]
    return wide if size > 1 and utf8(wide) else text[at : at + 1]


def places(raw: list[str], start: int, gap: int) -> list[int]:
    """Byte offset of every segment that is not blank; `gap` is the length of the terminator."""
    found = []
    for piece in raw:
        body = piece.lstrip(BLANKS)
        if body:
            found.append(start + len(piece) - len(body))
        start += len(piece) + gap
    return found


def flat(piece: str, terminator: str) -> str:
    """The same segments without line breaks. Where nothing else is around them, it says what `unbroken` says."""
    for mark in "\r\n":
        if mark != terminator:
            piece = piece.replace(mark, "")
    return piece


def unbroken(pieces: list[str]) -> list[str]:
    """Segments without the line breaks, blanks and indentation around and within them."""
    bare = [piece.lstrip(BLANKS) for piece in pieces]
    joined = "".join(bare)
    if "\n" in joined or "\r" in joined:
        return [piece.replace("\r", "").replace("\n", "") for piece in bare]
    return bare


def same_number(one: str, other: str) -> bool:
    """True when two control numbers differ by padding only: leading zeros, blanks around."""
    return one.strip().lstrip("0") == other.strip().lstrip("0")
