"""Release characters at C speed: a released pair becomes a mark of the same length that no separator can split.

Offsets stay true, because nothing gets longer or shorter.
"""

import re

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
        self._meant = {mark[1]: kind for kind, mark in self._marks}
        self._codes = {kind: mark for kind, mark in self._marks if kind != release}
        self._known = {f"{release}{kind}": mark for kind, mark in self._marks}
        self._pair = re.compile(
            f"{re.escape(release or '')}[\r\n]*({'|'.join(re.escape(kind) for kind, _ in self._marks)})", re.DOTALL
        )

    def mark(self, text: str) -> str:
        """The text with every released separator out of the way of `split`."""
        if not self.character or self.character not in text:
            return text
        first, *others = text.split(self.character)
        try:
            return first + "".join([self._codes[other[0]] + other[1:] for other in others])
        except (IndexError, KeyError):  # a released release, a needless one, a hard-wrapped line within the pair
            return self._pair.sub(self._marked, text)

    def _marked(self, pair: re.Match[str]) -> str:
        known = self._known.get(pair[0])
        if known is None:  # a hard-wrapped line ended within the pair
            known = self._known[f"{self.character}{pair[1]}"] + FILL * (len(pair[0]) - 2)
        return known

    def text(self, value: str) -> str:
        """What the sender meant: marks become the characters they stand for, a needless release goes."""
        if not self.character:
            return value
        value = value.replace(self.character, "")
        if LEAD not in value:
            return value
        first, *others = value.split(LEAD)
        try:
            value = first + "".join([self._meant[text[0]] + text[1:] for text in others])
        except (IndexError, KeyError):  # no mark of ours
            value = first + "".join([self._meant.get(text[:1], LEAD + text[:1]) + text[1:] for text in others])
        return value.replace(FILL, "") if FILL in value else value

    def components(self, value: str) -> list[str]:
        """The components of a composite, each as the sender meant it."""
        parts = value.split(self._component)
        if self.character and self.character in value:
            return [self.text(part) for part in parts]
        return parts if LEAD not in value else [self.text(part) if LEAD in part else part for part in parts]

    def sent(self, value: str) -> str:
        """The value as it was sent, releases included."""
        if LEAD not in value or not self.character:
            return value
        for kind, mark in self._marks:
            value = value.replace(mark, self.character + kind)
        return value.replace(FILL, "")
