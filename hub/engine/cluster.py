"""The cluster engine: any number of processes on one PostgreSQL, kept apart by Procrastinate.

It carries wake-ups in a schema of its own, and no truth: what its locks promise saves work, what the ledger's leases
promise counts. A drain is a job with its lane as lock and queueing lock, never retried and deleted when it has ended.
"""

import asyncio
import contextlib
import logging
from collections.abc import Iterable
from typing import Any

import procrastinate
import psycopg
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job, Status
from procrastinate.schema import SchemaManager

from hub.engine.contract import Drain, Outcomes

log = logging.getLogger(__name__)
QUEUE = "drains"
BEAT = 1.0  # seconds between heartbeats, and between looks for processes that have none
SILENT = 5.0  # seconds without a heartbeat after which a process counts as dead
FETCH = 0.25  # seconds after which a lane that was being drained is looked at again; others are told at once
PAUSE = 1.0  # seconds before we begin again when the database was away
LOCK = 0x63726F7373656E67  # the name of our lock while the schema is made
# Wake-ups need not outlive an upgrade: each version of Procrastinate finds its own tables, as it wants them.
SCHEMA = "crossdock_engine_" + "_".join(procrastinate.__version__.split(".")[:2])


class Cluster:
    """Runs drains as jobs; each process takes as many as it has slots."""

    def __init__(self, address: str) -> None:
        self._address = address.replace("postgresql+psycopg://", "postgresql://", 1)
        options = {"options": f"-c search_path={SCHEMA}"}
        self._app = procrastinate.App(
            connector=procrastinate.PsycopgConnector(
                conninfo=self._address, min_size=1, max_size=4, kwargs=options, configure=_by_itself
            )
        )
        self._task = self._app.task(name="drain", queue=QUEUE, pass_context=True)(self._run)
        self._drain: Drain | None = None
        self._here: set[str] = set()
        self._worker: int | None = None  # the name that the engine has given this process
        self._idle: dict[int, float] = {}  # jobs said to be run here that are not -> since when
        self._duties: list[asyncio.Task[None]] = []
        self._outcomes = Outcomes()

    async def start(self, drain: Drain, slots: int) -> None:
        self._drain = drain
        await asyncio.to_thread(prepare, self._address)
        await self._app.open_async()
        self._duties = [
            asyncio.create_task(self._work(slots), name="engine"),
            asyncio.create_task(self._watch(), name="engine watch"),
        ]

    async def wake(self, lane: str) -> None:
        """A job that waits to begin will see what has just been committed; only when there is none, one is added."""
        try:
            if not list(await self._app.job_manager.list_jobs_async(queueing_lock=lane, status=Status.TODO.value)):
                await self._task.configure(lock=lane, queueing_lock=lane).defer_async(lane=lane)
        except AlreadyEnqueued:
            return
        except (procrastinate.exceptions.ProcrastinateException, psycopg.Error, OSError) as error:
            log.warning("%s is not woken, the pulse will find it: %s", lane, error)

    async def bury(self, process: str) -> None:
        """Free the lanes of a process, by the name the engine has given it."""
        doing = await self._app.job_manager.list_jobs_async(queue=QUEUE, status=Status.DOING.value)
        await self._free(job for job in doing if str(job.worker_id) == process)

    async def stop(self, grace: float) -> None:
        """The worker ends by itself once its drains have: it is told, and never cancels one."""
        for duty in self._duties:
            duty.cancel()
        if self._duties:
            await asyncio.wait(self._duties, timeout=grace)
        if all(duty.done() for duty in self._duties):
            await self._app.close_async()
        self._duties = []

    async def rest(self) -> bool:
        """Here or anywhere; only what failed here is raised."""
        waited = False
        while list(await self._app.job_manager.list_jobs_async(queue=QUEUE)):
            waited = True
            await asyncio.sleep(FETCH / 10)
        self._outcomes.judge()
        return waited

    async def _run(self, context: JobContext, lane: str) -> None:
        """One drain. While we were paused another process may have taken our job for dead: then the old drain goes on alone."""
        assert self._drain is not None
        self._worker = context.job.worker_id
        if lane in self._here:
            return
        self._here.add(lane)
        try:
            await self._outcomes.of(self._drain, lane)
        finally:
            self._here.discard(lane)

    async def _work(self, slots: int) -> None:
        """Take jobs. The worker gives up when the database goes; then it is begun again."""
        while True:
            try:
                await self._app.run_worker_async(
                    queues=[QUEUE],
                    concurrency=slots,
                    fetch_job_polling_interval=FETCH,
                    delete_jobs="always",
                    install_signal_handlers=False,
                    update_heartbeat_interval=BEAT,
                    stalled_worker_timeout=SILENT,
                )
            except Exception as error:
                log.error("the engine falters: %s", error)
            await asyncio.sleep(PAUSE)

    async def _watch(self) -> None:
        """Bury the dead, and the jobs whose end could not be written down."""
        while True:
            await asyncio.sleep(BEAT)
            with contextlib.suppress(procrastinate.exceptions.ProcrastinateException, psycopg.Error, OSError):
                await self._free(await self._app.job_manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=SILENT))
                await self._free(await self._unended())

    async def _unended(self) -> list[Job]:
        """Jobs said to be run here that are not, for some time: the database was away just when they ended.

        Nobody else would free them, since this process lives; their lanes would stand still until it is started again.
        """
        doing = await self._app.job_manager.list_jobs_async(queue=QUEUE, status=Status.DOING.value)
        idle = {job.id: job for job in doing if job.id and job.worker_id == self._worker and job.lock not in self._here}
        now = asyncio.get_running_loop().time()
        self._idle = {id: self._idle.get(id, now) for id in idle}
        return [job for id, job in idle.items() if now - self._idle[id] >= SILENT]

    async def _free(self, jobs: Iterable[Job]) -> None:
        """Jobs of the dead are ended, not retried: a new one is queued like any other."""
        for job in jobs:
            assert job.id is not None
            lane = str(job.task_kwargs["lane"])
            with contextlib.suppress(ConnectorException):  # somebody else was quicker
                await self._app.job_manager.finish_job_by_id_async(job.id, Status.FAILED, delete_job=True)
                log.warning("nobody drains %s as was said; it is taken up again", lane)
            await self.wake(lane)


async def _by_itself(connection: psycopg.AsyncConnection[Any]) -> None:
    """Each statement commits by itself: a process that is paused between two must not hold a row that others wait for."""
    await connection.set_autocommit(True)


def prepare(address: str) -> None:
    """Make the engine's own tables, once, however many processes start together."""
    with psycopg.connect(address) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        found = connection.execute("SELECT to_regnamespace(%s)", [SCHEMA]).fetchone()
        if found is None or found[0] is None:
            connection.execute(f"CREATE SCHEMA {SCHEMA}".encode())
            connection.execute(f"SET LOCAL search_path TO {SCHEMA}".encode())
            connection.execute(SchemaManager.get_schema())
