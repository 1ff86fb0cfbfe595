"""Exim and Dovecot in one house, as a company runs them: mails given to Exim lie in Dovecot's mailboxes."""

import asyncio
import getpass
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from email import message_from_bytes
from email.message import EmailMessage, Message
from pathlib import Path

from tests.daemons.daemon import PASSWORD, USER, Daemon, program
from tests.daemons.ftpd import certify

HERE = Path(__file__).parent
OURS, THEIRS = f"{USER}@crossdock.example", "buyer@acme.example"  # Exim knows two mailboxes: ours, and one for all others


class Lodger(Daemon):
    """Gives up its rights, so what is its own must lie where it can walk; not in a test's private folder."""

    as_user: str

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.home = Path(tempfile.mkdtemp(prefix="crossdock-"))
        self.home.chmod(0o755)
        self.root = os.geteuid() == 0
        self.user = self.as_user if self.root else getpass.getuser()
        self.certificate = self.home / "certificate.pem"

    def own(self, *paths: Path) -> None:
        for path in paths:
            path.mkdir(parents=True, exist_ok=True) if not path.suffix else None
            if self.root:
                shutil.chown(path, self.user)

    def configure(self, template: str, **values: object) -> None:
        """Write its configuration: the template that lies here, with a value for each @name@."""
        values |= {"home": self.home, "port": self.port, "user": self.user, "certificate": self.certificate}
        values |= {"login": USER, "password": PASSWORD}
        text = (HERE / template).read_text()
        (self.home / "config").write_text(re.sub(r"@(\w+)@", lambda match: str(values[match[1]]), text))

    async def stop(self) -> None:
        await super().stop()
        shutil.rmtree(self.home, ignore_errors=True)


class Dovecot(Lodger):
    """IMAP over TLS; `mail` holds a Maildir for each user."""

    needs = ("dovecot", "openssl")
    as_user = "nobody"
    tokens: str | None = None  # address that knows whose token one is, where XOAUTH2 is offered

    def prepare(self) -> None:
        if self.certificate.exists():
            return
        certify(self.certificate)
        self.mail = self.home / "mail"
        self.own(self.mail)
        (self.home / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
        entry, group = pwd.getpwnam(self.user), "nogroup" if self.root else self.user
        self.configure(
            "dovecot.conf", uid=entry.pw_uid, gid=entry.pw_gid, group=group, mail=self.mail, offer=self._offering_tokens()
        )

    def command(self) -> list[str]:
        return [program("dovecot"), "-F", "-c", str(self.home / "config")]

    def _offering_tokens(self) -> str:
        if self.tokens is None:
            return ""
        (self.home / "oauth2").write_text(f"tokeninfo_url = {self.tokens}\nusername_attribute = email\n")
        driver = f"driver = oauth2\n  mechanisms = xoauth2\n  args = {self.home}/oauth2"
        return f"auth_mechanisms = plain xoauth2\npassdb {{\n  {driver}\n}}\n"

    def put(self, mail: bytes, name: str, user: str = USER) -> None:
        """Lay a mail into a mailbox, as a delivery does."""
        box = self.mail / user
        self.own(box, box / "new", box / "cur", box / "tmp")
        draft = box / "tmp" / name
        draft.write_bytes(mail)
        if self.root:
            shutil.chown(draft, self.user)
        draft.rename(box / "new" / name)


class Exim(Lodger):
    """SMTP with login and STARTTLS. `refused@` and `busy@` are answered so; `mode` makes it do that to everybody."""

    needs = ("exim4", "openssl")
    as_user = "Debian-exim"

    def __init__(self, home: Path, ours: Path | None = None) -> None:
        super().__init__(home)
        self.theirs = self.home / "theirs"
        self.ours = ours or self.home / "ours"

    def prepare(self) -> None:
        if self.certificate.exists():
            return
        certify(self.certificate)
        self.own(self.home / "spool", self.home / "log", self.theirs, self.certificate)
        (self.home / "tokens").write_text("")  # a line `token: yes` for each that opens the door by XOAUTH2
        self.configure("exim.conf", gid=pwd.getpwnam(self.user).pw_gid, ours=self.ours, theirs=self.theirs)

    def command(self) -> list[str]:
        return [program("exim4"), "-C", str(self.home / "config"), "-bdf", "-oX", f"127.0.0.1:{self.port}"]

    async def deliver(self) -> None:
        """Work off the queue: a daemon started with `-C` does not deliver at once."""
        command = [program("exim4"), "-C", str(self.home / "config"), "-qff"]
        await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True)

    def mails(self) -> list[Message]:
        """What came for others than us, in the order it came."""
        paths = sorted((self.theirs / "new").glob("*"), key=lambda path: path.stat().st_mtime_ns)
        return [message_from_bytes(path.read_bytes()) for path in paths]


def letter(
    message_id: str, files: Mapping[str, bytes], sender: str = THEIRS, text: str = "Please see the attachment.", **headers: str
) -> bytes:
    """A mail as buyers write them."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = sender, OURS, "Our order", message_id
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    for name, body in files.items():
        mail.add_attachment(body, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()
