"""No statement of the ledger's hot paths reads a table whole: every one that a journey, its trace and its lists run is explained."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, text

from hub.flow.alarm import seen
from hub.ledger import (
    alerts,
    aliases,
    arrivals,
    blobs,
    deliveries,
    figures,
    gates,
    lanes,
    outbound,
    purges,
    targets,
    timeline,
)
from hub.ledger.indexes import INDEXES
from hub.ledger.outbound import Side
from hub.ledger.store import Ledger
from hub.operations.orders import listing, waiting
from hub.operations.retry import retry
from hub.operations.trace import lives
from tests.journey import HERE, NOON, bring, hub_for

JOURNEY = HERE / "clean_order_to_paid_invoice"
LATER = NOON + timedelta(days=900)
# A row for each endpoint, partner or process, or one for each open matter: they stay small however many orders there are.
SMALL = {"lanes", "endpoints", "gates", "cursors", "numbers", "alerts", "alembic_version", "purges", "holds", "pauses", "waits"}
PARTIAL = {str(index.name) for index in INDEXES if index.dialect_options["sqlite"]["where"] is not None}
PARTIAL |= {"arrivals_open", "arrivals_untold", "alerts_open"}
# These begin at the end, and stop after as many rows as are shown.
BACKWARDS = re.compile(r"ORDER BY (orders|timeline)\.id DESC\s+LIMIT|^SELECT max\(outbound.id\) AS max_1 \nFROM outbound$")
# One end of an index; and small tables that look up a row each elsewhere: without figures PostgreSQL plans to merge the two.
LOOKED_UP = re.compile(r"^SELECT min\(ticks\.schedule\)|FROM (holds|waits) JOIN ")

Statement = tuple[str, Any]


@contextmanager
def overheard() -> Iterator[dict[str, Any]]:
    """Every statement that is run meanwhile, with the values it was run with last."""
    said: dict[str, Any] = {}

    def hear(connection: Any, cursor: Any, statement: str, values: Any, context: Any, many: bool) -> None:
        if re.match(r"(SELECT|UPDATE|DELETE|WITH)\b", statement):
            said[statement] = values[0] if many else values

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


def asked(connection: Connection) -> None:
    """What people and machines ask, and statements that the journey has no occasion for."""
    lives(connection, "PO-1001")
    lives(connection, "SO-70001")
    lives(connection, "nobody's")
    waiting(connection)
    listing(connection, None, 20)
    listing(connection, "received", 20)
    timeline.recent(connection, 20)
    for state in (deliveries.doubtful, deliveries.ready):
        extra = {"most": 5} if state is deliveries.ready else {}
        state(connection, target="erp", now=NOON, **extra)  # type: ignore[operator]
    targets.ready(connection, NOON)
    deliveries.counts(connection)
    outbound.by_group(connection, Side("acme", False), "IN", "4")
    outbound.by_interchange(connection, Side("acme", False), "4")
    outbound.by_number(connection, Side("acme", False), "SO-70001")
    outbound.receipts_of(connection, 1)
    aliases.lines(connection, "erp", 1)
    aliases.orders_called(connection, "erp", "SO-70001")
    arrivals.untold(connection, "acme")
    arrivals.backlog(connection, "acme", 10)
    alerts.oldest_due(connection, NOON)
    alerts.last_brought(connection, "acme", "order")
    gates.shut(connection, NOON)
    lanes.left_over(connection, NOON, NOON)


async def statements(home: Path, database: str) -> dict[str, Any]:
    with overheard() as said:
        async with hub_for(home, database=database) as hub:
            for step in sorted(JOURNEY.glob("[0-9][0-9]_*")):
                _, endpoint, what = step.stem.split("_", 2)
                await bring(hub, endpoint, step.read_bytes(), step.name, document=what)
                await hub.clock.advance(timedelta(minutes=1))  # type: ignore[attr-defined]
            hub.ledger.look(asked)
            hub.ledger.look(lambda connection: list(seen(connection, hub.site, NOON)))
            hub.ledger.look(partial(figures.read, now=NOON))
            await hub.ledger.write(lambda connection: retry(connection, "PO-1001", "ann", "asked", NOON))
            await hub.ledger.write(lambda connection: _purging(connection))
    return said


def _purging(connection: Connection) -> None:
    for row in purges.arrivals_before(connection, 0, LATER, 50):
        purges.standing(connection, purges.documents_of_arrival(connection, row.id))
        purges.whole(connection, [1])
        purges.strip(connection, 1, None, None)
        purges.mark(connection, "arrival", row.id, NOON, "a test")
        purges.drop_blob(connection, row.hash, NOON, "a test")
    for row in purges.messages_before(connection, 0, LATER, 50):
        purges.standing(connection, purges.documents_of_message(connection, row.id))
    blobs.keep(connection, b"came again")
    blobs.keep(connection, b"came again")
    purges.forget_ticks(connection, NOON)


def on_sqlite(connection: Connection, statement: str, values: Any) -> list[str]:
    """Steps of the plan that read a large table whole."""
    plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    wrong = []
    for step in plan:
        found = re.match(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?", step)
        if (
            found
            and _table(statement, found[1]) not in SMALL
            and found[2] not in PARTIAL
            and found[1] not in ("CONSTANT", "given", "json_each")
        ):
            wrong.append(step)
    return wrong


def _table(statement: str, name: str) -> str:
    """The table behind an alias; derived tables are read whole by their nature."""
    if re.search(rf"\) AS {name}\b", statement):
        return "lanes"
    found = re.search(rf"\b(\w+) AS {name}\b", statement)
    return found[1] if found else name


def on_postgresql(connection: Connection, statement: str, values: Any) -> list[str]:
    connection.execute(text("SET LOCAL enable_seqscan = off"))
    connection.execute(text("SET LOCAL enable_bitmapscan = off"))
    answer = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values).scalar()
    plan = answer if isinstance(answer, list) else json.loads(str(answer))
    return [str({name: node[name] for name in node if name != "Plans"}) for node in _nodes(plan[0]["Plan"]) if _whole(node)]


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for inner in node.get("Plans", ()):
        yield from _nodes(inner)


def _whole(node: dict[str, Any]) -> bool:
    """Reads every row of a large table: in its own order, or in that of an index that holds all of them."""
    if node.get("Relation Name") in SMALL or "Relation Name" not in node:
        return False
    if node["Node Type"] == "Seq Scan":
        return True
    return node["Node Type"].startswith("Index") and "Index Cond" not in node and node["Index Name"] not in PARTIAL


@pytest.mark.slow
async def test_no_hot_statement_reads_a_table_whole(database: str, tmp_path: Path) -> None:
    said = await statements(tmp_path, database)
    assert len(said) > 80
    ledger = Ledger(database)
    explain = on_postgresql if ledger.shared else on_sqlite

    def wrong(connection: Connection) -> dict[str, list[str]]:
        ours = {one: values for one, values in said.items() if not re.search(r"pg_catalog|sqlite_master|set_config|setval", one)}
        found = {
            one: explain(connection, one, values)
            for one, values in ours.items()
            if not (BACKWARDS.search(one) or (ledger.shared and LOOKED_UP.search(one)))
        }
        return {one: steps for one, steps in found.items() if steps}

    found = ledger.look(wrong)
    ledger.close()
    assert not found, "\n\n".join(f"{one}\n  {steps}" for one, steps in found.items())


@pytest.mark.parametrize("statement", ["SELECT * FROM orders WHERE partner = 'x'", "SELECT * FROM timeline ORDER BY what"])
def test_a_whole_reading_would_be_seen(statement: str, database: str) -> None:
    ledger = Ledger(database)
    ledger.create()
    explain = on_postgresql if ledger.shared else on_sqlite
    assert ledger.look(partial(explain, statement=statement, values=()))
    ledger.close()
