"""What a mail endpoint may be told."""

from pathlib import Path
from typing import Literal

from pydantic import model_validator

from hub.sdk import Secret, Settings, setting

Security = Literal["tls", "starttls", "none"]


class MailSettings(Settings):
    """Where mails come from and go to, and whose are believed."""

    user: str | None = setting(None, description="Name to log in with at both servers.", example="orders@crossdock.example")
    password: Secret | None = setting(None, description="Password.")
    authorities: Path | None = setting(
        None,
        description="Certificates that may vouch for the servers', PEM; else the well-known.",
        example="secrets/authorities.pem",
    )
    timeout: float = setting(30.0, gt=0, le=300, description="Seconds to wait for an answer.")
    imap_host: str | None = setting(None, description="Server mails are taken from.", example="imap.crossdock.example")
    imap_port: int = setting(993, ge=1, le=65535, description="Its port.")
    imap_security: Security = setting("tls", description="How that connection is protected: tls, starttls or none.")
    mailbox: str = setting("INBOX", description="Folder mails are taken from.")
    done: str | None = setting(
        None, description="Folder mails are moved to once stored; by default they are marked as seen.", example="Taken"
    )
    senders: tuple[str, ...] = setting(
        (),
        description="Who may send documents; `*` stands for any characters. Others' mails are held.",
        example=["*@acme.example"],
    )
    proof: Literal["dkim", "server", "none"] = setting(
        "dkim", description="How senders prove who they are: dkim (their signature), server (`trusted_server` says so), none."
    )
    trusted_server: str | None = setting(
        None, description="Name under which our own mail server writes Authentication-Results.", example="mx.crossdock.example"
    )
    max_bytes: int = setting(
        25 * 1024 * 1024, gt=0, description="Largest mail taken or sent; a larger one is held, without its body."
    )
    max_parts: int = setting(100, gt=0, le=1000, description="Most parts of a mail; one with more is held.")
    smtp_host: str | None = setting(None, description="Server mails are given to.", example="smtp.crossdock.example")
    smtp_port: int = setting(587, ge=1, le=65535, description="Its port.")
    smtp_security: Security = setting("starttls", description="How that connection is protected: tls, starttls or none.")
    sender: str | None = setting(None, description="From whom our mails come.", example="orders@crossdock.example")
    to: tuple[str, ...] = setting(
        (), description="To whom files are sent as attachments; mails know that themselves.", example=["orders@partner.example"]
    )

    @model_validator(mode="after")
    def _whole(self) -> "MailSettings":
        if self.imap_host is None and self.smtp_host is None:
            raise ValueError("give `imap_host`, `smtp_host` or both")
        if self.imap_host is not None and (self.user is None or self.password is None):
            raise ValueError("`imap_host` needs `user` and `password`")
        if self.smtp_host is not None and self.sender is None:
            raise ValueError("`smtp_host` needs `sender`")
        if self.proof == "server" and self.trusted_server is None:
            raise ValueError("`proof: server` needs `trusted_server`")
        return self
