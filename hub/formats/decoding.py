"""Bytes of a text file and their characters: declared, said by a byte order mark, or found out."""

import codecs

from hub.errors import Unreadable

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
LOOKED_AT = 4_000  # bytes that tell UTF-16 without a mark


def decode(body: bytes, encoding: str | None = None) -> str:
    """The text. A byte order mark wins over what is declared. Raises Unreadable with the place of the first bad byte."""
    name = encoding_of(body, encoding)
    try:
        return body.decode(name)
    except UnicodeDecodeError as error:
        raise Unreadable(f"not {name} text: byte {error.start} is {body[error.start]:#04x}") from None
    except LookupError:
        raise Unreadable(f"there is no encoding `{name}`") from None


def encoding_of(body: bytes, declared: str | None = None) -> str:
    """Name of the encoding: by mark, as declared, or the likeliest.

    >>> encoding_of(b"caf\\xc3\\xa9"), encoding_of(b"caf\\xe9"), encoding_of("ab".encode("utf-16-le")), encoding_of(b"\\xef\\xbb\\xbfa")
    ('utf-8', 'cp1252', 'utf-16-le', 'utf-8-sig')
    """
    marked = next((name for mark, name in MARKS if body.startswith(mark)), None)
    if marked or declared:
        return marked or str(declared)
    head = body[:LOOKED_AT]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) // 5:
        return "utf-16-be" if even > odd else "utf-16-le"
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
