"""SFTP and FTPS against real daemons: whom they trust, which files they take, and what becomes of what was interrupted."""

import asyncio
import json
import os
from datetime import timedelta

import pytest

from hub import registry
from hub.errors import Misconfigured, Rejected, Unavailable, Unknown
from hub.sdk.remote_folder import ASIDE, STAGED
from hub.sdk.testing import GONE, OPEN, SILENT, Bench, fails, pulled
from tests.test_connectors import counterpart

KINDS = ("sftp", "ftps")


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
async def bench(kind, tmp_path):
    partner = counterpart(kind)(tmp_path)
    await partner.start()
    yield Bench(registry.connectors()[kind], partner)
    await partner.stop()


def names(bench, folder):
    return sorted(path.name for path in (bench.counterpart.files / folder).iterdir() if path.is_file())


sftp_only, ftps_only = (pytest.mark.parametrize("kind", [kind], indirect=True) for kind in KINDS)


@sftp_only
async def test_an_unknown_host_key_is_refused_and_named(bench):
    fingerprint = bench.counterpart.daemon.fingerprint
    for known, said in (((), "not known yet"), (("SHA256:" + "A" * 43,), "not the one we know")):
        async with bench.open({**bench.counterpart.settings(), "host_keys": known}) as connector:
            error = await fails(connector.check(), Misconfigured)
            assert fingerprint in str(error) and said in str(error) and "operator" in str(error)
            await fails(connector.push(bench.counterpart.outgoing(1)), Misconfigured)
    assert bench.counterpart.holds() == []


@sftp_only
async def test_a_file_of_known_hosts_does_as_well(bench, tmp_path):
    daemon = bench.counterpart.daemon
    key = (daemon.home / "host.pub").read_text()
    (tmp_path / "known").write_text(f"[{bench.counterpart.wire.host}]:{daemon.port} {key}")
    (tmp_path / "others").write_text(f"[{bench.counterpart.wire.host}]:{daemon.port} {(daemon.home / 'user.pub').read_text()}")
    for file, right in (("known", True), ("others", False)):
        async with bench.open({**bench.counterpart.settings(), "host_keys": (), "known_hosts": file}) as connector:
            await (connector.check() if right else fails(connector.check(), Misconfigured))


@sftp_only
async def test_a_key_that_cannot_be_read_is_told(bench):
    for path in ("nowhere", str(bench.counterpart.daemon.home / "config")):
        async with bench.open({**bench.counterpart.settings(), "key_file": path}) as connector:
            assert path in str(await fails(connector.check(), Misconfigured))


@pytest.mark.slow  # pure-ftpd takes its time over wrong passwords
@ftps_only
async def test_a_wrong_password_stops_the_endpoint(bench):
    async with bench.open({**bench.counterpart.settings(), "password": "wrong-0000", "timeout": 20}) as connector:
        assert "wrong-0000" not in str(await fails(connector.check(), Misconfigured))


@ftps_only
async def test_a_certificate_for_another_name_is_refused(bench):
    bench.counterpart.wire.host = "127.0.0.3"
    await bench.counterpart.wire.stop()
    await bench.counterpart.wire.start()
    async with bench.open() as connector:
        assert "certificate" in str(await fails(connector.check(), Misconfigured))


@ftps_only
async def test_a_server_without_tls_hears_no_password(bench, tmp_path):
    heard = []

    async def plain(reader, writer):
        writer.write(b"220 welcome\r\n")
        while line := await reader.readline():
            heard.append(line)
            writer.write(b"502 not here\r\n")
        writer.close()

    server = await asyncio.start_server(plain, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with bench.open({**bench.counterpart.settings(), "host": "127.0.0.1", "port": port}) as connector:
        await fails(connector.check(), Misconfigured)
    server.close()
    assert heard == [b"AUTH TLS\r\n"]


async def test_a_folder_that_is_not_there_is_told(bench):
    settings = {**bench.counterpart.settings(), "inbox": bench.counterpart.shown("nowhere")}
    async with bench.open(settings) as connector:
        assert "nowhere" in str(await fails(connector.check(), Misconfigured))
        await fails(pulled(connector), Misconfigured)


async def test_a_file_that_still_grows_is_left_alone(bench):
    await bench.counterpart.offer(1)
    async with bench.open({**bench.counterpart.settings(), "settle": 30}) as connector:
        assert await pulled(connector) == []
        bench.clock.advance(31)
        path = bench.counterpart.files / "in" / "1.edi"
        path.write_bytes(path.read_bytes() + b"and more")
        assert await pulled(connector) == []
        bench.clock.advance(31)
        (message,) = await pulled(connector)
        assert message.body.endswith(b"and more")


async def test_only_what_is_meant_for_us_is_taken_in_the_order_of_names(bench):
    folder = bench.counterpart.files / "in"
    for name in ("b.edi", "a.edi", ".c.edi", "d.edi.part", "e.csv", "f g é.edi"):
        (folder / name).write_bytes(name.encode())
        bench.counterpart.own(folder / name)
    (folder / "g.edi").mkdir()
    (folder / "h.edi").symlink_to(folder / "a.edi")
    async with bench.open({**bench.counterpart.settings(), "pattern": "*.edi"}) as connector:
        taken = [message.name for message in await pulled(connector)]
    assert [name for name in taken if name != "h.edi"] == ["a.edi", "b.edi", "f g é.edi"]


async def test_a_large_file_is_left_lying_and_holds_up_no_other(bench):
    (bench.counterpart.files / "in" / "0.edi").write_bytes(b"x" * 2000)
    await bench.counterpart.offer(1)
    async with bench.open({**bench.counterpart.settings(), "max_bytes": 1000}) as connector:
        came = []
        with pytest.raises(Unavailable, match=r"0\.edi has 2000 bytes"):
            async for message in connector.pull(None):
                came.append(message.name)  # noqa: PERF401 what came before the error counts
        assert came == ["1.edi"]
        await fails(connector.push(bench.counterpart.outgoing(1)), Rejected)


@pytest.mark.parametrize("archive", [True, False])
async def test_what_was_stored_is_archived_or_removed(bench, archive):
    await bench.counterpart.offer(1)
    await bench.counterpart.offer(1)
    settings = bench.counterpart.settings()
    async with bench.open(settings if archive else {**settings, "archive": None}) as connector:
        (message,) = await pulled(connector)
        await connector.ack(message)
        begin, end = (bench.clock.now() + n * timedelta(days=1) for n in (-1, 1))
        assert [key async for key in connector.ids(begin, end)] == [message.key] * archive
        again = [one async for one in connector.pull(begin.isoformat(), end)]
        assert again == [message] * archive, "as it came, where it was put away"
        assert await pulled(connector) == []
        for one in again:
            await connector.ack(one)
    assert names(bench, "in") == []
    assert [name.partition("-")[2].partition("-")[2].endswith("1.edi") for name in names(bench, "in/archive")] == [True] * archive


async def test_a_file_put_under_a_taken_name_before_the_word_stays(bench):
    await bench.counterpart.offer(1)
    async with bench.open() as connector:
        (message,) = await pulled(connector)
        await bench.counterpart.offer(1)
        await connector.ack(message)
        assert names(bench, "in") == ["1.edi"]
        (other,) = await pulled(connector)
        assert other.key != message.key


async def test_what_a_kill_left_half_put_away_is_finished_and_a_stranger_goes_back(bench):
    await bench.counterpart.offer(1)
    await bench.counterpart.offer(2)
    folder = bench.counterpart.files / "in"
    async with bench.open() as connector:
        first, second = await pulled(connector)
        for message in (first, second):
            arrival = message.key.rpartition("#")[2].rpartition("-")[0]
            (folder / message.name).rename(folder / f"{ASIDE}{arrival}-{message.name}")
        aside = next(folder.glob(f"{ASIDE}*2.edi"))
        aside.write_bytes(b"a sender wrote on")
        again = await pulled(connector)
    if names(bench, "in/archive"):  # pure-ftpd lists hidden files only where it is told to
        assert [name.endswith("1.edi") for name in names(bench, "in/archive")] == [True]
        assert [name.endswith("2.edi") for name in names(bench, "in")] == [True]
        assert again == []


async def test_somebody_elses_file_is_never_overwritten(bench):
    outgoing = bench.counterpart.outgoing(1)
    (bench.counterpart.files / "out" / outgoing.name).write_bytes(b"theirs")
    async with bench.open() as connector:
        assert "did not put it there" in str(await fails(connector.push(outgoing), Rejected))
    assert (bench.counterpart.files / "out" / outgoing.name).read_bytes() == b"theirs"


async def test_another_content_under_a_used_name_is_refused(bench):
    one, other = bench.counterpart.outgoing(1), bench.counterpart.outgoing(2)
    async with bench.open() as connector:
        await connector.push(one)
        await fails(connector.push(type(one)(other.key, other.body, one.name, "order")), Rejected)
    assert bench.counterpart.holds() == [one.body]


async def test_what_may_have_been_swept_away_is_a_persons_affair(bench):
    """The marker stands, nothing lies there: taken by the partner, or swept before it appeared. Within the hour it was taken."""
    outgoing = bench.counterpart.outgoing(1)
    async with bench.open() as connector:
        await connector.push(outgoing)
        assert bench.counterpart.holds() == [outgoing.body]
        assert await connector.find(outgoing.key, outgoing)
        bench.clock.advance(4000)
        await fails(connector.find(outgoing.key, outgoing), Unavailable)
        await connector.push(outgoing)  # a person has looked, and says so
    assert bench.counterpart.holds() == [outgoing.body] * 2


async def test_what_a_cut_left_behind_is_removed_after_days(bench):
    out = bench.counterpart.files / "out"
    for name, age in (("old", 3 * 86400), ("young", 3600)):
        path = out / f"{STAGED}{name}-x.edi.tmp"
        path.write_bytes(b"half")
        bench.counterpart.own(path)
        os.utime(path, (path.stat().st_mtime - age,) * 2)
    async with bench.open() as connector:
        await connector.push(bench.counterpart.outgoing(1))
    left = [path.name for path in out.glob(f"{STAGED}*")]
    assert left == [f"{STAGED}young-x.edi.tmp"]


async def test_a_rename_whose_answer_is_lost_is_unknown_then_found(bench):
    outgoing = bench.counterpart.outgoing(1)
    async with bench.open() as connector:
        await connector.push(bench.counterpart.outgoing(2))
        staged = await connector._stage(outgoing.name, outgoing)
        await bench.counterpart.behave(SILENT)
        await fails(connector.push(outgoing), Unknown)
        await bench.counterpart.behave(OPEN)
        assert (await connector.find(outgoing.key, outgoing)).reference == staged.name
    assert sorted(bench.counterpart.holds()) == sorted([bench.counterpart.outgoing(2).body, outgoing.body])


async def test_a_login_that_was_closed_is_made_anew(bench):
    async with bench.open() as connector:
        await connector.push(bench.counterpart.outgoing(1))
        await bench.counterpart.behave(GONE)
        await fails(connector.push(bench.counterpart.outgoing(2)), Unavailable)
        await bench.counterpart.behave(OPEN)
        await connector.check()
        await connector.push(bench.counterpart.outgoing(2))
    assert len(bench.counterpart.holds()) == 2


async def test_the_journal_forgets_the_oldest():
    from hub.sdk.sent_journal import DEEP, SLOTS, Marker, SentJournal
    from hub.sdk.testing import Memory

    state = Memory()
    journal = SentJournal(state)
    for number in range(20 * DEEP):
        await journal.put(Marker(f"{number}", "key", "hash", "staged", "2026-03-02T12:00:00+00:00"))
    assert len(state.values) <= SLOTS
    assert max(len(json.loads(value)) for value in state.values.values()) <= DEEP
    assert await journal.get(f"{20 * DEEP - 1}")
    await journal.forget(f"{20 * DEEP - 1}")
    assert await journal.get(f"{20 * DEEP - 1}") is None
