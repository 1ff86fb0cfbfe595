"""A mail as bytes: headers, plain text and HTML. The same arguments give the same bytes."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime


@dataclass(frozen=True, slots=True)
class Thread:
    """The mail that is answered: its Message-ID, as it stood there; empty where there was none."""

    message_id: str = ""


def compose(to: str, subject: str, text: str, html: str | None, at: datetime, thread: Thread) -> bytes:
    """Everything but who sends it and its Message-ID, which whoever sends it knows. Raises ValueError for an address that is none."""
    mail = EmailMessage(policy.SMTP)
    mail["To"], mail["Subject"], mail["Date"] = to, " ".join(subject.split()), format_datetime(at)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no machine need answer
    if known := "".join(thread.message_id.split()):
        mail["In-Reply-To"] = mail["References"] = known
    mail.set_content(text, cte="quoted-printable")
    if html is not None:
        mail.add_alternative(html, subtype="html", cte="quoted-printable")
        seed = f"{to}\n{subject}\n{text}\n{html}".encode()
        mail.set_boundary(f"=={hashlib.sha256(seed).hexdigest()[:40]}==")
    return mail.as_bytes()
