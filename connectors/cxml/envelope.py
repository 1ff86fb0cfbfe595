"""What stands around a cXML request: reading it safely, and without the secrets in it."""

import re
from typing import Any

from hub.sdk import xml


def _wide(text: str) -> bytes:
    """A pattern for this text in ASCII, UTF-8, UTF-16 and UTF-32."""
    return rb"\0*".join(re.escape(letter).encode() for letter in text)


NAME, END = "SharedSecret", rb"\0*>\0*"
SECRET = re.compile(
    rb"("
    + _wide(f"<{NAME}")
    + rb"(?:\0*\s[^>]*(?<!/)(?<!/\0)(?<!/\0\0\0))?"
    + END
    + rb")(.*?)(?="
    + _wide(f"</{NAME}")
    + rb"\0*[\s>])",
    re.DOTALL,
)
LETTER = re.compile(rb"[^\0]")


def parsed(body: bytes, error: type[Exception]) -> Any:
    """The root of a cXML document: no entities, nothing fetched."""
    root = xml.parsed(body, error)
    if root.tag != "cXML":
        raise error(f"the outermost element is {root.tag}, not cXML")
    return root


def unsecret(body: bytes, error: type[Exception]) -> bytes:
    """The same document with `*` over the text of every SharedSecret, as many bytes as before; all else is untouched."""
    covered = SECRET.sub(lambda match: match[1] + LETTER.sub(b"*", match[2]), body)
    for secret in parsed(covered, error).iter(NAME):
        if len(secret) or set(secret.text or "") - {"*", "\u2a00", "\u2a2a"}:  # stars of one byte, in letters of two
            raise error("a SharedSecret is written so that it cannot be covered; send it as plain text")
    return covered
