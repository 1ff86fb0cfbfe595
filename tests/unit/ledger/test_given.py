"""Rows given to one statement: kept and changed as if one by one, whatever they have in common, however many."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from hub.ledger.each import Each
from hub.ledger.given import MOST, SIZES
from hub.ledger.sql import ignore_all, insert_all
from hub.ledger.store import Ledger
from hub.ledger.tables import blobs, chunks, outbound, timeline

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
EDGES = sorted({0, 1, 2, *SIZES, *(size + 1 for size in SIZES), 2 * MOST + 1})


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    server = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    name = server.lend() if server else f"{tmp_path_factory.mktemp('given')}/ledger.db"
    ledger = Ledger(server.url(name) if server else f"sqlite:///{name}")
    ledger.create()
    yield ledger
    ledger.close()
    if server:
        server.take_back(name)


@pytest.fixture
def connection(ledger: Ledger):
    """Nothing is left behind."""
    with ledger._engine.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


def said(n: int, **about: Any) -> dict[str, Any]:
    """An entry; the text of some is that of others, some are about nobody, and one needs care."""
    text = ("same", "same", "it's \u00fcber \U0001f4e6 100%", 'a\0b{"\\,NULL}')[n % 4]
    return {
        "at": NOW + timedelta(seconds=n),
        "what": "noted",
        "text": text,
        "order_id": None,
        "who": "Ann" if n % 3 else None,
        **about,
    }


@pytest.mark.parametrize("count", EDGES)
def test_rows_are_kept_in_their_order(connection: Connection, count: int) -> None:
    rows = [said(n) for n in range(count)]
    insert_all(connection, timeline, rows)
    found = [dict(row._mapping) for row in connection.execute(select(timeline).order_by(timeline.c.id))]
    assert [{name: row[name] for name in rows[0]} for row in found] == [
        {**row, "text": row["text"].replace("\0", "\ufffd")} for row in rows
    ]


def test_equal_rows_are_each_kept(connection: Connection) -> None:
    insert_all(connection, timeline, [said(0)] * 3)
    assert len(connection.execute(select(timeline)).all()) == 3


@pytest.mark.parametrize("bodies", [[b""], [b"", b""], [b"", b"\x00\xff"], [b"%s?", b"'", b"\\x00"]])
def test_bytes_stay_as_they_are(connection: Connection, bodies: list[bytes]) -> None:
    ignore_all(connection, blobs, [{"hash": str(n), "size": len(body)} for n, body in enumerate(bodies)])
    ignore_all(connection, chunks, [{"hash": str(n), "n": 0, "body": body} for n, body in enumerate(bodies)])
    assert list(connection.scalars(select(chunks.c.body).order_by(chunks.c.hash))) == bodies


@pytest.mark.parametrize("count", EDGES)
def test_those_whose_key_is_taken_are_not_counted(connection: Connection, count: int) -> None:
    ignore_all(connection, blobs, [{"hash": str(n), "size": n} for n in range(0, count, 2)])
    assert ignore_all(connection, blobs, [{"hash": str(n), "size": 1} for n in range(count)]) == count // 2


@pytest.mark.parametrize("count", EDGES)
def test_each_row_is_changed_once_and_no_other_nor_one_that_is_spared(connection: Connection, count: int) -> None:
    ids = range(1, count + 3)
    made = {"target": "erp", "name": "n", "media_type": "m", "kind": "order", "hash": "0", "test": False, "made_at": NOW}
    kept = [{"id": n, "key": str(n), "control_number": "1", "receipt": "open" if n == 2 else "none", **made} for n in ids]
    insert_all(connection, outbound, kept)
    change = Each(outbound, "id", ("number", "partner"), "control_number = control_number || '+'", "receipt = 'open'")
    change.change(connection, [{"id": n, "number": None if n % 5 == 0 else f"N{n % 3}", "partner": "acme"} for n in ids[:count]])
    found = {row.id: (row.number, row.partner, row.control_number) for row in connection.execute(select(outbound))}
    assert found == {
        n: (None if n % 5 == 0 else f"N{n % 3}", "acme", "1+") if n <= count and n != 2 else (None, None, "1") for n in ids
    }  # fmt: skip
