"""Logs: what a line is about travels with the work, over tasks and threads; JSON for machines."""

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from hub import logs
from hub.cli.main import cli
from tests.journey import HERE, bring, hub_for, wire

ORDER = (HERE / "clean_order_to_paid_invoice" / "01_acme_850.edi").read_bytes()


@pytest.fixture(autouse=True)
def root(monkeypatch: pytest.MonkeyPatch) -> logging.Logger:
    """The root of all loggers as it was, whatever a test does to it."""
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    return root


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    logs.begin("json", stream=stream)
    yield stream


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


async def test_tasks_and_threads_take_along_what_they_are_about(written: io.StringIO) -> None:
    log = logging.getLogger("hub.test")

    async def task() -> None:
        await asyncio.to_thread(log.info, "in a thread of a task")

    async def drain() -> None:
        logs.only_about(lane="out:erp")
        log.info("in a task of its own")

    with logs.about(message=7, orders=[1, 2], document=None):
        with logs.about(document=3):
            begun = asyncio.create_task(task())
        await begun
        await asyncio.create_task(drain())
    log.info("afterwards")
    found = [{name: one[name] for name in one if name not in ("at", "level", "from")} for one in lines(written)]
    assert found == [
        {"text": "in a thread of a task", "message": 7, "orders": [1, 2], "document": 3},
        {"text": "in a task of its own", "lane": "out:erp"},
        {"text": "afterwards"},
    ]


def test_an_exception_is_one_line_too(written: io.StringIO) -> None:
    try:
        raise ValueError("two\nlines")
    except ValueError:
        logging.getLogger("hub.test").exception("it broke: %s", "here")
    (line,) = lines(written)
    assert (line["level"], line["from"], line["text"]) == ("error", "hub.test", "it broke: here")
    assert line["at"].endswith("Z") and "ValueError: two\nlines" in line["trace"]


def test_people_read_the_ids_at_the_end() -> None:
    stream = io.StringIO()
    logs.begin("text", stream=stream)
    with logs.about(message=7):
        logging.getLogger("hub.test").warning("look")
    assert stream.getvalue().endswith("WARNING hub.test: look  [message=7]\n")


async def test_what_happens_to_an_order_is_logged_with_its_ids(tmp_path: Path, written: io.StringIO) -> None:
    async with hub_for(tmp_path) as hub:
        wire(hub, "erp").trouble = [KeyError("a bug")]
        await bring(hub, "acme", ORDER, "first.edi")
    found = {line["text"]: line for line in lines(written)}
    taken = found["order PO-1001 taken up: 2 lines"]
    assert (taken["endpoint"], taken["message"], taken["document"], taken["orders"]) == ("acme", 1, 1, [1])
    (pushed,) = (line for line in found.values() if line["level"] == "error")
    assert (pushed["lane"], pushed["documents"], pushed["number"]) == ("out:erp", [1], "PO-1001")
    assert "KeyError" in pushed["trace"]


@pytest.mark.parametrize(
    ("hub", "option", "form"), [("log: json", [], "json"), ("", ["--log", "json"], "json"), ("", [], "text")]
)
def test_the_option_goes_before_the_setting(tmp_path: Path, hub: str, option: list[str], form: str) -> None:
    (tmp_path / "hub.yaml").write_text(f"name: Mill\nlisten: 127.0.0.1:99\n{hub}\ndatabase: sqlite:////proc/none/x.db\n")
    (tmp_path / "routes.yaml").write_text("[]\n")
    result = CliRunner().invoke(cli, ["run", "--company", str(tmp_path), *option])
    assert result.exit_code == 2
    first = result.output.splitlines()[0]
    assert (json.loads(first)["text"] if form == "json" else first).startswith("Mill: ")
