"""When the ledger cannot take any more, nothing is taken; when it can again, everything goes on by itself, once."""

import asyncio
import contextlib
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import event

from benchmarks import orders, walk
from hub.app import Hub
from hub.errors import Unavailable
from hub.ledger import deliveries, lanes
from hub.ledger.store import Ledger
from hub.sdk import Message
from tests.conftest import Postgres, _runtime
from tests.journey import bring, hub_for, wire
from tests.test_steady import another
from tests.test_walk import ORDER, sent

ROOT = Path(__file__).resolve().parents[1]
LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
"""


@contextmanager
def pragma(hub: Hub, words: str) -> Iterator[None]:
    """Every connection the ledger has is opened anew, under this."""

    def tune(connection: Any, record: Any) -> None:
        connection.execute(f"PRAGMA {words}")

    engines = hub.ledger._engine, hub.ledger._writing
    for engine in engines:
        event.listen(engine, "connect", tune)
        engine.dispose()
    yield
    for engine in engines:
        event.remove(engine, "connect", tune)
        engine.dispose()


@contextmanager
def no_more_pages(hub: Hub, home: Path) -> Iterator[None]:
    with pragma(hub, "max_page_count=1"):  # SQLite takes the pages there are
        yield


@contextmanager
def no_more_room(hub: Hub, home: Path) -> Iterator[None]:
    """The disk is really full: the ledger and the high-water file lie there."""
    ballast = home / "disk" / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for piece in (b"x" * 65_536, b"x" * 512):
            with contextlib.suppress(OSError):
                while True:
                    file.write(piece)
    yield
    ballast.unlink()


@contextmanager
def locked(hub: Hub, home: Path) -> Iterator[None]:
    """Another process keeps the database for itself."""
    arguments = [sys.executable, "-c", LOCK, str(home / "ledger.db")]
    with pragma(hub, "busy_timeout=200"):
        process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None and process.stdout.readline() == "locked\n"
        yield
        process.communicate()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of sixteen megabytes: enough for the ledger and a log beside it that no reader lets shrink."""
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", place], capture_output=True).returncode:
        pytest.skip("mounting a disk is not allowed here")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def large(number: int) -> bytes:
    """An order that needs more room than happens to be left."""
    return another(number) + b"\n" * 500_000


async def survives(hub: Hub, home: Path, fault: Any, caplog: pytest.LogCaptureFixture, words: str) -> None:
    """Nothing is taken while it lasts, by post or by poll; afterwards all is there, and was sent once."""
    caplog.set_level(logging.INFO)
    await bring(hub, "acme", ORDER, "1.edi")
    with fault(hub, home):
        for _ in range(2):
            with pytest.raises(Unavailable, match=words):
                await hub.accept("acme", [Message("posted", large(2), "2.edi")])
        wire(hub, "acme").waiting.append(Message("polled", large(3), "3.edi"))
        with contextlib.suppress(Unavailable):  # where not even a tick can be stored
            await hub.work()
        assert [message.key for message in wire(hub, "acme").waiting] == ["polled"], "the far side still has it"
        await hub.ledger.read(lanes.stopped)
    await hub.accept("acme", [Message("posted", large(2), "2.edi")])
    await asyncio.sleep(0)
    await hub.pulse.begin()
    await hub.work()
    assert len(sent(hub, "erp")) == 3
    assert hub.ledger.look(deliveries.counts) == {}
    assert wire(hub, "acme").waiting == []
    assert not [record for record in caplog.records if record.exc_info], "an operator needs a line, not our stack"


@pytest.mark.parametrize(
    ("fault", "words"), [(no_more_pages, "disk is full"), (locked, "database is locked")], ids=["full", "locked"]
)
async def test_sqlite_that_takes_nothing(
    fault: Any, words: str, hub: Hub, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await survives(hub, tmp_path, fault, caplog, words)


@pytest.mark.slow
async def test_a_disk_that_is_full(disk: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with hub_for(tmp_path, database=f"sqlite:///{disk}/ledger.db") as hub:
        await survives(hub, tmp_path, no_more_room, caplog, "disk is full|disk I/O error")


async def test_where_the_high_water_file_cannot_be_written_nothing_leaves(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    assert hub.site.high_water is not None
    path = hub.site.high_water.path
    hub.site.high_water.path = path.with_name("nowhere") / "file"
    path.with_name("nowhere").write_text("a file, where a folder would have to be")
    await hub.accept("acme", [Message("1", ORDER, "1.edi")])
    await hub.pulse.beat()
    for _ in range(50):
        await asyncio.sleep(0.01)
    assert sent(hub, "erp") == [] and sent(hub, "acme") == []
    assert set(hub.ledger.look(deliveries.counts)) == {"due"}
    hub.site.high_water.path = path
    await hub.work()
    assert (len(sent(hub, "erp")), len(sent(hub, "acme"))) == (1, 1)


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    """A PostgreSQL that this test alone may stop."""
    folder = Path(tempfile.mkdtemp(prefix="crossdock-", dir="/tmp"))
    folder.chmod(0o755)
    (folder / "run").mkdir(mode=0o700)
    with _runtime(folder / "run"):
        server = Postgres(folder)
        yield server
        server.server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def stop(server: Postgres) -> None:
    """At once, as a crash would."""
    pid = int((server.folder / "data" / "postmaster.pid").read_text().splitlines()[0])
    os.kill(pid, signal.SIGQUIT)
    while Path(f"/proc/{pid}").exists() and "zombie" not in Path(f"/proc/{pid}/status").read_text():
        time.sleep(0.05)


@pytest.mark.slow
async def test_postgresql_that_goes_and_comes_back(
    own_postgres: Postgres, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with hub_for(tmp_path, database=own_postgres.url(own_postgres.lend())) as hub:
        await bring(hub, "acme", ORDER, "1.edi")
        hub._beating = asyncio.create_task(hub._beat())
        stop(own_postgres)
        with pytest.raises(Unavailable, match="the database refuses"):
            await hub.accept("acme", [Message("posted", large(2), "2.edi")])
        assert await hub.unready() == "the ledger cannot be reached"
        own_postgres.server.ensure_postgres_running()
        await hub.accept("acme", [Message("posted", large(2), "2.edi")])
        for _ in range(300):
            if len(sent(hub, "erp")) == 2:
                break
            await asyncio.sleep(0.1)
        assert len(sent(hub, "erp")) == 2
        hub._beating.cancel()
    assert [record for record in caplog.records if "the pulse falters: the database refuses" in record.getMessage()]


@pytest.mark.slow
def test_postgresql_without_a_free_connection(postgres: Postgres, postgres_url: str) -> None:
    held: list[Any] = []
    ledger = Ledger(postgres_url)
    try:
        with pytest.raises(psycopg.OperationalError):
            while True:
                held.append(psycopg.connect(postgres_url.replace("+psycopg", "")))
        with pytest.raises(Unavailable, match="too many clients"):
            ledger.look(lanes.stopped)
        with pytest.raises(Unavailable, match="too many clients"):
            ledger.submit(lanes.free_all).result()
    finally:
        for connection in held:
            connection.close()
    ledger.create()
    assert ledger.look(lanes.stopped) == []
    ledger.close()


def test_a_pool_without_a_free_connection(postgres_url: str) -> None:
    ledger = Ledger(postgres_url)
    ledger._engine.pool._timeout = 0.1  # type: ignore[attr-defined]
    held = [ledger._engine.connect() for _ in range(18)]
    with pytest.raises(Unavailable, match="every connection is in use"):
        ledger.look(lanes.stopped)
    for connection in held:
        connection.close()
    ledger.create()
    assert ledger.look(lanes.stopped) == []
    ledger.close()


class Slow(BaseHTTPRequestHandler):
    """A system that takes its time."""

    begun = threading.Event()
    go_on = threading.Event()
    taken: list[str] = []  # noqa: RUF012  # one for all requests, on purpose

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.begun.set()
        self.go_on.wait(30)
        self.taken.append(self.headers["Idempotency-Key"])
        self.send_response(201)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments: Any) -> None:
        """In silence."""


@pytest.mark.slow
def test_sigterm_ends_the_process_in_order(tmp_path: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    folder = walk.company(tmp_path, server.server_address[1])
    (folder / "systems" / "erp.yaml").write_text((folder / "systems" / "erp.yaml").read_text().replace("y: 8", "y: 1"))
    orders.into(tmp_path / "in", 3, 3)
    command = [sys.executable, "-m", "hub.cli", "run", "--company", str(folder), "--home", str(tmp_path)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert Slow.begun.wait(60)
        process.terminate()
        time.sleep(0.5)
        assert process.poll() is None, "it waits for the push"
        Slow.go_on.set()
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
        server.shutdown()
    assert (process.returncode, out.splitlines()[-1]) == (0, "stopped"), err
    ledger = Ledger(f"sqlite:///{tmp_path}/hub.db")
    left = ledger.look(deliveries.counts)
    ledger.close()
    assert len(set(Slow.taken)) == len(Slow.taken) >= 1
    assert "sending" not in left and "unknown" not in left
