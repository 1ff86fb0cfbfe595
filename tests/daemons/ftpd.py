"""pure-ftpd, as a partner runs it: explicit TLS, a virtual user, a few passive ports."""

import os
import subprocess
from pathlib import Path

from tests.daemons.daemon import PASSWORD, USER, Daemon, ports_in_a_row, program

NOBODY = 65534


class Ftpd(Daemon):
    """`files` is the user's root. `ports`: the port for commands and those for data."""

    needs = ("pure-ftpd", "pure-pw", "openssl")

    def __init__(self, home: Path) -> None:
        super().__init__(home / "ftpd")
        self.files = home / "files"
        self.certificate = self.home / "certificate.pem"
        self.stranger = self.home / "stranger.pem"
        self.ports = [self.port, *ports_in_a_row(6)]

    def prepare(self) -> None:
        self.files.mkdir(exist_ok=True)
        if self.certificate.exists():
            return
        certify(self.certificate)
        certify(self.stranger)
        self._admit()

    def _admit(self) -> None:
        """One user, who is nobody in particular."""
        self.owner = NOBODY if os.geteuid() == 0 else os.geteuid()
        hashed = subprocess.run(["openssl", "passwd", "-1", PASSWORD], check=True, capture_output=True, text=True).stdout.strip()
        users = self.home / "users"  # written by hand: pure-pw takes a second over each password, and so would each login
        users.write_text(f"{USER}:{hashed}:{self.owner}:{self.owner}::{self.files}/./::::::::::::\n")
        subprocess.run([program("pure-pw"), "mkdb", f"{users}.pdb", "-f", str(users)], check=True, capture_output=True)
        self.own(self.files)

    def own(self, path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, self.owner, self.owner)

    def command(self) -> list[str]:
        first, last = self.ports[1], self.ports[-1]
        return [
            program("pure-ftpd"),
            *("-S", f"127.0.0.1,{self.port}", "-p", f"{first}:{last}", "-Y", "2", "-2", str(self.certificate)),
            *("-l", f"puredb:{self.home}/users.pdb", "-g", str(self.home / "pid"), "-u", "1", "-f", "none"),
            *("-E", "-A", "-H", "-4", "-D"),
        ]

    def settings(self) -> dict[str, object]:
        return {"host": "127.0.0.1", "port": self.port, "user": USER, "password": PASSWORD, "authorities": str(self.certificate)}


def certify(path: Path) -> None:
    """A key and a certificate for the loopback that vouches for itself, in one file."""
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "30",
        "-subj",
        "/CN=localhost",
    ]
    command += ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:127.0.0.2", "-keyout", str(path), "-out", f"{path}.crt"]
    subprocess.run(command, check=True, capture_output=True)
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
