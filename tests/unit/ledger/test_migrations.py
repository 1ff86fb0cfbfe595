"""Migrations end in the tables that the code expects, from nothing and from every state that was ever released."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, select, text

from hub.ledger import documents, migrations
from hub.ledger.store import Ledger
from hub.ledger.tables import deliveries, metadata
from hub.operations.trace import lives

ROOT = Path(__file__).resolve().parents[3]
STATES = sorted((ROOT / "tests" / "fixtures" / "ledger").glob("*.sql"))  # ledgers of earlier releases, with data
START = "import sys; from hub.ledger.store import Ledger; ledger = Ledger(sys.argv[1]); ledger.create(); ledger.close()"


def difference(connection: Connection) -> list[Any]:
    return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))


def definitions(file: Path) -> Mapping[str, str]:
    """Every table and index of an SQLite file as it was made; also what a comparison by columns would not see."""
    with sqlite3.connect(file) as connection:
        found = connection.execute("select name, sql from sqlite_master where sql is not null")
        return {name: " ".join(sql.split()) for name, sql in found}  # a column that is added later stands in a line with others


@pytest.mark.parametrize("way", [migrations.upgrade, migrations.migrate], ids=["at once", "step by step"])
def test_from_nothing(database: str, way: Callable[[Connection], None]) -> None:
    if database.startswith("postgresql"):
        empty(database)
    ledger = Ledger(database)
    ledger.submit(way).result()
    assert ledger.look(difference) == []
    assert ledger.look(migrations.version) == migrations.HEAD
    ledger.close()


def empty(database: str) -> None:
    """It may have tables of another test."""
    with create_engine(database).begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))


def test_step_by_step_or_at_once_is_the_same_to_the_letter(tmp_path: Path) -> None:
    assert made(tmp_path / "migrated.db", migrations.migrate) == made(tmp_path / "made.db")


def made(file: Path, way: Callable[[Connection], None] = migrations.upgrade) -> Mapping[str, str]:
    ledger = Ledger(f"sqlite:///{file}")
    ledger.submit(way).result()
    ledger.close()
    return definitions(file)


def test_the_newest_migration_is_the_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations.HERE))
    assert ScriptDirectory.from_config(config).get_heads() == [migrations.HEAD]


def test_a_difference_would_be_seen(tmp_path: Path) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path}/ledger.db")
    ledger.create()
    ledger.submit(lambda connection: connection.execute(text("ALTER TABLE orders ADD COLUMN more TEXT"))).result()
    assert ledger.look(difference)
    ledger.close()


@pytest.mark.parametrize("state", STATES, ids=lambda path: path.stem)
def test_forward_from_an_earlier_release_with_data(state: Path, tmp_path: Path) -> None:
    file = tmp_path / "ledger.db"
    with sqlite3.connect(file) as connection:
        connection.executescript(state.read_text())
        before = connection.execute("select count(*) from timeline").fetchone()
    ledger = Ledger(f"sqlite:///{file}")
    ledger.create()
    assert ledger.look(difference) == []
    assert definitions(file) == made(tmp_path / "made.db")
    assert ledger.look(lambda connection: connection.exec_driver_sql("select count(*) from timeline").one()) == before
    assert ledger.look(lambda connection: documents.orders_numbered(connection, "PO-1001")) == [1]
    assert ledger.look(lambda connection: lives(connection, "PO-1001"))[0].entries
    assert set(ledger.look(lambda connection: connection.scalars(select(deliveries.c.state)).all())) == {"done"}
    ledger.close()


@pytest.mark.slow
def test_processes_that_start_at_once_do_not_get_in_each_others_way(database: str) -> None:
    if database.startswith("postgresql"):
        empty(database)
    started = [
        subprocess.Popen([sys.executable, "-c", START, database], cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(3)
    ]
    said = [process.communicate(timeout=60)[1] for process in started]
    assert [process.returncode for process in started] == [0, 0, 0], said
    ledger = Ledger(database)
    assert ledger.look(difference) == []
    ledger.close()
