"""The commands that look into a ledger or ask something of it: trace, orders, retry."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hub.cli.orders import orders
from hub.cli.retry import retry
from hub.cli.trace import trace
from hub.errors import Rejected
from tests.journey import HERE, bring, hub_for, wire

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


async def test_retry_is_asked_for_and_done(home: Path) -> None:
    assert "order PO-2002 for erp is to be tried again: unblocked" in run(retry, home, "PO-2002", "--why", "unblocked").output
    assert "nothing waits" in run(retry, home, "--all").output
    async with hub_for(home) as hub:
        await hub.work()
        assert len(wire(hub, "erp").sent) == 1


def test_retry_wants_a_number_or_all(home: Path) -> None:
    assert run(retry, home).exit_code == 2
