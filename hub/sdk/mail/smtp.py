"""Mail that goes out: one message, one Message-ID for all attempts, and what the server's answers mean."""

import contextlib
import hashlib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses

import aiosmtplib

from hub.errors import Misconfigured, Rejected, Unavailable, Unknown
from hub.sdk.connector import Outgoing
from hub.sdk.mail.entrance import Entrance, TokenRefused

MAIL = "message/rfc822"


@dataclass(frozen=True, slots=True)
class Post:
    """A server that takes mails."""

    host: str
    port: int
    security: str
    entrance: Entrance | None
    trust: ssl.SSLContext
    timeout: float


def message_id(key: str, sender: str) -> str:
    """The same for every attempt of a delivery."""
    return f"<crossdock.{hashlib.sha256(key.encode()).hexdigest()[:32]}@{sender.rpartition('@')[2]}>"


def composed(outgoing: Outgoing, sender: str, to: tuple[str, ...]) -> tuple[bytes, list[str]]:
    """The mail and whom it is for: a mail as it is, anything else as an attachment."""
    head = f"Message-ID: {message_id(outgoing.key, sender)}\r\nFrom: {sender}\r\n".encode()
    if outgoing.media_type == MAIL:
        lines = message_from_bytes(outgoing.body, policy=policy.compat32).get_all("To") or []
        return head + outgoing.body, [address for _, address in getaddresses(list(map(str, lines))) if address]
    if not to:
        raise Misconfigured("to: it is not set, so files cannot be sent to anybody")
    mail = EmailMessage(policy.SMTP)
    mail["To"], mail["Subject"] = ", ".join(to), outgoing.name
    mail.set_content(
        f"{outgoing.document.replace('_', ' ')} {outgoing.number or ''}: see {outgoing.name}\n", cte="quoted-printable"
    )
    kind, _, subkind = outgoing.media_type.partition("/")
    mail.add_attachment(outgoing.body, maintype=kind, subtype=subkind, filename=outgoing.name)
    mail.set_boundary(f"=={hashlib.sha256(outgoing.key.encode()).hexdigest()[:40]}==")
    return head + mail.as_bytes(), list(to)


async def connected(post: Post, sender: str) -> aiosmtplib.SMTP:
    """Connected and logged in; nothing was handed over yet. The caller closes it."""
    smtp = aiosmtplib.SMTP(
        hostname=post.host,
        port=post.port,
        timeout=post.timeout,
        tls_context=post.trust,
        local_hostname=sender.rpartition("@")[2],
        use_tls=post.security == "tls",
        start_tls=post.security == "starttls",
    )
    try:
        with _meant(post.host):
            await smtp.connect()
            if post.entrance is not None:
                await _enter(smtp, post.host, post.entrance)
    except BaseException:
        smtp.close()
        raise
    return smtp


async def _enter(smtp: aiosmtplib.SMTP, host: str, entrance: Entrance) -> None:
    if entrance.token is None:
        await smtp.login(entrance.user, entrance.password or "")
        return
    try:
        await smtp.auth_xoauth2(entrance.user, entrance.token)
    except aiosmtplib.SMTPAuthenticationError as error:
        if 400 <= error.code < 500:
            raise
        raise TokenRefused(f"{host} does not let {entrance.user} in with its token ({error.code})") from None


async def hand_over(smtp: aiosmtplib.SMTP, where: str, sender: str, to: list[str], mail: bytes) -> str:
    """To all of them or to none. From the first byte of the mail on, silence means that nobody knows."""
    with _meant(where):
        await smtp.mail(sender, options=[f"size={len(mail)}"] if smtp.supports_extension("size") else [])
        for address in to:
            await smtp.rcpt(address)
    try:
        with _meant(where):
            return (await smtp.data(mail)).message[:200]
    except Unavailable as error:
        if isinstance(error.__cause__, aiosmtplib.SMTPResponseException):
            raise
        raise Unknown(str(error)) from error


@contextlib.contextmanager
def _meant(where: str) -> Iterator[None]:
    try:
        yield
    except aiosmtplib.SMTPAuthenticationError as error:
        if 400 <= error.code < 500:
            raise Unavailable(f"{where} answered {error.code} {error.message[:200]}") from error
        raise Misconfigured(f"{where} does not let us in: {error.message[:200]}") from None
    except aiosmtplib.SMTPResponseException as error:
        if 400 <= error.code < 500:
            raise Unavailable(f"{where} answered {error.code} {error.message[:200]}") from error
        raise Rejected(f"{where} answered {error.code} {error.message[:200]}") from error
    except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as error:
        cause = error.__cause__ or error
        if isinstance(cause, ssl.SSLCertVerificationError):
            raise Misconfigured(f"{where}: its certificate is not one we trust ({cause.verify_message})") from error
        raise Unavailable(f"{where}: no session: {type(error).__name__}") from error
