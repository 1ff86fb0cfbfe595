"""mock-edi as a process of its own, a buyer whose two folders lie on an SFTP server."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mockedi.testing import Mock

from tests.daemons.daemon import free_ports
from tests.mock_edi.buyer import BUYER, NEVER, US, Buyer


@contextmanager
def buyer(folder: Path) -> Iterator[Buyer]:
    """It has the machine's clock, and reads its folder only when asked."""
    (port,) = free_ports()
    command = [sys.executable, "-m", "mockedi", "--port", str(port), "--as2-id", BUYER, "--name", "Buyco Retail", "--quiet"]
    command += ["--drop-dir", str(folder / "drop"), "--pickup-dir", str(folder / "pickup")]
    command += ["--drop-settle-ms", "0", "--drop-interval-ms", str(NEVER)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with Mock(f"http://127.0.0.1:{port}") as mock:
            _wait(mock, process)
            us = {"id": US, "role": "supplier", "name": "Journey Works", "test": 0}
            mock.expect("POST", "/_mock/partners", us, status=201)
            yield Buyer(mock, folder)
    finally:
        process.terminate()
        process.wait(60)


def _wait(mock: Mock, process: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        try:
            mock.expect("GET", "/_mock/health")
            return
        except OSError:
            assert process.poll() is None, "mock-edi did not start"
            time.sleep(0.1)
    raise AssertionError("mock-edi does not answer")
