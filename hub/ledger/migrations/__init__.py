"""Migrations: how a ledger of any earlier release becomes one of this release. One file each in `versions/`, never changed later.

SQLite cannot alter much: a migration adds tables, columns and indexes, or makes a new table and copies. A ledger that begins
is given the tables as they are now, at once; tests hold that to what all migrations lead to.
"""

from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, String, Table, inspect, select

from hub.ledger.tables import metadata

HERE = Path(__file__).parent
HEAD = "0010"  # the newest file in versions/
VERSION = Table(  # as Alembic makes it
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


def version(connection: Connection) -> str | None:
    """The migration that this database has reached; None before the first."""
    return connection.scalar(select(VERSION)) if inspect(connection).has_table(VERSION.name) else None


def upgrade(connection: Connection) -> None:
    """Bring the tables to the present state, in the caller's transaction; a writer's, so that nobody does the same beside."""
    if version(connection) == HEAD:
        return
    if {VERSION.name, *metadata.tables}.isdisjoint(inspect(connection).get_table_names()):
        metadata.create_all(connection, checkfirst=False)
        VERSION.create(connection)
        connection.execute(VERSION.insert().values(version_num=HEAD))
    else:
        migrate(connection)


def migrate(connection: Connection) -> None:
    """One migration after the other, from where this database is."""
    from alembic import command  # slow to import, and seldom needed
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    command.upgrade(config, "head")
