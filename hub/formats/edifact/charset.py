"""Which characters the bytes of an interchange are: by the label in UNB, and otherwise by what a segment can be."""

import re

from hub.formats.tape import utf8

# Syntax identifier -> codec. UNOA and UNOB promise ASCII; what breaks the promise is UTF-8 or Latin-1.
CODECS = {
    "UNOA": "latin-1",
    "UNOB": "latin-1",
    "UNOC": "latin-1",
    "UNOD": "iso8859-2",
    "UNOE": "iso8859-5",
    "UNOF": "iso8859-7",
    "UNOG": "iso8859-3",
    "UNOH": "iso8859-4",
    "UNOI": "iso8859-6",
    "UNOJ": "iso8859-8",
    "UNOK": "iso8859-9",
    "UNOL": "iso8859-15",
    "UNOW": "utf-8",
    "UNOX": "iso2022_jp",
    "UNOY": "utf-8",
}
# Labels under which bytes that happen to be UTF-8 are hardly ever anything else.
WESTERN = frozenset(("UNOA", "UNOB", "UNOC", "UNOL", "UNOW", "UNOY"))
SHIFT = "\x1b"  # begins the shifts of ISO 2022, under which characters are pairs of ASCII
UNPRINTABLE = re.compile("[\x80-\x9f]")


def decoded(text: str, label: str) -> str:
    """A segment held as Latin-1, read by its label, falling back to what its bytes can be. Never fails.

    Text above Latin-1 (our marks) stays.
    """
    if text.isascii() and SHIFT not in text:
        return text
    label = label if label in CODECS else "UNOC"
    as_utf8 = utf8(text)
    if label in WESTERN and as_utf8 is not None:
        return as_utf8
    try:
        read = text.encode("latin-1").decode(CODECS[label])
    except (UnicodeDecodeError, UnicodeEncodeError):
        return as_utf8 if as_utf8 is not None else text
    if as_utf8 is not None and UNPRINTABLE.search(read):
        return as_utf8
    return read
