"""Release characters at C speed: a released pair becomes a mark of the same length that no separator can split.

Offsets stay true, because nothing gets longer or shorter. Marks are control characters that a document cannot hold;
what holds them all the same is left alone, since a mark is two characters and both must fit.
"""

from hub.formats.envelope import Separators

LEAD = "\x01"
FILL = "\x02"
# The second character of a mark, for: release, terminator, element, component, repetition.
CODES = "\x03\x04\x05\x06\x07"


class Release:
    """Marks and unmarks the released characters of one interchange."""

    def __init__(self, separators: Separators) -> None:
        release = separators.release
        kinds = (release, separators.terminator[-1:], separators.element, separators.component, separators.repetition)
        self.character = release
        self._marks = [(kind, LEAD + code) for kind, code in zip(kinds, CODES, strict=True) if kind]

    def mark(self, text: str) -> str:
        """The text with every released separator out of the way of `split`."""
        release = self.character
        if not release or release not in text:
            return text
        for kind, mark in self._marks:
            text = text.replace(release + kind, mark)
        if release + "\n" in text or release + "\r" in text:  # a hard-wrapped line ended just there
            for kind, mark in self._marks:
                text = text.replace(f"{release}\n{kind}", mark + FILL).replace(f"{release}\r\n{kind}", mark + FILL + FILL)
        return text

    def text(self, value: str) -> str:
        """What the sender meant: marks become the characters they stand for, a needless release goes."""
        if LEAD in value:
            if self.character:
                value = value.replace(self.character, "")
            for kind, mark in self._marks:
                value = value.replace(mark, kind)
            return value.replace(FILL, "")
        return value.replace(self.character, "") if self.character else value

    def sent(self, value: str) -> str:
        """The value as it was sent, releases included."""
        if LEAD not in value or not self.character:
            return value
        for kind, mark in self._marks:
            value = value.replace(mark, self.character + kind)
        return value.replace(FILL, "")
