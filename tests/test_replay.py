"""Replay and plan: what was decided and sent is made again from what is stored, and nothing is sent or changed by that."""

import asyncio
import json
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Connection

from hub.app import Hub
from hub.cli.plan import plan
from hub.cli.replay import replay
from hub.ledger import arrivals, documents, timeline
from hub.ledger.opening import looked_at
from hub.operations.plan import replays
from hub.operations.recall import Past
from hub.operations.replay import Replayed, uncompared
from hub.registry import connectors
from hub.settings.company import load, product_mappings
from tests.journey import A_FEW, HERE, bring, hub_for, play, wire

CLEAN = HERE / "clean_order_to_paid_invoice"
CURRENCY = b"CUR*BY*USD~\n"
ORDER = (CLEAN / "01_acme_850.edi").read_bytes()


def as_then(hub: Hub) -> list[Replayed]:
    """Everything that ever came, under the configuration of then."""
    ledger = looked_at(hub.ledger.url)
    sites = Past(hub.company, ledger, {})
    try:
        ids = ledger.look(partial(arrivals.decided_since, since=hub.clock.now().replace(year=2000)))
        return list(replays(ledger, sites, ids, onward=False))
    finally:
        sites.close()
        ledger.close()


def differences(replayed: list[Replayed]) -> list[Any]:
    return [(one.title, one.differences) for it in replayed for one in (*it.documents, *it.files) if one.differences]


@pytest.mark.parametrize("journey", A_FEW, ids=lambda path: path.name)
async def test_every_file_of_a_journey_comes_out_as_it_was(journey: Path, tmp_path: Path) -> None:
    found: list[Replayed] = []
    left: list[str] = []

    def look(hub: Hub) -> None:
        found.extend(as_then(hub))
        left.extend(hub.ledger.look(partial(uncompared, ids=[it.arrival.id for it in found])))

    made = await play(journey, tmp_path, after=look)
    assert differences(found) == []
    files = {one.title for it in found for one in it.files}
    assert files.isdisjoint(left), "what follows from a message is compared"
    assert len(files) + len(left) == sum(name != "timeline.txt" for name in made), "every file is compared, or said not to be"
    assert len(found) == len(list(journey.glob("[0-9][0-9]_*")))


async def test_a_batch_comes_out_as_it_was(tmp_path: Path) -> None:
    folder = changed(tmp_path, "channels/acme.yaml", "partner: acme", 'partner: acme\nbatch: {cron: "0 14 * * *"}')
    async with hub_for(tmp_path, folder) as hub:
        for n in (1, 2, 3):
            await bring(hub, "acme", numbered(n), f"{n}.edi")
        await hub.clock.advance(hub.clock.now().replace(hour=22) - hub.clock.now())  # type: ignore[attr-defined]
        await hub.work()
        assert len(wire(hub, "acme").sent) == 1
        found = as_then(hub)
    assert differences(found) == []
    assert {one.title for it in found for one in it.files if "997" in one.title} == {"0000000004_997.edi to acme"}


@pytest.mark.slow
async def test_on_postgresql_it_is_the_same(tmp_path: Path, postgres_url: str) -> None:
    found: list[Replayed] = []
    await play(CLEAN, tmp_path, postgres_url, after=lambda hub: found.extend(as_then(hub)))
    assert differences(found) == []
    assert sum(len(it.files) for it in found) == 8


async def test_a_message_is_written_under_the_settings_it_was_sent_under(tmp_path: Path) -> None:
    """Decided, then the hub is stopped, its settings are changed, and it sends."""
    partner = "partners/acme/partner.yaml"
    folder = changed(
        tmp_path, "channels/acme.yaml", "partner: acme", 'partner: acme\nbatch: {cron: "0 14 * * *"}', name="company"
    )
    async with hub_for(tmp_path, folder) as hub:
        await bring(hub, "acme", ORDER, "first.edi")
        assert len(wire(hub, "acme").sent) == 0
    changed(tmp_path, partner, 'element: "*"', 'element: "|"', name="company")
    async with hub_for(tmp_path, folder) as hub:
        await hub.work()
        await hub.clock.advance(timedelta(hours=4))  # type: ignore[attr-defined]
        await hub.work()
        (sent,) = wire(hub, "acme").sent.values()
        found = as_then(hub)
    assert sent.body.startswith(b"ISA|")
    assert differences(found) == []


async def test_what_a_person_decided_since_is_no_difference(tmp_path: Path) -> None:
    async with hub_for(tmp_path) as hub:
        await bring(hub, "acme", ORDER, "first.edi")
        await bring(hub, "acme", ORDER.replace(b"*24*EA*", b"*25*EA*"), "other.edi")

        def release(connection: Connection) -> None:
            (held,) = documents.held(connection)
            documents.mark(connection, held.id, "accepted")
            timeline.say(connection, hub.clock.now(), "released", "taken after all", (), held.id, who="ann")

        await hub.ledger.write(release)
        assert differences(as_then(hub)) == []


def numbered(n: int) -> bytes:
    return ORDER.replace(b"PO-1001", b"PO-100%d" % n).replace(b"000000101", b"00000010%d" % n)


def changed(home: Path, file: str, old: str, new: str, name: str = "changed") -> Path:
    """The journeys' company with one thing written otherwise."""
    folder = home / name
    if not folder.exists():
        shutil.copytree(HERE / "company", folder)
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new))
    return folder


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company that has taken an order to the invoice; a second one was rejected, a third names no currency."""

    async def live(home: Path) -> None:
        await play(CLEAN, home)
        async with hub_for(home) as hub:
            await bring(hub, "acme", numbered(2).replace(b"*24*EA*", b"*many*EA*"), "second.edi")
            await bring(hub, "acme", numbered(3).replace(CURRENCY, b"").replace(b"SE*13*", b"SE*12*"), "third.edi")

    home = tmp_path_factory.mktemp("lived")
    asyncio.run(live(home))
    return home


@pytest.fixture
def home(lived: Path, tmp_path: Path) -> Path:
    shutil.copytree(lived, tmp_path / "home")
    return tmp_path / "home"


def run(command: Any, home: Path, *arguments: str, company: Path | None = None) -> Result:
    folder = company or home / "company"
    return CliRunner().invoke(command, [*arguments, "--company", str(folder), "--home", str(home)])


def content(home: Path) -> tuple[bytes, list[str]]:
    """The ledger as it lies there, to the byte, and all it says."""
    with sqlite3.connect(f"file:{home}/ledger.db?mode=ro", uri=True) as connection:
        return (home / "ledger.db").read_bytes(), list(connection.iterdump())


COMMANDS = {
    "as then": (replay, ("PO-1001",)),
    "as now": (replay, ("PO-1001", "--as-now")),
    "a rejected file": (replay, ("second.edi", "--as-now")),
    "plan": (plan, ("--since", "30000d")),
}


@pytest.mark.parametrize(("command", "arguments"), COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize("price_basis", [None, "each"], ids=["nothing changed", "changed"])
def test_nothing_is_sent_or_changed(
    home: Path, command: Any, arguments: tuple[str, ...], price_basis: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def touched(*arguments: Any, **more: Any) -> Any:
        raise AssertionError("a connector was opened")

    monkeypatch.setattr("hub.sdk.Connector.__init__", touched)
    if price_basis:
        partner = home / "company" / "partners" / "acme" / "partner.yaml"
        partner.write_text(partner.read_text().replace("currency: USD", "currency: CAD"))
    before = content(home)
    result = run(command, home, *arguments)
    assert result.exit_code in (0, 1), result.output
    assert content(home) == before


def test_the_ledger_itself_refuses_to_be_changed(home: Path) -> None:
    ledger = looked_at(f"sqlite:///{home}/ledger.db")
    with pytest.raises(Exception, match="readonly"):
        ledger.submit(lambda connection: connection.exec_driver_sql("delete from arrivals")).result()
    ledger.close()


def test_replay_tells_that_all_is_identical(home: Path) -> None:
    result = run(replay, home, "PO-1001")
    assert result.exit_code == 0, result.output
    assert "arrival 1, 01_acme_850.edi from acme, 2026-11-22 12:00:00" in result.output
    assert "order PO-1001 from acme: identical" in result.output
    assert "different" not in result.output
    assert "855_PO-1001.edi to acme: identical" in result.output


def test_as_now_shows_a_changed_partner_file_field_by_field(home: Path) -> None:
    changed(home, "partners/acme/partner.yaml", "currency: USD", "currency: CAD", name="company")
    assert run(replay, home, "PO-1003").exit_code == 0, "as then: under what was stored, whatever the folder says now"
    result = run(replay, home, "PO-1003", "--as-now", "--json")
    assert result.exit_code == 1
    (found,) = [json.loads(line) for line in result.output.splitlines()]
    differing = {one["title"]: one["differences"] for one in [*found["documents"], *found["files"]] if one["differences"]}
    (sent,) = [title for title in differing if title.endswith("to erp")]
    assert differing == {
        "order PO-1003 from acme": [{"path": "currency", "then": "USD", "now": "CAD"}],
        sent: [{"path": "currencyCode", "then": "USD", "now": "CAD"}],
    }


def test_plan_lists_exactly_what_would_differ(home: Path) -> None:
    folder = changed(home, "partners/acme/partner.yaml", 'group: "004010"', 'group: "005010"')
    nothing = run(plan, home, "--since", "30000d")
    assert nothing.exit_code == 0
    assert "9 messages" in nothing.output and ": 0 of" in nothing.output
    result = run(plan, home, "--since", "30000d", "--json", company=folder)
    assert result.exit_code == 1
    rows = [json.loads(line) for line in result.output.splitlines()]
    assert {row["what"] for row in rows} == {"file to acme"}
    paths = {(one["path"].partition("[")[0], one["then"], one["now"]) for row in rows for one in row["differences"]}
    assert ("GS", "004010", "005010") in paths
    text = run(plan, home, "--since", "30000d", company=folder).output
    assert "GS[]/8" in text


def test_a_plan_follows_what_differs_to_what_comes_of_it(home: Path) -> None:
    """The order is no longer taken up: its answers find none, and nothing goes out for them."""
    folder = changed(home, "partners/acme/partner.yaml", "CROSSDOCKCO}", "OTHER}")
    changed(home, "partners/acme/partner.yaml", "id: ACMERETAIL", "id: SOMEBODYELSE")
    rows = [json.loads(line) for line in run(plan, home, "--since", "30000d", "--json", company=folder).output.splitlines()]
    by = {row["title"]: {one["path"]: one["now"] for one in row["differences"]} for row in rows}
    assert by["order PO-1001 from acme"]["state"] == "held"
    (answer,) = [found for title, found in by.items() if title.startswith("order response")]
    assert "no order is known as" in answer["why"]
    assert all("not sent" in found["file"] for title, found in by.items() if " to erp" in title or "855" in title)


def test_guides_are_those_of_then(home: Path) -> None:
    """Read again from the ledger only where the product has changed since."""
    later = shutil.copytree(product_mappings(), home / "later")
    (later / "x12" / "850.yaml").open("a").write("# another\n")
    ledger, folder = looked_at(f"sqlite:///{home}/ledger.db"), home / "company"
    then = load(folder, connectors(folder), {}, home=home)
    for company in (then, load(folder, connectors(folder), {}, home=home, product=later)):
        past = Past(company, ledger, {})
        recalled = past.site(then.hash, datetime.now(UTC)).company
        assert (recalled.guide_roots[-1] == product_mappings()) == (company is then)
        assert recalled.hash == then.hash
        past.close()
    ledger.close()


def test_under_another_release_it_says_so(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.operations.recall.__version__", "99.0")
    result = run(replay, home, "PO-1001")
    assert "decided by release 0.1.0" in result.output


def test_what_was_decided_before_configurations_were_kept(home: Path) -> None:
    with sqlite3.connect(home / "ledger.db") as connection:
        connection.execute("update documents set configuration = 'of old'")
    result = run(replay, home, "PO-1001")
    assert "not kept" in str(result.exception)
    assert run(replay, home, "PO-1001", "--as-now").exit_code in (0, 1)


@pytest.mark.parametrize(
    ("command", "arguments", "words"),
    [(replay, ("PO-9",), "nothing is known of PO-9"), (plan, ("--since", "soon"), "write a duration")],
)
def test_what_cannot_be_told_says_why(home: Path, command: Any, arguments: tuple[str, ...], words: str) -> None:
    result = run(command, home, *arguments)
    assert result.exit_code != 0
    assert words in result.output


def test_a_ledger_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    folder = changed(tmp_path, "hub.yaml", "zone:", "zone:")
    result = run(plan, tmp_path, company=folder)
    assert "there is no ledger" in str(result.exception)
    assert not (tmp_path / "ledger.db").exists()
