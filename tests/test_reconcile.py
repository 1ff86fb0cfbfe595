"""Reconcile and pull: what is missing is named, with the command that brings it; and brought by it."""

import asyncio
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result

from hub.cli.pull import pull
from hub.cli.reconcile import reconcile
from hub.cli.trace import trace
from tests.journey import HERE, hub_for

ORDER = (HERE / "clean_order_to_paid_invoice" / "01_acme_850.edi").read_bytes()
TODAY = datetime.now(ZoneInfo("America/Chicago")).date()
PERIOD = ("--from", str(TODAY - timedelta(days=1)), "--to", str(TODAY + timedelta(days=1)))
FOLDERS = {
    "channels/acme.yaml": "connector: folder\nsettings: {inbox: in, outbox: out, archive: archive, settle: 0, create: true}\nformat: x12\npartner: acme\n",
    "systems/erp.yaml": "connector: folder\nsettings: {inbox: erp_in, outbox: erp, create: true}\nformat: canonical\ntakes: [order, ship_notice]\n",
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A company with a channel and a system that are folders; one file waits."""
    shutil.copytree(HERE / "company", tmp_path / "company")
    for name, text in FOLDERS.items():
        (tmp_path / "company" / name).write_text(text)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "first.edi").write_bytes(ORDER)
    return tmp_path


def run(command: Any, home: Path, *arguments: str) -> Result:
    result = CliRunner().invoke(command, [*arguments, "--company", str(home / "company"), "--home", str(home)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def days(home: Path) -> dict[str, Any]:
    """The day on which something was to be found."""
    rows = [json.loads(line) for line in run(reconcile, home, "acme", "--json", *PERIOD).output.splitlines()]
    assert len(rows) == 3
    return next((row for row in rows if row["hub"] or row["source"]), rows[0])


def work(home: Path) -> None:
    async def act() -> None:
        async with hub_for(home) as hub:
            await hub.clock.advance(max(timedelta(), datetime.now(UTC) - hub.clock.now()))  # type: ignore[attr-defined]
            await hub.work()

    asyncio.run(act())


def test_what_is_missing_is_named_and_brought_by_the_command_that_is_named(home: Path) -> None:
    row = days(home)
    (missing,) = row["missing"]
    assert missing.startswith("first.edi#") and (row["source"], row["hub"]) == (1, 0)
    said = run(reconcile, home, "acme", *PERIOD)
    assert said.exit_code == 1 and row["help"] in said.output
    words = row["help"].split()
    assert words[:3] == ["crossdock", "pull", "acme"]
    assert "1 new from acme" in run(pull, home, *words[2:]).output
    assert "nothing new" in run(pull, home, *words[2:]).output
    assert (days(home)["missing"], days(home)["hub"]) == ([], 1)
    assert [path.name.rpartition("-")[2] for path in (home / "archive").iterdir()] == ["first.edi"]


def test_what_was_put_away_comes_again_after_the_ledger_was_lost(home: Path) -> None:
    run(pull, home, "acme")
    for path in home.glob("ledger.db*"):
        path.unlink()
    assert [one.rpartition("#")[0] for one in days(home)["missing"]] == ["first.edi"]
    assert "1 new from acme" in run(pull, home, "acme", *PERIOD).output
    assert (days(home)["missing"], days(home)["hub"]) == ([], 1)
    assert len(list((home / "archive").iterdir())) == 1


def test_systems_that_tell_what_they_have_for_us_are_asked_too(home: Path) -> None:
    (home / "erp_in").mkdir()
    (home / "erp_in" / "answer.json").write_text("{}")
    rows = [json.loads(line) for line in run(reconcile, home, "--json", *PERIOD).output.splitlines()]
    assert {row["channel"] for row in rows} == {"acme", "erp"}
    assert [row["help"].split()[:3] for row in rows if row["channel"] == "erp" and row["missing"]] == [
        ["crossdock", "pull", "erp"]
    ]


def test_a_backfill_is_stored_and_shown_and_nothing_of_it_leaves(home: Path) -> None:
    assert "1 new from acme" in run(pull, home, "acme", *PERIOD, "--no-send").output
    work(home)
    assert [path.name for where in ("out", "erp") for path in (home / where).glob("*.*")] == []
    assert days(home)["hub"] == 1
    told = run(trace, home, "PO-1001").output
    assert "taken up" in told and "not sent to erp" in told and "would be acknowledged" in told


def test_a_pull_without_a_period_goes_on_from_where_we_are(home: Path) -> None:
    assert "1 new from acme" in run(pull, home, "acme").output
    assert "nothing new from acme" in run(pull, home, "acme").output


def test_what_a_system_has_not_after_all_is_named(home: Path) -> None:
    run(pull, home, "acme")
    assert run(reconcile, home, "acme", *PERIOD).exit_code == 0
    work(home)
    assert days(home)["systems"] == {"erp": {"taken": 1, "waiting": [], "missing": []}}
    for path in (home / "erp" / ".crossdock" / "sent").iterdir():
        path.unlink()
    assert days(home)["systems"]["erp"]["missing"] == ["order PO-1001"]
    said = run(reconcile, home, "acme", *PERIOD)
    assert said.exit_code == 1 and "does not know of: order PO-1001" in said.output


@pytest.mark.parametrize(
    ("command", "arguments", "words"),
    [
        (reconcile, ("nobody",), "there is no nobody; there are acme"),
        (pull, ("acme", "--from", "2026-01-01"), "give both --from and --to"),
        (pull, ("acme", "--no-send"), "--no-send goes with --from and --to"),
        (pull, ("acme", "--from", "2026-01-02", "--to", "2026-01-01"), "--from is after --to"),
        (reconcile, ("acme", "--from", "soon"), "does not match the format"),
    ],
)
def test_what_cannot_be_asked_says_why(home: Path, command: Any, arguments: tuple[str, ...], words: str) -> None:
    result = run(command, home, *arguments)
    assert result.exit_code == 2
    assert words in result.output


def test_a_place_that_cannot_tell_a_period_says_so(home: Path) -> None:
    result = CliRunner().invoke(pull, ["warehouse", *PERIOD, "--company", str(home / "company"), "--home", str(home)])
    assert "does not tell what it has of a period" in str(result.exception)
