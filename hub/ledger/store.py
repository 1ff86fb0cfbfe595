"""The ledger's door: writers that commit in groups, readers beside them. Synchronous SQLAlchemy in threads.

Writing: functions of a connection are queued, run in savepoints one after another, and commit together. One that
raises rolls back alone. No connection lives across an `await`. SQLite has one writer. On PostgreSQL functions write
in turn, one process of the cluster at a time, unless they say that they need no turn: then a second writer takes them.
"""

import asyncio
import contextlib
import fcntl
import os
import queue
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, make_url
from sqlalchemy.exc import DBAPIError, TimeoutError

from hub.errors import Misconfigured, Unavailable
from hub.ledger.connect import at_odds, begin, connect, in_trouble, words
from hub.ledger.migrations import upgrade

Result = TypeVar("Result")
GROUP = 200  # functions in one commit, at most
SPAN = 0.1  # seconds after which a group takes no further function: others wait for their turn
CACHE = 8 * 1024  # KB of pages that SQLite's writer keeps; what others look at is kept by the system
AGAIN = 5  # times a group is run when it was at odds with another process


@dataclass(slots=True, eq=False)
class Job:
    """A function waiting for the writer."""

    fn: Callable[[Connection], Any]
    future: "Future[Any]"


class Ledger:
    """One database. `write` and `read` may be awaited from any task of any loop."""

    def __init__(self, url: str, only_look: bool = False) -> None:
        self.url = url
        self._engine = connect(url, only_look)
        self._writing = self._engine if self.shared else connect(url, only_look, cache=CACHE)
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._free = queue.SimpleQueue() if self.shared else self._queue
        self._readers = ThreadPoolExecutor(4, thread_name_prefix="ledger-read")
        self._writers = [self._writer(self._queue, turn=True)]
        if self._free is not self._queue:
            self._writers.append(self._writer(self._free, turn=False))
        self._lock: int | None = None

    def create(self) -> None:
        """Bring the tables to the present state; harmless when several processes do so at once."""
        self.submit(upgrade).result()

    @property
    def shared(self) -> bool:
        """True where several processes may work at once."""
        return self._engine.dialect.name == "postgresql"

    def own(self) -> bool:
        """Take the database for this process alone; False where it is shared. Raises Misconfigured when another hub has it."""
        if self.shared:
            return False
        file = make_url(self.url).database
        if not file or file == ":memory:":
            return True
        self._lock = os.open(f"{file}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            self._lock = None
            raise Misconfigured(f"another hub is running on {file}; stop it, or give this one a database of its own") from None
        return True

    def write(self, fn: Callable[[Connection], Result], turn: bool = True) -> Awaitable[Result]:
        """Run `fn` in the next group commit; its result is given once that is durable. It may be run more than once before.

        With `turn` it sees and changes what it likes, as if nobody else wrote. Without, it must rest on nothing that others
        change, but for rows that it locks itself, as `lanes.guard` does.
        """
        return asyncio.wrap_future(self.submit(fn, turn))

    def submit(self, fn: Callable[[Connection], Result], turn: bool = True) -> "Future[Result]":
        """As `write`, for callers without a loop."""
        future: Future[Result] = Future()
        (self._queue if turn else self._free).put(Job(fn, future))
        return future

    async def read(self, fn: Callable[[Connection], Result]) -> Result:
        """Run `fn` on a connection that only reads."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.look, fn)

    def look(self, fn: Callable[[Connection], Result]) -> Result:
        """As `read`, for callers without a loop."""
        try:
            with self._engine.connect() as connection:
                return fn(connection)
        except (DBAPIError, TimeoutError) as error:
            raise _plain(error) from error

    def close(self) -> None:
        """Finish what is queued and let go."""
        self._queue.put(None)
        if self._free is not self._queue:
            self._free.put(None)
        for writer in self._writers:
            writer.join(timeout=30)
        self._readers.shutdown()
        self._writing.dispose()
        self._engine.dispose()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _writer(self, waiting: "queue.SimpleQueue[Job | None]", turn: bool) -> threading.Thread:
        thread = threading.Thread(target=self._work, args=(waiting, turn), name="ledger-write", daemon=True)
        thread.start()
        return thread

    def _work(self, waiting: "queue.SimpleQueue[Job | None]", turn: bool) -> None:
        ending = False
        while not ending:
            jobs = [waiting.get()]
            with contextlib.suppress(queue.Empty):
                while len(jobs) < GROUP:
                    jobs.append(waiting.get_nowait())
            ending = None in jobs
            # Nobody waits for a job whose task was cancelled; once begun, it can no longer be.
            rest = [job for job in jobs if job is not None and job.future.set_running_or_notify_cancel()]
            while rest:
                rest = self._commit(rest, turn)

    def _commit(self, jobs: list[Job], turn: bool) -> list[Job]:
        """Run and commit a group; says which functions are left for the next."""
        try:
            outcomes = self._run(jobs, turn)
        except BaseException as error:
            for job in jobs:
                job.future.set_exception(_plain(error))
            return []
        for job, result, failure in outcomes:
            if failure is not None:
                job.future.set_exception(failure)
            else:
                job.future.set_result(result)
        return jobs[len(outcomes) :]

    def _run(self, jobs: list[Job], turn: bool) -> list[tuple[Job, Any, BaseException | None]]:
        for _ in range(AGAIN - 1):
            try:
                return self._once(jobs, turn)
            except DBAPIError as error:
                if not at_odds(error):
                    raise
        return self._once(jobs, turn)

    def _once(self, jobs: list[Job], turn: bool) -> list[tuple[Job, Any, BaseException | None]]:
        if len(jobs) == 1:
            return [self._alone(jobs[0], turn)]
        outcomes: list[tuple[Job, Any, BaseException | None]] = []
        with self._writing.begin() as connection:
            begin(connection, turn)
            end = time.monotonic() + SPAN
            for job in jobs:
                outcomes.append((job, *_attempt(job, connection)))
                if time.monotonic() > end:
                    break
        return outcomes

    def _alone(self, job: Job, turn: bool) -> tuple[Job, Any, BaseException | None]:
        """Nobody else's work needs to be kept apart by a savepoint."""
        try:
            with self._writing.begin() as connection:
                begin(connection, turn)
                return job, job.fn(connection), None
        except Exception as error:
            if isinstance(error, DBAPIError) and in_trouble(error):
                raise
            return job, None, error


def _attempt(job: Job, connection: Connection) -> tuple[Any, BaseException | None]:
    savepoint = connection.begin_nested()
    try:
        result = job.fn(connection)
        savepoint.commit()
        return result, None
    except Exception as error:
        if isinstance(error, DBAPIError) and in_trouble(error):
            raise  # nothing of this group counts
        savepoint.rollback()
        return None, error


def _plain(error: BaseException) -> BaseException:
    if isinstance(error, DBAPIError) and in_trouble(error):
        return Unavailable(f"the database refuses: {words(error)}")
    if isinstance(error, TimeoutError):
        return Unavailable("the database refuses: every connection is in use")
    return error
