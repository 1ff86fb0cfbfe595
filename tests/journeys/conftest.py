"""Counterparts of the journeys: installed by our own scripts into a cache, once, and started anew for each journey."""

import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.daemons.daemon import PASSWORD, USER
from tests.daemons.mailhouse import Dovecot, Exim
from tests.daemons.sshd import Sshd
from tests.journeys.install import tryton as tryton_script
from tests.journeys.real_tryton import HUB, RealTryton

INSTALL = Path(tryton_script.__file__).parent
VENDURE = tryton_script.root().with_name("vendure-3.7.3")


@pytest.fixture(scope="session")
def tryton_installed() -> None:
    """One to three minutes the first time."""
    try:
        tryton_script.install()
    except (subprocess.CalledProcessError, OSError) as error:
        pytest.skip(f"Tryton is not installed here, and cannot be: {error}")


@pytest.fixture(scope="session")
def vendure_installed() -> None:
    """About five minutes of npm the first time: only where JOURNEYS=all asks for it."""
    if os.environ.get("JOURNEYS") == "all":
        subprocess.run([INSTALL / "vendure.sh"], check=True, stdout=subprocess.DEVNULL)
    elif not (VENDURE / "installed").exists():
        pytest.skip("Vendure is not installed here: make journeys JOURNEYS=all")


@pytest.fixture(scope="session")
def prism_program() -> Path:
    """About a minute of npm the first time."""
    if shutil.which("npm") is None:
        pytest.skip("Prism is not installed here: it needs Node.js and npm")
    try:
        home = subprocess.run([INSTALL / "prism.sh"], check=True, stdout=subprocess.PIPE, text=True, timeout=300).stdout.strip()
    except (subprocess.SubprocessError, OSError) as error:
        pytest.skip(f"Prism is not installed here, and cannot be: {error}")
    return Path(home) / "node_modules" / ".bin" / "prism"


@pytest.fixture
def tryton(tryton_installed: None, tmp_path: Path) -> Iterator[RealTryton]:
    home = tmp_path / "tryton"
    home.mkdir()
    there = RealTryton(home)
    there.launch()
    yield there
    there.end()


@pytest.fixture
def tryton_env(tryton: RealTryton) -> dict[str, str]:
    """How a company's files find it."""
    return {"TRYTON_URL": str(tryton.settings()["url"]), "TRYTON_USER": HUB[0], "TRYTON_PASSWORD": HUB[1]}


@pytest.fixture
async def sshd(tmp_path: Path) -> AsyncIterator[Sshd]:
    server = Sshd(tmp_path)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def sshd_env(sshd: Sshd) -> dict[str, str]:
    return {
        "SFTP_PORT": str(sshd.port),
        "SFTP_USER": sshd.user,
        "SFTP_KEY": str(sshd.key),
        "SFTP_HOST_KEY": sshd.fingerprint,
        "SFTP_FILES": str(sshd.files),
    }


@dataclass
class Post:
    imap: Dovecot
    smtp: Exim
    authorities: Path

    def env(self) -> dict[str, str]:
        ports = {"IMAP_PORT": str(self.imap.port), "SMTP_PORT": str(self.smtp.port)}
        return {**ports, "MAIL_USER": USER, "MAIL_PASSWORD": PASSWORD, "MAIL_AUTHORITIES": str(self.authorities)}


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    """Where mails come to us and go out from."""
    found = Post(Dovecot(tmp_path), Exim(tmp_path), tmp_path / "authorities.pem")
    for one in (found.imap, found.smtp):
        await one.start()
    found.authorities.write_text(found.imap.certificate.read_text() + found.smtp.certificate.read_text())
    yield found
    for one in (found.smtp, found.imap):
        await one.stop()
