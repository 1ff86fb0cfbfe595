"""Two hubs on one PostgreSQL: a schedule fires once among them, and the address alone makes the cluster."""

from datetime import timedelta
from pathlib import Path

import pytest

from hub.app import database_url, engine_of
from hub.engine.cluster import Cluster
from hub.engine.embedded import Embedded
from hub.errors import Misconfigured
from hub.flow.pulse import Pulse
from hub.ledger import lanes
from hub.ledger.store import Ledger
from hub.registry import connectors
from hub.settings.company import load
from tests.journey import HERE, hub_for

COMPANY = HERE / "company"


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg"])
def test_the_address_chooses_the_engine(tmp_path: Path, scheme: str) -> None:
    company = load(COMPANY, connectors(COMPANY), {}, home=tmp_path)
    shared = Ledger(database_url(company, f"{scheme}://somebody:secret@localhost/hub"))
    alone = Ledger(database_url(company))
    assert isinstance(engine_of(shared), Cluster)
    assert isinstance(engine_of(alone), Embedded)
    for ledger in (shared, alone):
        ledger.close()


def test_other_databases_are_refused(tmp_path: Path) -> None:
    company = load(COMPANY, connectors(COMPANY), {}, home=tmp_path)
    with pytest.raises(Misconfigured, match="not in mysql"):
        database_url(company, "mysql://localhost/hub")


async def test_a_schedule_fires_once_in_the_cluster(tmp_path: Path, postgres_url: str) -> None:
    async with hub_for(tmp_path, database=postgres_url) as one, hub_for(tmp_path, database=postgres_url) as other:
        fired: list[str] = []

        async def wake(lane: str) -> None:
            fired.append(lane)
            await one.ledger.write(lambda connection: lanes.tick_done(connection, lane, one.clock.now()))

        pulses = [Pulse(hub.site, wake) for hub in (one, other)]
        await other.clock.advance(timedelta(seconds=3))  # type: ignore[attr-defined] # their clocks differ
        for step in range(20):
            for hub in (one, other):
                await hub.clock.advance(timedelta(seconds=31))  # type: ignore[attr-defined]
            for pulse in pulses if step % 2 else reversed(pulses):
                await pulse.beat()
            if step == 10:
                pulses[1] = Pulse(other.site, wake)  # it was started again
        query = "select count(*), count(distinct planned) from ticks where schedule = 'poll:erp'"
        rows = one.ledger.look(lambda connection: connection.exec_driver_sql(query).one())
        assert rows[0] == rows[1] == fired.count("poll:erp") >= 19
