"""Release characters at C speed: a released pair becomes a mark of the same length that no separator can split.

Offsets stay true, because nothing gets longer or shorter.
"""

import re
from collections.abc import Container

from hub.formats.envelope import Separators

# A mark is LEAD and a code; FILL stands for a line break that was within the pair. No document holds such characters.
LEAD = "\x01"
FILL = "\x02"
CODES = "\x03\x04\x05\x06\x07"  # of: release, terminator, element, component, repetition
MARKS = LEAD + FILL + CODES


class Release:
    """Marks and unmarks the released characters of one interchange."""

    def __init__(self, separators: Separators) -> None:
        release = separators.release
        kinds = (release, separators.terminator[-1:], separators.element, separators.component, separators.repetition)
        self.character = release
        self._component = separators.component
        self._marks = [(kind, LEAD + code) for kind, code in zip(kinds, CODES, strict=True) if kind]
        self._broken = re.compile(
            f"{re.escape(release or '')}([\r\n]*)({'|'.join(re.escape(kind) for kind, _ in self._marks)})", re.DOTALL
        )

    def mark(self, text: str) -> str:
        """The text with every released separator out of the way of `split`."""
        release = self.character
        if not release or release not in text:
            return text
        if release + "\n" in text or release + "\r" in text:  # a hard-wrapped line ended within a pair
            marks = dict(self._marks)
            return self._broken.sub(lambda pair: marks[pair[2]] + FILL * len(pair[1]), text)
        for kind, mark in self._marks:
            text = text.replace(release + kind, mark)
        return text

    def among(self, raws: list[str]) -> Container[int]:
        """Which of these marked texts hold marks, or releases that were needless."""
        release, whole = self.character or LEAD, "".join(raws)
        if LEAD not in whole and release not in whole:
            return ()
        return frozenset(at for at, raw in enumerate(raws) if LEAD in raw or release in raw)

    def text(self, value: str) -> str:
        """What the sender meant: marks become the characters they stand for, a needless release goes."""
        if not self.character:
            return value
        value = value.replace(self.character, "")
        if LEAD not in value:
            return value
        for kind, mark in self._marks:
            value = value.replace(mark, kind)
        return value.replace(FILL, "")

    def components(self, value: str) -> list[str]:
        """The components of a composite, each as the sender meant it."""
        parts = value.split(self._component)
        if LEAD not in value and (not self.character or self.character not in value):
            return parts
        return [self.text(part) for part in parts]

    def sent(self, value: str) -> str:
        """The value as it was sent, releases included."""
        if LEAD not in value or not self.character:
            return value
        for kind, mark in self._marks:
            value = value.replace(mark, self.character + kind)
        return value.replace(FILL, "")
