"""Files over SSH: taken from and put into folders of a partner's server."""

import asyncio
import errno
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncssh
from pydantic import model_validator

from connectors.sftp.files import SftpFiles
from hub.sdk import Context, Misconfigured, Secret, Unavailable, setting
from hub.sdk.remote_files import RemoteFolderSettings
from hub.sdk.remote_folder import RemoteFolder


class Sftp(RemoteFolder):
    """One login, kept open while it lasts."""

    title = "SFTP"
    docs_url = "https://datatracker.ietf.org/doc/html/draft-ietf-secsh-filexfer-02"
    met = "OpenSSH 9.2 on this machine, its connections cut at chosen bytes; not a partner's server"

    class Config(RemoteFolderSettings):
        """Where, who, and how we know that it is them."""

        host: str = setting(description="Name or address of the server.", example="sftp.acme.example")
        port: int = setting(22, ge=1, le=65535, description="Its port.")
        user: str = setting(description="Name to log in with.", example="crossdock")
        password: Secret | None = setting(None, description="Password, where no key is used.")
        key_file: Path | None = setting(None, description="Our private key, OpenSSH or PEM.", example="secrets/acme_ed25519")
        key_passphrase: Secret | None = setting(None, description="Passphrase of that key.")
        host_keys: tuple[str, ...] = setting(
            (),
            description="Fingerprints of the server's keys, as `ssh-keygen -l` shows them; more than one while they change.",
            example=["SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDlNSlSPF8hYAPa4yM"],
        )
        known_hosts: Path | None = setting(
            None, description="File of known hosts in place of fingerprints.", example="secrets/known_hosts"
        )

        @model_validator(mode="after")
        def _proofs(self) -> "Sftp.Config":
            if (self.password is None) == (self.key_file is None):
                raise ValueError("give `password` or `key_file`, one of them")
            if bad := [one for one in self.host_keys if not one.startswith("SHA256:")]:
                raise ValueError(f"`host_keys`: a fingerprint begins with SHA256:, {bad[0]} does not")
            return self

    config: Config

    def __init__(self, config: "Sftp.Config", context: Context) -> None:
        super().__init__(config, context)
        self._open: tuple[asyncssh.SSHClientConnection, SftpFiles] | None = None
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def login(self) -> AsyncIterator[SftpFiles]:
        async with self._turn:
            if self._open is None or self._open[0].is_closed():
                self._open = await self._connect()
        mine = self._open
        try:
            yield mine[1]
        except Unavailable:
            self._open = None if self._open is mine else self._open
            mine[0].abort()
            raise

    async def _connect(self) -> tuple[asyncssh.SSHClientConnection, SftpFiles]:
        keeper = Doorkeeper(self.config.host_keys)
        try:
            async with asyncio.timeout(self.config.timeout):
                connection = await asyncssh.connect(client_factory=lambda: keeper, **self._options())
                return connection, SftpFiles(
                    await connection.start_sftp_client(path_errors="surrogateescape"), self.config.timeout
                )
        except asyncssh.HostKeyNotVerifiable as error:
            raise Misconfigured(self._stranger(keeper.seen)) from error
        except asyncssh.PermissionDenied as error:
            raise Misconfigured(
                f"{self.config.host} refuses to let {self.config.user} in: look at the key or password"
            ) from error
        except (asyncssh.KeyExchangeFailed, asyncssh.ProtocolNotSupported) as error:
            raise Misconfigured(f"{self.config.host} and we have no way in common: {error.reason}") from error
        except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
            raise Misconfigured(f"key_file: {self.config.key_file} cannot be used: {error}") from error
        except (OSError, asyncssh.Error, TimeoutError) as error:
            raise _unreachable(error, self.config.host) from error

    def _options(self) -> dict[str, Any]:
        config, home = self.config, self.context.home
        known: Any = str(home / config.known_hosts) if config.known_hosts else ([], [], [])
        return {
            "host": config.host,
            "port": config.port,
            "username": config.user,
            "password": config.password.get_secret_value() if config.password else None,
            "client_keys": [str(home / config.key_file)] if config.key_file else None,
            "passphrase": config.key_passphrase.get_secret_value() if config.key_passphrase else None,
            "known_hosts": known,
            "agent_path": None,
            "config": None,
            "keepalive_interval": config.timeout / 2,
            "keepalive_count_max": 2,
        }

    def _stranger(self, seen: str) -> str:
        where, known = f"{self.config.host}:{self.config.port}", self.config.host_keys or self.config.known_hosts
        first = "is not the one we know" if known else "is not known yet"
        return (
            f"the key of {where} {first}: it shows {seen or 'another one'}. Nothing was sent. Ask its operator, by another way than "
            f"this server, whether that is its key; if so, set `host_keys: [{seen}]`"
        )

    async def close(self) -> None:
        if self._open is not None:
            self._open[0].abort()
            await self._open[0].wait_closed()


class Doorkeeper(asyncssh.SSHClient):
    """Asked about a server's key that no file of known hosts has."""

    def __init__(self, known: Sequence[str]) -> None:
        self._known = known
        self.seen = ""

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        self.seen = key.get_fingerprint()
        return self.seen in self._known


def _unreachable(error: Exception, host: str) -> Misconfigured | Unavailable:
    """A file of ours that cannot be read is no trouble of the network."""
    if isinstance(error, OSError) and error.errno in (errno.ENOENT, errno.EACCES, errno.EISDIR) and error.filename:
        return Misconfigured(f"{error.filename} cannot be read: {error.strerror}")
    return Unavailable(f"no session with {host}: {type(error).__name__}")
