"""The ledger's door: one writer that commits in groups, readers beside it. Synchronous SQLAlchemy in threads.

Writing: functions of a connection are queued, run in savepoints one after another, and commit together. One that
raises rolls back alone. No connection lives across an `await`.
"""

import asyncio
import contextlib
import fcntl
import os
import queue
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from hub.errors import Misconfigured, Unavailable
from hub.ledger.tables import metadata

Result = TypeVar("Result")
GROUP = 200  # functions in one commit, at most


@dataclass(slots=True)
class Job:
    """A function waiting for the writer."""

    fn: Callable[[Connection], Any]
    future: "Future[Any]"


class Ledger:
    """One database. `write` and `read` may be awaited from any task of any loop."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._engine = connect(url)
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._readers = ThreadPoolExecutor(4, thread_name_prefix="ledger-read")
        self._writer = threading.Thread(target=self._work, name="ledger-write", daemon=True)
        self._lock: int | None = None
        self._writer.start()

    def create(self) -> None:
        """Make the tables that are not there yet."""
        metadata.create_all(self._engine)

    def own(self) -> None:
        """Take the database for this process alone. Raises Misconfigured when another hub has it."""
        file = make_url(self.url).database
        if not self.url.startswith("sqlite") or not file or file == ":memory:":
            return
        self._lock = os.open(f"{file}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            self._lock = None
            raise Misconfigured(f"another hub is running on {file}; stop it, or give this one a database of its own") from None

    def write(self, fn: Callable[[Connection], Result]) -> Awaitable[Result]:
        """Run `fn` in the next group commit; its result is given once that is durable."""
        return asyncio.wrap_future(self.submit(fn))

    def submit(self, fn: Callable[[Connection], Result]) -> "Future[Result]":
        """As `write`, for callers without a loop."""
        future: Future[Result] = Future()
        self._queue.put(Job(fn, future))
        return future

    async def read(self, fn: Callable[[Connection], Result]) -> Result:
        """Run `fn` on a connection that only reads."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.look, fn)

    def look(self, fn: Callable[[Connection], Result]) -> Result:
        """As `read`, for callers without a loop."""
        with self._engine.connect() as connection:
            return fn(connection)

    def close(self) -> None:
        """Finish what is queued and let go."""
        self._queue.put(None)
        self._writer.join(timeout=30)
        self._readers.shutdown()
        self._engine.dispose()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _work(self) -> None:
        ending = False
        while not ending:
            jobs = [self._queue.get()]
            with contextlib.suppress(queue.Empty):
                while len(jobs) < GROUP:
                    jobs.append(self._queue.get_nowait())
            ending = None in jobs
            # Nobody waits for a job whose task was cancelled; once begun, it can no longer be.
            self._commit([job for job in jobs if job is not None and job.future.set_running_or_notify_cancel()])

    def _commit(self, jobs: list[Job]) -> None:
        if not jobs:
            return
        outcomes: list[tuple[Job, Any, BaseException | None]] = []
        try:
            with self._engine.begin() as connection:
                outcomes.extend((job, *_attempt(job, connection)) for job in jobs)
        except BaseException as error:
            for job in jobs:
                job.future.set_exception(_plain(error))
            return
        for job, result, failure in outcomes:
            if failure is not None:
                job.future.set_exception(failure)
            else:
                job.future.set_result(result)


def _attempt(job: Job, connection: Connection) -> tuple[Any, BaseException | None]:
    try:
        with connection.begin_nested():
            return job.fn(connection), None
    except OperationalError:
        raise  # the database itself is in trouble: nothing of this group counts
    except Exception as error:
        return None, error


def _plain(error: BaseException) -> BaseException:
    if isinstance(error, OperationalError):
        return Unavailable(f"the database refuses: {error.orig}")
    return error


def connect(url: str) -> Engine:
    """An engine tuned for its database. SQLite: WAL, full sync, BEGIN IMMEDIATE by our own hand."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=6, pool_pre_ping=True)
    file = make_url(url).database
    if file:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url, poolclass=NullPool if file in (None, "", ":memory:") else None, connect_args={"check_same_thread": False}
    )
    event.listen(engine, "connect", _tune)
    event.listen(engine, "begin", _begin)
    return engine


def _tune(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin by itself: it selects before it begins
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writing = threading.current_thread().name == "ledger-write"
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
