"""OpenSSH's sshd, as a partner runs it: SFTP for one user with a key."""

import getpass
import os
import subprocess
from pathlib import Path

from tests.daemons.daemon import Daemon, program


class Sshd(Daemon):
    """Whoever runs the tests may log in with `key`; `files` is where the files lie."""

    needs = ("sshd", "ssh-keygen")

    def __init__(self, home: Path) -> None:
        super().__init__(home / "sshd")
        self.files = home / "files"
        self.user = getpass.getuser()
        self.key, self.stranger = self.home / "user", self.home / "stranger"
        self.fingerprint = ""

    def prepare(self) -> None:
        self.files.mkdir(exist_ok=True)
        if self.fingerprint:
            return
        for name in ("host", "user", "stranger"):
            command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", str(self.home / name)]
            subprocess.run(command, check=True)
        shown = subprocess.run(["ssh-keygen", "-lf", str(self.home / "host.pub")], check=True, capture_output=True, text=True)
        self.fingerprint = shown.stdout.split()[1]
        (self.home / "authorized").write_text((self.home / "user.pub").read_text())
        (self.home / "config").write_text(
            f"ListenAddress 127.0.0.1\nPort {self.port}\nHostKey {self.home}/host\nAuthorizedKeysFile {self.home}/authorized\n"
            "PidFile none\nUsePAM no\nStrictModes no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
            "MaxStartups 100\nLogLevel ERROR\nSubsystem sftp internal-sftp\n"
        )
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)  # where it locks itself in; the system's own start makes it too

    def command(self) -> list[str]:
        return [program("sshd"), "-D", "-e", "-f", str(self.home / "config")]

    def settings(self, port: int | None = None) -> dict[str, object]:
        """How the hub logs in; the folders are for the test to choose."""
        return {
            "host": "127.0.0.1",
            "port": port or self.port,
            "user": self.user,
            "key_file": str(self.key),
            "host_keys": [self.fingerprint],
        }
