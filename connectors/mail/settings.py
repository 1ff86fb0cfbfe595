"""What a mail endpoint may be told."""

from pathlib import Path
from typing import Literal

from pydantic import model_validator

from hub.sdk import Address, Secret, Settings, setting

Security = Literal["tls", "starttls", "none"]


class MailSettings(Settings):
    """Where mails come from and go to, and whose are believed."""

    user: str | None = setting(None, description="Name to log in with at both servers.", example="orders@crossdock.example")
    password: Secret | None = setting(None, description="Password.")
    login: Literal["password", "oauth2"] = setting(
        "password",
        description="How `user` logs in: with a password, or with tokens of OAuth 2 (as Google and Microsoft want it).",
    )
    token_url: Address | None = setting(
        None,
        description="Where tokens are given.",
        example="https://login.microsoftonline.com/TENANT/oauth2/v2.0/token",
    )
    client_id: str | None = setting(None, description="Who the hub is there.", example="4f1c…")
    client_secret: Secret | None = setting(None, description="Its secret, where it has one.")
    refresh_token: Secret | None = setting(
        None, description="First refresh token, of a person who agreed; without it the client asks in its own name."
    )
    scope: str | None = setting(None, description="What the token is for.", example="https://outlook.office365.com/.default")
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
        if self.login == "oauth2" and (self.user is None or self.token_url is None or self.client_id is None):
            raise ValueError("`login: oauth2` needs `user`, `token_url` and `client_id`")
        if self.login == "oauth2" and self.refresh_token is None and self.client_secret is None:
            raise ValueError("`login: oauth2` needs `refresh_token`, or `client_secret` for a client in its own name")
        if self.imap_host is not None and self.login == "password" and (self.user is None or self.password is None):
            raise ValueError("`imap_host` needs `user` and `password`")
        if self.smtp_host is not None and self.sender is None:
            raise ValueError("`smtp_host` needs `sender`")
        if self.proof == "server" and self.trusted_server is None:
            raise ValueError("`proof: server` needs `trusted_server`")
        return self
