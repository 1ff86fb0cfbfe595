"""The two servers of a mailbox: where mails lie, and who takes ours; logged in by a password or by a token that renews itself."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable

import aiosmtplib

from connectors.mail.settings import MailSettings
from hub.sdk import Context, Grant, Login, Misconfigured, oauth
from hub.sdk.mail.entrance import Entrance, Made, entering
from hub.sdk.mail.imap import Mailbox, Server
from hub.sdk.mail.smtp import Post, connected


class Servers:
    """Opens sessions. Raises Misconfigured, Unavailable."""

    def __init__(self, config: MailSettings, context: Context) -> None:
        self._config, self._context = config, context
        known = (config.token_url, config.client_id, config.client_secret, config.refresh_token, config.scope)
        self._login = Login(context, self._granted, known) if config.login == "oauth2" else None

    async def mailbox(self) -> Mailbox:
        """The caller closes it."""
        return await self._in(lambda entrance: asyncio.to_thread(Mailbox, self._server(entrance)))

    @contextlib.asynccontextmanager
    async def post(self) -> AsyncIterator[aiosmtplib.SMTP]:
        """At the server that takes mails; nothing was handed over yet."""
        smtp = await self._in(self._posting)
        try:
            yield smtp
        finally:
            smtp.close()

    async def _in(self, enter: Callable[[Entrance], Awaitable[Made]]) -> Made:
        password = self._config.password.get_secret_value() if self._config.password else None
        return await entering(self._config.user or "", password, self._login, enter)

    def _server(self, entrance: Entrance) -> Server:
        config = self._config
        if config.imap_host is None:
            raise Misconfigured("imap_host: it is not set, so no mails are taken")
        security, trust = config.imap_security, self._trust()
        return Server(config.imap_host, config.imap_port, security, entrance, config.mailbox, trust, config.timeout)

    async def _posting(self, entrance: Entrance) -> aiosmtplib.SMTP:
        config = self._config
        if config.smtp_host is None:
            raise Misconfigured("smtp_host: it is not set, so no mails are sent")
        mine = entrance if entrance.user and (entrance.password or entrance.token) else None  # some let us in unasked
        post = Post(config.smtp_host, config.smtp_port, config.smtp_security, mine, self._trust(), config.timeout)
        return await connected(post, config.sender or "")

    def _trust(self) -> ssl.SSLContext:
        own = self._config.authorities
        try:
            return ssl.create_default_context(cafile=own and str(self._context.home / own))
        except (OSError, ssl.SSLError) as error:
            raise Misconfigured(f"authorities: {own} cannot be used: {error.strerror or error}") from error

    async def _granted(self, refresh: str | None) -> Grant:
        """In the name of a person who agreed once, or of the hub itself."""
        config = self._config
        token = refresh or (config.refresh_token.get_secret_value() if config.refresh_token else None)
        form = {"grant_type": "refresh_token", "refresh_token": token} if token else {"grant_type": "client_credentials"}
        secret = config.client_secret.get_secret_value() if config.client_secret else None
        more = {"client_id": config.client_id, "client_secret": secret, "scope": config.scope}
        form |= {name: value for name, value in more.items() if value}
        async with self._context.http(timeout=config.timeout) as client:
            return await oauth(self._context, client, config.token_url or "", form)
