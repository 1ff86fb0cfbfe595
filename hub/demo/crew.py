"""The processes of a demo: started with a log each, and ended whatever happens."""

import os
import signal
import subprocess
import time
import urllib.error
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

from hub.demo.errand import STRAIGHT

GRACE = 8.0  # seconds a process gets to end by itself
PAUSE = 0.05


class Trouble(Exception):
    """The demo cannot go on; the words say why and where to look."""


class Crew:
    """Everybody who was started, by name."""

    def __init__(self, logs: Path, env: Mapping[str, str]) -> None:
        self.logs = logs
        self.env = {**os.environ, **env, "PYTHONUNBUFFERED": "1"}
        self.members: dict[str, subprocess.Popen[bytes]] = {}
        logs.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.dismiss()

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start one, in a session of its own: Ctrl-C reaches us alone, and we end them in order."""
        with self.log(name).open("ab") as log:
            self.members[name] = subprocess.Popen(
                command, env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def ended(self, name: str) -> int | None:
        """How it ended, or None while it runs."""
        return self.members[name].poll()

    def all_well(self, but: str = "") -> None:
        """Nobody has ended who should be there."""
        for name in self.members:
            code = self.ended(name)
            if name != but and code is not None:
                raise Trouble(f"{name} has ended with {code}: {last_words(self.log(name))}\n  its log: {self.log(name)}")

    def wait(self, what: str, done: Callable[[], bool], seconds: float) -> None:
        """Wait until this is so, as long as everybody is there."""
        limit = time.monotonic() + seconds
        while not done():
            self.all_well()
            if time.monotonic() > limit:
                raise Trouble(f"{what}: not within {seconds:.0f} seconds\n  logs: {self.logs}")
            time.sleep(PAUSE)

    def dismiss(self) -> None:
        """End everybody, the last first: politely, then not."""
        for member in reversed(list(self.members.values())):
            end(member, signal.SIGTERM)
        limit = time.monotonic() + GRACE
        for member in self.members.values():
            try:
                member.wait(max(0.0, limit - time.monotonic()))
            except subprocess.TimeoutExpired:
                end(member, signal.SIGKILL)
                member.wait()


def end(member: subprocess.Popen[bytes], how: signal.Signals) -> None:
    """Signal a process and whatever it started itself."""
    if member.poll() is None:
        try:
            os.killpg(member.pid, how)
        except ProcessLookupError:
            return


def last_words(log: Path) -> str:
    """The last line somebody wrote."""
    lines = log.read_text("utf-8", "replace").split("\n") if log.exists() else []
    return next((line.strip() for line in reversed(lines) if line.strip()), "nothing was said")


def answers(url: str) -> bool:
    """Somebody answers there, and is well."""
    try:
        with STRAIGHT.open(url, timeout=2) as reply:
            return bool(reply.status == 200)
    except urllib.error.HTTPError as error:
        return error.code < 500 and not url.endswith("/readyz")
    except OSError:
        return False
