"""A folder: whole files, each arrival once, each file put once, whatever happens in between."""

import asyncio
import errno
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.folder import inbox, outbox
from connectors.folder.connector import Folder
from connectors.folder.disk import on_disk
from connectors.folder.settings import FolderSettings
from hub.errors import Misconfigured, Rejected, Unavailable, Unknown
from hub.sdk import Outgoing
from hub.sdk.file_names import LONGEST, fit
from hub.sdk.testing import Bench, Counterpart, HurriedClock, pulled

ROOT = Path(__file__).resolve().parents[3]


class Partner(Counterpart):
    """Two folders and settings of the test's own."""

    def __init__(self, home, **settings):
        super().__init__(home)
        self.own = settings
        for name in ("in", "out"):
            (home / name).mkdir(exist_ok=True)

    def settings(self):
        return {"inbox": "in", "outbox": "out", "archive": "archive", "settle": 0, **self.own}

    def drop(self, name, body=b"ISA~", modified=None):
        path = self.home / "in" / name
        path.write_bytes(body)
        if modified:
            os.utime(path, ns=(modified, modified))
        return path

    def names(self, folder="in"):
        return sorted(path.name for path in (self.home / folder).glob("*") if path.name != ".crossdock")


@pytest.fixture
def place(tmp_path):
    return lambda **settings: Bench(Folder, Partner(tmp_path, **settings))


def message(number, body=b"ISA~", name=None, key=None):
    return Outgoing(key or f"delivery-{number}", body, name or f"{number:04d}.edi", "order_response")


@pytest.mark.parametrize(
    "same",
    [
        {"inbox": "in", "outbox": "./in"},
        {"inbox": "in", "archive": "in/"},
        {"outbox": "out", "archive": "in/../out"},
        {"outbox": "out", "journal": "out"},
    ],
)
def test_no_folder_serves_two_ends(same):
    with pytest.raises(ValueError, match="are the same folder"):
        FolderSettings.model_validate(same)


# --- taking


async def test_endings_of_unfinished_files_count_in_any_case(place):
    bench = place(unfinished=[".Uploading"])
    for name in ("1.edi", "2.edi.uploading", "3.edi.UPLOADING"):
        bench.counterpart.drop(name)
    async with bench.open() as connector:
        assert [message.name for message in await pulled(connector)] == ["1.edi"]


async def test_a_file_is_taken_when_it_has_lain_still(place):
    bench = place(settle=10)
    bench.clock = HurriedClock(datetime(2020, 1, 1, tzinfo=UTC))  # before the file's own times: only looking counts
    path = bench.counterpart.drop("1.edi")
    async with bench.open() as connector:
        assert await pulled(connector) == []
        bench.clock.advance(9)
        path.write_bytes(b"ISA~ST~")
        assert await pulled(connector) == []
        bench.clock.advance(9)
        assert await pulled(connector) == []
        bench.clock.advance(1)
        assert [one.body for one in await pulled(connector)] == [b"ISA~ST~"]


async def test_a_file_that_has_long_been_there_is_taken_at_first_sight(place):
    bench = place(settle=10)
    bench.counterpart.drop("1.edi")
    async with bench.open() as connector:
        assert await pulled(connector) == []
        bench.clock.advance(11)
    async with bench.open() as connector:
        assert len(await pulled(connector)) == 1


async def test_only_what_is_meant_for_us_is_taken(place):
    bench = place(pattern="*.edi")
    partner = bench.counterpart
    for name in (".hidden.edi", "half.edi.tmp", "other.txt", "half.edi.PART", "b.edi", "a.edi"):
        partner.drop(name)
    (partner.home / "in" / "folder.edi").mkdir()
    (partner.home / "in" / "link.edi").symlink_to("/etc/hostname")
    os.mkfifo(partner.home / "in" / "pipe.edi")
    async with bench.open() as connector:
        assert [one.name for one in await pulled(connector)] == ["a.edi", "b.edi"]


async def test_the_same_file_again_is_new_even_under_the_same_inode_and_times(place):
    """Removed without archive, so that the file system uses the inode again."""
    bench = place(archive=None)
    keys = []
    async with bench.open() as connector:
        for _ in range(5):
            bench.counterpart.drop("1.edi", modified=1_700_000_000_000_000_000)
            (one,) = await pulled(connector)
            await connector.ack(one)
            keys.append(one.key)
    assert len(set(keys)) == 5
    assert bench.counterpart.names() == []


async def test_a_file_replaced_before_the_acknowledgement_is_the_next_arrival(place):
    bench = place()
    async with bench.open() as connector:
        bench.counterpart.drop("1.edi", b"first")
        (first,) = await pulled(connector)
        bench.counterpart.drop("new", b"second").rename(bench.counterpart.home / "in" / "1.edi")
        await connector.ack(first)
        (second,) = await pulled(connector)
    assert (second.body, second.key == first.key) == (b"second", False)


async def test_a_file_sent_again_before_the_acknowledgement_stays_even_with_the_same_facts(place):
    """Rewritten in place, times put back: only the time of status change tells."""
    bench = place()
    async with bench.open() as connector:
        bench.counterpart.drop("1.edi", modified=1_700_000_000_000_000_000)
        (first,) = await pulled(connector)
        bench.counterpart.drop("1.edi", modified=1_700_000_000_000_000_000)
        await connector.ack(first)
        assert len(await pulled(connector)) == 1


@pytest.mark.parametrize("occupied", [False, True])
async def test_a_file_replaced_during_the_acknowledgement_goes_back(place, occupied):
    """Taken aside under the name of another: it was never stored, so it must arrive."""
    bench = place()
    path = bench.counterpart.drop("1.edi", b"stored")
    seen = inbox.Seen.of("1.edi", path.lstat())
    path.unlink()
    aside = bench.counterpart.home / "in" / ".crossdock"
    aside.mkdir()
    (aside / seen.aside).write_bytes(b"not stored")
    if occupied:
        bench.counterpart.drop("1.edi", b"third")
    async with bench.open() as connector:
        assert sorted(one.body for one in await pulled(connector)) == sorted([b"not stored", *([b"third"] if occupied else [])])
    assert not (bench.counterpart.home / "archive").exists()


async def test_a_file_that_changes_while_it_is_read_is_left_for_later(place, monkeypatch):
    bench = place()
    path = bench.counterpart.drop("1.edi", b"half")
    seen = inbox.Seen.of("1.edi", path.lstat())
    path.write_bytes(b"half and the rest")
    assert inbox.read(path.parent, seen) is None


async def test_the_archive_may_be_on_another_file_system(place, monkeypatch):
    bench = place()
    rename = Path.rename

    def within_one(self, target):
        if self.parent.name == ".crossdock":
            raise OSError(errno.EXDEV, "another file system")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", within_one)
    bench.counterpart.drop("1.edi", b"bytes")
    async with bench.open() as connector:
        (one,) = await pulled(connector)
        await connector.ack(one)
        await connector.ack(one)
    (kept,) = (bench.counterpart.home / "archive").iterdir()
    assert kept.read_bytes() == b"bytes" and kept.name.endswith("-1.edi")
    assert bench.counterpart.names() == []


async def test_one_bad_file_holds_up_no_other_and_is_reported(place):
    bench = place(max_bytes=5)
    for name, body in (("a.edi", b"123456"), ("b.edi", b"12345")):
        bench.counterpart.drop(name, body)
    got = []
    async with bench.open() as connector:
        with pytest.raises(Unavailable, match=r"a\.edi has 6 bytes"):
            async for one in connector.pull(None):
                got += [one.name]
    assert got == ["b.edi"]
    assert bench.counterpart.names() == ["a.edi", "b.edi"]


@pytest.mark.parametrize(
    "name", [b"caf\xe9.edi", "Bestellung Größe #7 (2).edi".encode(), b"a" * 251 + b".edi", b"x#1-2-3.edi", b"new\nline.edi"]
)
async def test_any_name_goes_its_way(place, name):
    bench = place()
    path = os.fsencode(bench.counterpart.home / "in") + b"/" + name
    Path(os.fsdecode(path)).write_bytes(b"ISA~")
    async with bench.open() as connector:
        (one,) = await pulled(connector)
        assert one.key.isascii() and one.handle
        assert one.name.encode()
        await connector.ack(one)
    assert bench.counterpart.names() == []
    assert len(bench.counterpart.names("archive")) == 1


def test_killed_at_every_call_while_taking_every_file_arrives_once(tmp_path):
    """The hub's own part is played by a store of keys. After each kill a new process goes on where the last one died."""
    home, store = tmp_path / "home", tmp_path / "store"
    home.mkdir()
    store.mkdir()
    partner = Partner(home)
    task = {"home": str(home), "settings": partner.settings(), "store": str(store)}
    pipe, kills, offered = subprocess.PIPE, 0, 0
    command = [sys.executable, "-m", "tests.connectors.killed"]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdin=pipe, stdout=pipe) as process:
        for call in [*range(1, 20), 0]:
            for name in {"same.edi", f"{call}.edi"} - set(partner.names()):
                partner.drop(name)
                offered += 1
            process.stdin.write(json.dumps({**task, "call": call}) + "\n")
            process.stdin.flush()
            kills += json.loads(process.stdout.readline())["killed"]
        process.stdin.close()
    assert kills >= 12
    assert len(list(store.iterdir())) == offered == len(partner.names("archive"))
    assert partner.names() == []


# --- putting


async def test_a_name_serves_one_message_only(place):
    bench = place()
    async with bench.open() as connector:
        await connector.push(message(1))
        for other in (message(1, body=b"changed"), message(1, key="another")):
            with pytest.raises(Rejected, match="a name of its own"):
                await connector.push(other)
            with pytest.raises(Rejected):
                await connector.find(other.key, other)
    assert bench.counterpart.names("out") == ["0001.edi"]


async def test_somebody_elses_file_is_never_replaced(place):
    bench = place()
    stranger = bench.counterpart.home / "out" / "0001.edi"
    stranger.write_bytes(b"theirs")
    async with bench.open() as connector:
        with pytest.raises(Rejected, match="we did not put it there"):
            await connector.push(message(1))
        assert stranger.read_bytes() == b"theirs"
        stranger.unlink()
        await connector.push(message(1))


async def test_a_record_that_is_gone_proves_nothing(place):
    bench = place()
    async with bench.open() as connector:
        await connector.push(message(1))
    journal = bench.counterpart.home / "out" / ".crossdock"
    shutil.rmtree(journal)
    async with bench.open() as connector:
        for work in (connector.find("delivery-1", message(1)), connector.push(message(2))):
            with pytest.raises(Unavailable, match="make that folder if it may start anew"):
                await work
        (journal / "sent").mkdir(parents=True)
        await connector.push(message(2))


async def test_a_missing_folder_is_not_made_unless_told(place):
    bench = place()
    shutil.rmtree(bench.counterpart.home / "out")
    async with bench.open() as connector:
        with pytest.raises(Misconfigured, match="create: true"):
            await connector.check()
        with pytest.raises(Unavailable):
            await connector.push(message(1))
    assert not (bench.counterpart.home / "out").exists()
    async with bench.open({**bench.counterpart.settings(), "create": True}) as connector:
        await connector.check()
        await connector.push(message(1))
    assert bench.counterpart.names("out") == ["0001.edi"]


async def test_a_full_disk_leaves_nothing_and_passes(place, monkeypatch):
    bench = place()

    def full(number):
        raise OSError(errno.ENOSPC, "No space left on device")

    async with bench.open() as connector:
        await connector.find("delivery-0", message(0))
        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", full)
            with pytest.raises(Unavailable, match="No space left") as caught:
                await connector.push(message(1))
        assert not isinstance(caught.value, Unknown)
        assert bench.counterpart.names("out") == []
        assert list((bench.counterpart.home / "out" / ".crossdock" / "staged").iterdir()) == []
        assert await connector.find("delivery-1", message(1)) is None
        await connector.push(message(1))


async def test_trouble_after_the_marker_is_unknown_and_found_out(place, monkeypatch):
    bench = place()
    rename = Path.rename

    def failing(self, target):
        if target.name == "0001.edi":
            raise OSError(errno.EIO, "Input/output error")
        return rename(self, target)

    async with bench.open() as connector:
        with monkeypatch.context() as patched:
            patched.setattr(Path, "rename", failing)
            with pytest.raises(Unknown):
                await connector.push(message(1))
        assert bench.counterpart.names("out") == []
        assert (await connector.find("delivery-1", message(1))).reference == "0001.edi"
    assert bench.counterpart.names("out") == ["0001.edi"]


async def test_a_file_system_without_links_is_good_enough(place, monkeypatch):
    def no_links(source, target):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    bench = place()
    async with bench.open() as connector:
        assert await connector.push(message(1)) == await connector.push(message(1))
    assert bench.counterpart.names("out") == ["0001.edi"]


async def test_old_records_are_forgotten_but_not_unfinished_ones(place):
    bench = place(keep_sent_days=30)
    journal = bench.counterpart.home / "out" / ".crossdock"
    box = outbox.Outbox(bench.counterpart.home / "out", journal)
    async with bench.open() as connector:
        await connector.push(message(1))
        box.announce("delivery-2", "0002.edi", b"ISA~", bench.clock.now())
        bench.clock.advance(31 * 24 * 3600)
        await connector.push(message(3))
        assert sorted(path.name for path in (journal / "sent").iterdir()) == ["0002.edi", "0003.edi"]
        assert await connector.find("delivery-2", message(2))


async def test_bytes_staged_by_the_dead_are_cleared_away_those_of_the_living_stay(place):
    bench = place()
    async with bench.open() as connector:
        await connector.push(message(1))
    staged = bench.counterpart.home / "out" / ".crossdock" / "staged"
    for name in ("dead-0002.edi", "alive-0002.edi"):
        (staged / name).write_bytes(b"half")
    os.utime(staged / "dead-0002.edi", (1, 1))
    async with bench.open() as connector:
        await connector.push(message(3))
    assert [path.name for path in staged.iterdir()] == ["alive-0002.edi"]


async def test_a_journal_on_another_file_system_is_found(place):
    other = Path("/dev/shm") if Path("/dev/shm").is_dir() else Path("/proc")
    async with place(journal=str(other / "crossdock-journal")).open() as connector:
        with pytest.raises(Misconfigured, match="same file system"):
            await connector.check()


NAMES = st.text(min_size=1, max_size=300) | st.sampled_from(
    ["../../etc/passwd", ".", "..", ".hidden", "a/b.edi", "CON.", "x" * 400 + ".edi", "a\x00b"]
)


@given(NAMES, NAMES)
def test_names_are_fit_and_stay_apart(one, other):
    fitting = fit(one)
    assert fitting and "/" not in fitting and "\x00" not in fitting and not fitting.startswith(".")
    assert len(fitting.encode()) <= LONGEST
    assert (fit(other) == fitting) == (one == other)
    assert fit(fitting) == fitting


@pytest.mark.parametrize(("number", "kind"), [
    (errno.ENOSPC, Unavailable), (errno.EDQUOT, Unavailable), (errno.EIO, Unavailable), (errno.ESTALE, Unavailable), (errno.ENOENT, Unavailable),
    (errno.EACCES, Misconfigured), (errno.EPERM, Misconfigured), (errno.EROFS, Misconfigured), (errno.ENOTDIR, Misconfigured),
])  # fmt: skip
async def test_what_the_file_system_says_becomes_an_instruction(number, kind):
    def work():
        raise OSError(number, os.strerror(number), "in/1.edi")

    with pytest.raises(kind, match=r"in/1\.edi"):
        await on_disk(work)


async def test_many_at_once_appear_once_each(place):
    bench = place()
    async with bench.open() as connector:
        await asyncio.gather(*(connector.push(message(number % 20)) for number in range(60)))
    assert bench.counterpart.names("out") == [f"{number:04d}.edi" for number in range(20)]


async def test_a_folder_that_only_puts_brings_nothing(tmp_path):
    bench = Bench(Folder, Partner(tmp_path, inbox=None, archive=None))
    async with bench.open() as connector:
        assert await pulled(connector) == []
