"""What only a cluster can do: several processes, one of them dead; a database that goes and comes back."""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from procrastinate.exceptions import ConnectorException
from sqlalchemy import create_engine, text

from hub.engine.cluster import SCHEMA, Cluster, prepare
from tests.unit.engine.test_conformance import LONG, Watch, a_while, until

ROOT = Path(__file__).resolve().parents[3]
HANG = """
import asyncio, sys
from hub.engine.cluster import Cluster
async def hang(lane):
    print(lane, flush=True)
    await asyncio.sleep(1000)
async def main():
    engine = Cluster(sys.argv[1])
    await engine.start(hang, 2)
    await engine.wake("a")
    await asyncio.sleep(1000)
asyncio.run(main())
"""


async def test_two_processes_share_the_lanes_and_never_one_lane(postgres_url: str) -> None:
    watch, engines = Watch(), [Cluster(postgres_url) for _ in range(2)]
    for engine in engines:
        await engine.start(watch.drain, slots=2)
    for lane in "abcdef":
        await engines[0].wake(lane)
        await engines[1].wake(lane)
    await until(lambda: len(watch.running) == 4)
    first = list(watch.begun)
    await engines[0].wake(first[0])
    await engines[1].wake(first[0])
    await a_while(engines[0])
    assert watch.begun == first and len(set(first)) == 4
    watch.gate.set()
    await engines[0].rest()
    assert set(watch.begun) == set("abcdef")
    assert watch.begun.count(first[0]) == 2
    await asyncio.gather(*(engine.stop(LONG) for engine in engines))


async def test_the_lanes_of_a_dead_process_can_be_freed(postgres_url: str) -> None:
    dead, alive, lost, watch = Cluster(postgres_url), Cluster(postgres_url), Watch(), Watch()
    await dead.start(lost.drain, slots=1)
    await dead.wake("a")
    await until(lambda: lost.begun == ["a"])
    await alive.start(watch.drain, slots=1)
    await alive.wake("a")
    await a_while(alive)
    assert watch.begun == []
    (job,) = await alive._app.job_manager.list_jobs_async(status="doing")
    await alive.bury(str(job.worker_id))
    await until(lambda: watch.begun == ["a"])
    watch.gate.set()
    lost.gate.set()
    await asyncio.gather(alive.stop(LONG), dead.stop(LONG))


@pytest.mark.slow
async def test_a_killed_process_is_noticed(postgres_url: str) -> None:
    watch, engine = Watch(), Cluster(postgres_url)
    watch.gate.set()
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", HANG, postgres_url, cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert (await process.stdout.readline()).strip() == b"a"
    await engine.start(watch.drain, slots=2)
    process.kill()
    await process.wait()
    await engine.wake("a")
    await until(lambda: watch.begun == ["a"])
    await engine.stop(LONG)


@pytest.mark.slow
async def test_the_database_goes_and_comes_back(postgres_url: str) -> None:
    watch, engine = Watch(), Cluster(postgres_url)
    watch.gate.set()
    await engine.start(watch.drain, slots=2)
    with create_engine(postgres_url).connect() as connection:
        gone = text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
        connection.execute(gone)
    async with asyncio.timeout(LONG):
        while not watch.begun:  # a wake is a hint: one that comes before the connections are back may be lost
            await engine.wake("a")
            await asyncio.sleep(0)
    await engine.stop(LONG)


@pytest.mark.slow
async def test_a_drain_whose_end_could_not_be_written_down_blocks_its_lane_for_some_seconds_only(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database is away for the instant in which a job ends; the process lives on, so nobody takes it for dead."""
    watch, engine = Watch(), Cluster(postgres_url)
    watch.gate.set()
    manager = engine._app.job_manager
    missed: list[Any] = []
    finish = manager.finish_job_by_id_async

    async def away(*args: Any, **named: Any) -> None:
        if missed:
            return await finish(*args, **named)
        missed.append(args)
        raise ConnectorException("the database is away")

    monkeypatch.setattr(manager, "finish_job_by_id_async", away)
    await engine.start(watch.drain, slots=2)
    await engine.wake("a")
    await until(lambda: watch.begun == ["a"])
    await until(lambda: bool(missed))
    await engine.wake("a")
    await until(lambda: watch.begun == ["a", "a"])
    await engine.stop(LONG)


async def test_processes_that_start_at_once_make_one_schema(postgres_url: str) -> None:
    with create_engine(postgres_url).begin() as connection:
        connection.execute(text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))
    address = Cluster(postgres_url)._address
    await asyncio.gather(*(asyncio.to_thread(prepare, address) for _ in range(3)))
    with create_engine(postgres_url).connect() as connection:
        found = connection.execute(text("SELECT schemaname FROM pg_tables WHERE tablename LIKE 'procrastinate%'")).scalars()
        assert set(found) == {SCHEMA}
