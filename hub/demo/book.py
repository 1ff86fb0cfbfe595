"""The durable memory of one counterpart: entries by kind and key in a SQLite file of its own."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

TABLES = """
create table if not exists entry (
    kind text not null, key text not null, value text not null, place integer primary key autoincrement, unique (kind, key));
create table if not exists counter (name text primary key, value integer not null);
"""


class Page:
    """The book open for one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._run = connection.execute

    def get(self, kind: str, key: str) -> Any:
        row = self._run("select value from entry where kind = ? and key = ?", (kind, key)).fetchone()
        return json.loads(row[0]) if row else None

    def put(self, kind: str, key: str, value: Any) -> None:
        self._run(
            "insert into entry (kind, key, value) values (?, ?, ?) on conflict (kind, key) do update set value = excluded.value",
            (kind, key, json.dumps(value)),
        )

    def all(self, kind: str) -> list[tuple[str, Any]]:
        """Entries of a kind in the order they were first written."""
        rows = self._run("select key, value from entry where kind = ? order by place", (kind,))
        return [(key, json.loads(value)) for key, value in rows]

    def after(self, kind: str, key: str, limit: int) -> list[tuple[str, Any]]:
        """Entries with a greater key, in the order of keys."""
        rows = self._run(
            "select key, value from entry where kind = ? and key > ? order by key limit ?",
            (kind, key, limit),
        )
        return [(key, json.loads(value)) for key, value in rows]

    def next(self, name: str, first: int = 1) -> int:
        """The next number of a series; a number is used up only if the transaction is."""
        self._run("insert into counter values (?, ?) on conflict (name) do update set value = value + 1", (name, first))
        return int(self._run("select value from counter where name = ?", (name,)).fetchone()[0])


class Book:
    """All that a counterpart must not forget."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.executescript("pragma journal_mode = wal; pragma synchronous = normal;" + TABLES)
        self._lock = threading.Lock()

    @contextmanager
    def open(self) -> Iterator[Page]:
        """All that is written on the page is kept, or, after an error, nothing."""
        with self._lock:
            self._connection.execute("begin immediate")
            try:
                yield Page(self._connection)
            except BaseException:
                self._connection.execute("rollback")
                raise
            self._connection.execute("commit")

    def close(self) -> None:
        self._connection.close()
