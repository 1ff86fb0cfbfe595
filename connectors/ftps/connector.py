"""Files over FTP with TLS: taken from and put into folders of a partner's server."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from connectors.ftps.files import FtpsFiles
from connectors.ftps.session import Session
from hub.sdk import Context, Misconfigured, Secret, Unavailable, setting
from hub.sdk.remote_files import RemoteFolderSettings
from hub.sdk.remote_folder import RemoteFolder

IDLE = 20.0  # seconds after which a login may have been closed at the other end


class Ftps(RemoteFolder):
    """One login at a time: FTP carries one file at a time. Explicit TLS, passive, data protected; never in the clear."""

    title = "FTPS"
    docs_url = "https://www.rfc-editor.org/rfc/rfc4217"
    met = "pure-ftpd 1.0 on this machine, its connections cut at chosen bytes; not a partner's server"

    class Config(RemoteFolderSettings):
        """Where, who, and how we know that it is them."""

        host: str = setting(description="Name of the server, as its certificate has it.", example="ftp.acme.example")
        port: int = setting(21, ge=1, le=65535, description="Its port for commands.")
        user: str = setting(description="Name to log in with.", example="crossdock")
        password: Secret = setting(description="Password.")
        authorities: Path | None = setting(
            None,
            description="Certificates that may vouch for the server's, PEM; by default the well-known ones.",
            example="secrets/acme_ca.pem",
        )
        certificate: Path | None = setting(
            None,
            description="Our certificate and key, PEM, where the server asks for one.",
            example="secrets/our_certificate.pem",
        )

    config: Config

    def __init__(self, config: "Ftps.Config", context: Context) -> None:
        super().__init__(config, context)
        self._open: FtpsFiles | None = None
        self._used = context.clock.now()
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def login(self) -> AsyncIterator[FtpsFiles]:
        async with self._turn:
            now = self.context.clock.now()
            if self._open is not None and (now - self._used).total_seconds() > IDLE:
                await self._hang_up()
            if self._open is None:
                self._open = FtpsFiles(self._session(), self.config.timeout)
                await self._admitted(self._open)
            try:
                yield self._open
            except (Unavailable, asyncio.CancelledError):
                await self._hang_up()
                raise
            finally:
                self._used = now

    def _session(self) -> Session:
        home, config = self.context.home, self.config
        try:
            trust = ssl.create_default_context(cafile=str(home / config.authorities) if config.authorities else None)
            if config.certificate is not None:
                trust.load_cert_chain(home / config.certificate)
        except (OSError, ssl.SSLError) as error:
            raise Misconfigured(f"authorities or certificate: the file cannot be used: {error.strerror or error}") from error
        trust.minimum_version = ssl.TLSVersion.TLSv1_2
        return Session(context=trust, timeout=config.timeout, encoding="utf-8")

    async def _admitted(self, files: FtpsFiles) -> None:
        config = self.config
        try:
            await files.log_in(config.host, config.port, config.user, config.password.get_secret_value())
        except BaseException:
            await self._hang_up()
            raise

    async def _hang_up(self) -> None:
        if self._open is not None:
            self._open.hang_up()
            self._open = None

    async def close(self) -> None:
        await self._hang_up()
