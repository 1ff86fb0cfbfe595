"""Migrations: how a ledger of any earlier release becomes one of this release. One file each in `versions/`, never changed later.

SQLite cannot alter much: a migration adds tables, columns and indexes, or makes a new table and copies.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

HERE = Path(__file__).parent
HEAD = "0009"  # the newest file in versions/
VERSION = text("SELECT version_num FROM alembic_version")


def version(connection: Connection) -> str | None:
    """The migration that this database has reached; None before the first."""
    return connection.scalar(VERSION) if inspect(connection).has_table("alembic_version") else None


def upgrade(connection: Connection) -> None:
    """Bring the tables to the present state, in the caller's transaction; a writer's, so that nobody does the same beside."""
    if version(connection) == HEAD:
        return
    from alembic import command  # slow to import, and seldom needed
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    command.upgrade(config, "head")
