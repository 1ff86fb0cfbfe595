"""A mail taken apart: who says they wrote it, and what is attached. Never raises on content: what is odd says why."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import errors, message_from_bytes, policy
from email.header import decode_header
from email.message import Message as Mime
from pathlib import PurePath

DOCUMENTS = (".edi", ".x12", ".edifact", ".csv", ".xlsx", ".json", ".xml")
EDI = re.compile(rb"\s*(ISA[^\w\s]|UNA.{6}|UNB\W)", re.DOTALL)
ADDRESS = re.compile(r'(?:"[^"]*"|[^<>@,;"]*)\s*<([^<>@\s]+@[^<>@\s]+)>|([^<>@\s,;]+@[^<>@\s,;]+)')
SPOILED = (  # signs that bytes are missing or are not what was sent
    errors.CloseBoundaryNotFoundDefect,
    errors.StartBoundaryNotFoundDefect,
    errors.InvalidBase64CharactersDefect,
    errors.InvalidBase64LengthDefect,
    errors.InvalidBase64PaddingDefect,
    errors.MultipartInvariantViolationDefect,
)


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file in a mail."""

    number: int  # which part of the mail
    name: str
    media_type: str
    body: bytes


def keyed(known: str, one: Attachment) -> str:
    """What an attachment is called as an arrival: by its mail, which part of it, and its content."""
    return f"{known}/{one.number}/{hashlib.sha256(one.body).hexdigest()[:16]}"


@dataclass(slots=True)
class Letter:
    """What a mail is, as far as a machine can say."""

    message_id: str = ""
    sender: str = ""  # an address in lower case
    subject: str = ""
    documents: list[Attachment] = field(default_factory=list)
    others: list[Attachment] = field(default_factory=list)  # no machine reads them
    words: str = ""  # what it says itself, in plain text
    problem: str | None = None  # why it is not to be trusted, whoever sent it


def opened(raw: bytes, most_parts: int) -> Letter:
    """Take a mail apart."""
    letter = Letter()
    try:
        mail = message_from_bytes(raw, policy=policy.compat32)
        letter.message_id = _words(mail.get("Message-ID"))
        letter.subject = _words(mail.get("Subject"))[:200]
        letter.sender, letter.problem = _sender(mail)
        for attachment, kind in _attachments(mail, most_parts):
            if kind == "words":
                letter.words += attachment.body.decode("utf-8", errors="replace")
                continue
            (letter.documents if kind == "document" else letter.others).append(attachment)
    except _Odd as error:
        letter.problem = str(error)
    except (ValueError, LookupError, TypeError, RecursionError, AttributeError) as error:  # bugs of the standard library too
        letter.problem = f"it cannot be taken apart: {type(error).__name__}"
    return letter


class _Odd(Exception):
    """A reason to leave the mail to a person."""


def _sender(mail: Mime) -> tuple[str, str | None]:
    lines = mail.get_all("From") or []
    found = (
        ADDRESS.fullmatch(" ".join(str(lines[0]).split())) if len(lines) == 1 else None
    )  # as it stands: a decoded name may hold anything
    if found is None:
        return "", "it does not name one sender"
    return (found[1] or found[2]).lower(), None


def _attachments(mail: Mime, most: int) -> Iterator[tuple[Attachment, str]]:
    for number, part in enumerate(mail.walk()):
        if number >= most:
            raise _Odd(f"it has more than {most} parts")
        body = None if part.is_multipart() else part.get_payload(decode=True)
        if spoiled := [defect for defect in part.defects if isinstance(defect, SPOILED)]:
            raise _Odd(f"it is damaged or breaks off: {type(spoiled[0]).__name__.removesuffix('Defect')}")
        if isinstance(body, bytes) and body.strip() and (kind := _kind(part, body)):
            name = PurePath(_words(part.get_filename()).replace("\\", "/")).name or f"part-{number}"
            yield Attachment(number, name, part.get_content_type(), body), kind


def _kind(part: Mime, body: bytes) -> str | None:
    """`document`, `other`, `words`, or None for what adorns the mail."""
    name, kind = _words(part.get_filename()).lower(), part.get_content_type()
    if name.endswith(DOCUMENTS) or EDI.match(body):
        return "document"
    if not name and kind in ("text/plain", "text/html"):
        return "words" if kind == "text/plain" else None
    return None if part.get("Content-ID") and kind.startswith("image/") else "other"


def _words(value: object) -> str:
    """A header in plain characters, whatever it claims to be encoded in."""
    pieces = []
    for piece, charset in decode_header(str(value or "")):
        try:
            pieces.append(piece if isinstance(piece, str) else piece.decode(charset or "ascii", errors="replace"))
        except LookupError:
            pieces.append(piece.decode("latin-1"))
    return " ".join("".join(pieces).split())
