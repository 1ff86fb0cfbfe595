"""`crossdock route`: which line of routes.yaml sends a document where, and why the others do not."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hub.cli.route import route
from tests.journey import HERE, bring, hub_for

ORDER = HERE / "clean_order_to_paid_invoice" / "01_acme_850.edi"
ROUTES = """\
- document: order
  to: erp

- document: order
  amount: {from: 1000000}
  country: [MX]
  to: warehouse

- document: invoice
  to: []
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    shutil.copytree(HERE / "company", tmp_path / "company")
    (tmp_path / "company" / "routes.yaml").write_text(ROUTES)
    return tmp_path


def run(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(route, [*arguments, "--company", str(home / "company"), "--home", str(home)])


def test_every_route_is_explained_with_its_line(home: Path) -> None:
    done = run(home, str(ORDER), "--channel", "acme", "--explain")
    assert done.exit_code == 0, done.output
    assert done.output.splitlines() == [
        "order PO-1001 from acme goes to erp",
        "  routes.yaml:1  order -> erp: fits",
        "  routes.yaml:4  order if amount from 1000000, country MX -> warehouse: "
        "no: amount is 822.00, not from 1000000; country is `US`, not `MX`",
        "  routes.yaml:9  invoice -> nowhere: no: is for invoice, not order",
    ]


def test_an_order_of_the_ledger_is_asked_too(home: Path) -> None:
    async def live() -> None:
        async with hub_for(home) as hub:
            await bring(hub, "acme", ORDER.read_bytes(), "order.edi")

    asyncio.run(live())
    done = run(home, "PO-1001", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["to"] == ["erp"]
    (home / "company" / "routes.yaml").write_text(ROUTES.replace("to: erp", "country: MX\n  to: erp"))
    done = run(home, "PO-1001")
    assert (done.exit_code, done.output) == (1, "order PO-1001 from acme goes to nowhere: no route takes it, it would be held\n")


def test_what_is_not_there_is_said(home: Path) -> None:
    assert "no file" in str(run(home, "none.edi", "--channel", "acme").exception)
    assert "no ledger" in str(run(home, "PO-1").exception)
