"""Daemons that nobody here wrote, started for one test on the loopback, with everything they need in one folder."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path
from typing import IO, ClassVar

import pytest

PATIENCE = 60.0  # seconds a daemon may take to begin
USER, PASSWORD = "hub", "pass-77c1f0aa"


def free_ports(count: int = 1, host: str = "127.0.0.1") -> list[int]:
    """Ports that nobody uses at the moment."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind((host, 0))
        return [one.getsockname()[1] for one in sockets]


def ports_in_a_row(count: int, host: str = "127.0.0.1") -> list[int]:
    """Free ports that follow one another: some daemons want a range."""
    while True:
        first = free_ports()[0]
        with contextlib.suppress(OSError, OverflowError), contextlib.ExitStack() as held:
            for port in range(first, first + count):
                held.enter_context(socket.socket()).bind((host, port))
            return list(range(first, first + count))


def needed(*programs: str) -> None:
    """Skip where a program is not installed."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    for program in programs:
        if shutil.which(program, path=path) is None:
            pytest.skip(f"the program {program} is not installed here")


def program(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    assert found is not None
    return found


class Daemon:
    """One process; the port stays the same when it is stopped and started again."""

    needs: ClassVar[tuple[str, ...]] = ()

    def __init__(self, home: Path) -> None:
        needed(*self.needs)
        self.home = home
        self.port = free_ports()[0]
        self._process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Write its configuration."""
        raise NotImplementedError

    def command(self) -> list[str]:
        """Run in the foreground."""
        raise NotImplementedError

    async def start(self) -> None:
        if not self.home.exists():
            self.home.mkdir(parents=True)
        self.prepare()
        with (self.home / "daemon.log").open("ab") as log:
            self._process = self._run(log)
        await self._listening()

    def _run(self, log: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.command(), stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self.home, start_new_session=True
        )

    async def _listening(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while True:
                with contextlib.suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                    writer.close()
                    return
                assert self._process is not None and self._process.poll() is None, self.log()
                await asyncio.sleep(0.02)

    def log(self) -> str:
        return (self.home / "daemon.log").read_text(errors="replace")

    async def stop(self) -> None:
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)  # with its children, at once: some take seconds to say goodbye
            await asyncio.to_thread(self._process.wait)
            self._process = None
