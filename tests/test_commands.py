"""The commands that look into a ledger or ask something of it: trace, orders, retry."""

import asyncio
import json
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hub.cli.company import user
from hub.cli.main import cli
from hub.cli.orders import orders
from hub.cli.retry import retry
from hub.cli.trace import trace
from hub.errors import Rejected
from hub.ledger.store import Ledger
from tests.journey import HERE, bring, catch_up, hub_for, wire

JOURNEY = HERE / "clean_order_to_paid_invoice"


@pytest.fixture
async def home(tmp_path: Path) -> Path:
    """A company whose ERP has confirmed one order and refuses the next."""
    async with hub_for(tmp_path) as hub:
        await bring(hub, "acme", (JOURNEY / "01_acme_850.edi").read_bytes(), "first.edi")
        await bring(hub, "erp", (JOURNEY / "02_erp_confirmation.json").read_bytes(), "confirmation")
        wire(hub, "erp").trouble = [Rejected("customer is blocked")]
        second = (JOURNEY / "01_acme_850.edi").read_bytes().replace(b"PO-1001", b"PO-2002").replace(b"000000101", b"000000109")
        await bring(hub, "acme", second, "second.edi")
    return tmp_path


def run(command: object, home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(command, [*arguments, "--company", str(home / "company"), "--home", str(home)])  # type: ignore[arg-type]  # click's own types


def test_trace_tells_the_life_and_shows_every_view(home: Path) -> None:
    plain = run(trace, home, "PO-1001")
    assert plain.exit_code == 0
    assert "Order PO-1001 from acme: confirmed (times in America/Chicago)" in plain.output
    assert "850 order PO-1001 came from acme in first.edi" in plain.output
    assert "BEG*00*SA*PO-1001" not in plain.output
    assert "BEG*00*SA*PO-1001" in run(trace, home, "PO-1001", "--raw").output
    assert "BAK*00*AD*PO-1001" in run(trace, home, "PO-1001", "--sent").output
    assert '"order_number": "PO-1001"' in run(trace, home, "PO-1001", "--canonical").output


def test_trace_knows_the_names_that_systems_give(home: Path) -> None:
    assert "Order PO-1001" in run(trace, home, "SO-70001").output


def test_trace_as_json(home: Path) -> None:
    (life,) = json.loads(run(trace, home, "PO-1001", "--json").output)
    assert (life["number"], life["state"], life["revision"]) == ("PO-1001", "confirmed", 1)
    assert [(paper["direction"], paper["type"]) for paper in life["documents"]][:2] == [("in", "850"), ("out", "997")]


def test_trace_of_nothing_says_so(home: Path) -> None:
    result = run(trace, home, "PO-9")
    assert result.exit_code == 1
    assert "nothing is known of PO-9" in result.output


def test_orders_lists_and_says_what_waits(home: Path) -> None:
    listed = run(orders, home).output
    assert listed.index("PO-2002") < listed.index("PO-1001")
    assert "1 waiting for a person" in listed
    waiting = run(orders, home, "--waiting").output
    assert "parked    order PO-2002 for erp: erp refuses it: customer is blocked" in waiting
    assert "receipt" in waiting  # the order response is open until the partner has acknowledged it


def test_what_waits_as_json(home: Path) -> None:
    found = [json.loads(line) for line in run(orders, home, "--waiting", "--json").output.splitlines()]
    assert [one["waits"] for one in found] == ["parked", "receipt"]
    parked = {"kind": "order", "number": "PO-2002", "place": "erp", "why": "erp refuses it: customer is blocked"}
    assert {name: found[0][name] for name in parked} == parked
    assert (found[1]["place"], found[1]["why"]) == ("acme", "open")


def test_far_sides_cannot_upset_a_terminal(home: Path) -> None:
    async def act() -> None:
        async with hub_for(home) as hub:
            wire(hub, "erp").trouble = [Rejected("no\x1b[2J\rsuch customer")]
            third = (JOURNEY / "01_acme_850.edi").read_bytes().replace(b"PO-1001", b"PO-3003")
            await bring(hub, "acme", third.replace(b"000000101", b"000000110"), "third\x1b[31m.edi")

    asyncio.run(act())
    waiting, told = run(orders, home, "--waiting").output, run(trace, home, "PO-3003", "--raw", "--sent").output
    assert "no\\x1b[2J\\x0dsuch customer" in waiting
    assert "third\\x1b[31m.edi" in told
    assert not set(waiting + told) & {"\x1b", "\r"}


async def test_retry_is_asked_for_and_done(home: Path) -> None:
    assert "order PO-2002 for erp is to be tried again: unblocked" in run(retry, home, "PO-2002", "--why", "unblocked").output
    assert "nothing waits" in run(retry, home, "--all").output
    async with hub_for(home) as hub:
        await catch_up(hub)
        await hub.work()
        assert len(wire(hub, "erp").sent) == 1


def test_who_asks_has_a_name_or_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 10001")

    monkeypatch.setattr("getpass.getuser", nobody)
    monkeypatch.setattr("os.getuid", lambda: 10001)
    assert user() == "user 10001"


def test_retry_wants_a_number_or_all(home: Path) -> None:
    assert run(retry, home).exit_code == 2


ENDS = {
    "no folder": (["orders", "--company", "{home}/nowhere"], "there is no hub.yaml"),
    "no folder, run": (["run", "--company", "{home}/nowhere"], "there is no hub.yaml"),
    "no folder, check": (["check", "{home}/nowhere"], "there is no hub.yaml"),
    "no text": (["orders", "--company", "{home}/binary"], "not readable as YAML"),
    "no file": (["read", "{home}/none.edi"], "cannot be read: No such file"),
    "a folder for a file": (["explain", "{home}"], "cannot be read: Is a directory"),
    "no order, trace": (["trace", "PO-9", "--company", "{home}/company"], "nothing is known of PO-9"),
    "no order, retry": (["retry", "PO-9", "--company", "{home}/company"], "nothing waits under PO-9"),
    "none at most": (["orders", "--most", "0", "--company", "{home}/company"], "0 is not in the range"),
    "no address": (["orders", "--database", "hunter2", "--company", "{home}/company"], "this is no address of a database"),
    "no port": (["run", "--database", "postgresql://a:hunter2@b:zz/c", "--company", "{home}/company"], "this is no address"),
    "no such database": (["orders", "--database", "mysql://b/c", "--company", "{home}/company"], "not in mysql"),
    "no database": (["orders", "--database", "sqlite:///../binary/hub.yaml", "--company", "{home}/company"], "is not a database"),
    "no place for one": (["run", "--database", "sqlite:////proc/none/x.db", "--company", "{home}/company"], "No such file"),
    "no place to listen on": (["run", "--listen", "nowhere", "--company", "{home}/company"], "no place to listen on"),
    "port in use": (["run", "--listen", "127.0.0.1:{port}", "--company", "{home}/company"], "Address already in use"),
    "another hub": (["run", "--company", "{home}/company", "--database", "sqlite:///taken.db"], "another hub is running"),
}


@pytest.fixture
def troubled(tmp_path: Path) -> Iterator[dict[str, object]]:
    """A company, files that are none, a port and a database in use."""
    shutil.copytree(HERE / "company", tmp_path / "company")
    (tmp_path / "binary").mkdir()
    (tmp_path / "binary" / "hub.yaml").write_bytes(b"\xff\xfe\x00" * 400)
    taken = Ledger(f"sqlite:///{tmp_path}/company/taken.db")
    taken.create()
    assert taken.own()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield {"home": tmp_path, "port": listener.getsockname()[1]}
    taken.close()


@pytest.mark.parametrize("case", ENDS)
def test_whatever_is_wrong_is_said_in_a_clear_line(troubled: dict[str, object], case: str) -> None:
    arguments, words = ENDS[case]
    result = CliRunner().invoke(cli, [one.format(**troubled) for one in arguments])
    assert result.exit_code in (1, 2) and isinstance(result.exception, SystemExit)
    assert words in result.output
    assert "hunter2" not in result.output and "Traceback" not in result.output
