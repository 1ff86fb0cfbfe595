"""What comes is held in memory up to a bound, whatever brings it; the rest lies in a file until the ledger has it."""

import gc
import hashlib
import shutil
import tempfile
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest

from hub.app import Hub
from hub.errors import Unavailable
from hub.flow.poll import poll
from hub.ledger import arrivals, blobs
from hub.sdk import Spool, Spooled
from hub.sdk import spool as spooling
from tests.journey import HERE, hub_for

BOUND = 5_000_000  # bytes above the rest: a megabyte of pieces, and what the ledger writes at a time
LARGE = bytes(range(256)) * 4096 * 16  # 16 MB
SHOP = "connector: folder\nsettings: {inbox: in, archive: archive, settle: 0, create: true}\nformat: x12\npartner: acme\n"
POSTS = 'connector: http\nsettings: {accept_tokens: ["${file:token}"]}\nformat: canonical\n'


@pytest.mark.parametrize("length", [0, 1, 10, 11, 25])
def test_bytes_are_what_came(monkeypatch: pytest.MonkeyPatch, length: int) -> None:
    monkeypatch.setattr(spooling, "SMALL", 10)
    spool, came = Spool(), bytes(range(length))
    for at in range(0, length, 4):
        assert spool.fits(came[at : at + 4]) == (at + len(came[at : at + 4]) <= 10)
        spool.add(came[at : at + 4])
    body = spool.end()
    assert isinstance(body, Spooled) == (length > 10)
    assert (bytes(body), len(body), spooling.digest(body)) == (came, length, hashlib.sha256(came).hexdigest())
    assert b"".join(spooling.pieces(body)) == b"".join(spooling.pieces(body)) == came


def test_no_room_is_no_fault_of_the_sender(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(spooling, "SMALL", 1)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(Unavailable, match="no room in"):
        Spool().add(b"more than one")


@contextmanager
def bounded() -> Iterator[None]:
    gc.collect()
    tracemalloc.start()
    yield
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < BOUND


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    """A hub whose channel is a folder, and which can be posted to."""
    company = tmp_path / "made"
    shutil.copytree(HERE / "company", company)
    (company / "token").write_text("secret")
    (company / "channels" / "acme.yaml").write_text(SHOP)
    (company / "systems" / "posting.yaml").write_text(POSTS)
    hub_yaml = company / "hub.yaml"
    hub_yaml.write_text(hub_yaml.read_text() + "receiving: {largest: 100}\n")
    async with hub_for(tmp_path, company) as hub:
        await hub._remember()
        yield hub


def kept(hub: Hub, endpoint: str) -> list[bytes]:
    rows = hub.ledger.look(lambda connection: arrivals.waiting(connection, endpoint, hub.clock.now()))
    return [hub.ledger.look(partial(blobs.body, name=row.hash)) for row in rows]


async def test_a_large_file_is_not_held_in_memory(hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "large.edi").write_bytes(LARGE)
    with bounded():
        assert await poll(hub.site, "acme") == 1
    assert kept(hub, "acme") == [LARGE]
    assert len(list((tmp_path / "archive").iterdir())) == 1


async def test_a_large_post_is_not_held_in_memory(hub: Hub) -> None:
    async def body() -> AsyncIterator[bytes]:
        for at in range(0, len(LARGE), 65536):
            yield LARGE[at : at + 65536]

    async with httpx.AsyncClient(transport=httpx.ASGITransport(hub.web()), base_url="http://hub") as web:
        with bounded():
            reply = await web.post("/in/posting", content=body(), headers={"Authorization": "Bearer secret"})
        assert reply.status_code == 202, reply.text
    assert kept(hub, "posting") == [LARGE]
