"""Exim and Dovecot in one house, as a company runs them: mails given to Exim lie in Dovecot's mailboxes."""

import asyncio
import getpass
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from email import message_from_bytes
from email.message import EmailMessage, Message
from pathlib import Path

from tests.daemons.daemon import PASSWORD, USER, Daemon, program
from tests.daemons.ftpd import certify

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
        entry = pwd.getpwnam(self.user)
        (self.home / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
        (self.home / "config").write_text(
            f"""{self._offering_tokens()}protocols = imap
listen = 127.0.0.1
base_dir = {self.home}/run
state_dir = {self.home}/state
log_path = {self.home}/dovecot.log
ssl = required
ssl_cert = <{self.certificate}
ssl_key = <{self.certificate}
mail_location = maildir:{self.mail}/%u
auth_failure_delay = 0
default_login_user = {self.user}
default_internal_user = {self.user}
default_internal_group = {"nogroup" if self.root else self.user}
first_valid_uid = 0
first_valid_gid = 0
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {self.home}/users
}}
userdb {{
  driver = static
  args = uid={entry.pw_uid} gid={entry.pw_gid} home={self.mail}/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {self.port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""
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
        config = self.home / "config"
        config.write_text(
            f"""exim_user = {self.user}
exim_group = {pwd.getpwnam(self.user).pw_gid}
daemon_smtp_ports = {self.port}
local_interfaces = 127.0.0.1
primary_hostname = mx.crossdock.example
tls_advertise_hosts = *
tls_certificate = {self.certificate}
tls_privatekey = {self.certificate}
spool_directory = {self.home}/spool
log_file_path = {self.home}/log/%slog
pid_file_path = {self.home}/pid
message_size_limit = 30M
smtp_accept_max = 100
acl_smtp_rcpt = recipients
acl_smtp_data = accept
queue_only
never_users =
keep_environment =
begin acl
recipients:
  deny condition = ${{if or{{{{eq{{$local_part}}{{refused}}}}{{exists{{{self.home}/refusing}}}}}}}}
    message = no such person here
  defer condition = ${{if or{{{{eq{{$local_part}}{{busy}}}}{{exists{{{self.home}/busy}}}}}}}}
    message = come back later
  accept
begin routers
ours:
  driver = accept
  local_parts = {USER}
  transport = ours
theirs:
  driver = accept
  transport = theirs
begin transports
ours:
  driver = appendfile
  maildir_format
  directory = {self.ours}
  user = {self.user}
theirs:
  driver = appendfile
  maildir_format
  directory = {self.theirs}
  user = {self.user}
begin retry
* * F,1h,1m
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{USER}}}}}{{eq{{$auth3}}{{{PASSWORD}}}}}}}}}
  server_set_id = $auth2
  server_advertise_condition = ${{if def:tls_in_cipher}}
xoauth2:
  driver = plaintext
  public_name = XOAUTH2
  server_prompts = :
  server_condition = ${{if match{{$auth1}}{{auth=Bearer ([^\\x01]+)}}{{${{lookup{{$1}}lsearch{{{self.home}/tokens}}{{yes}}{{no}}}}}}{{no}}}}
  server_set_id = {USER}
  server_advertise_condition = ${{if def:tls_in_cipher}}
"""
        )

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
