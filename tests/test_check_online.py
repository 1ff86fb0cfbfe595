"""`crossdock check --online`: every place is asked whether it is there and lets us in; one that fails hides no other."""

import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hub.cli.main import cli
from hub.errors import Misconfigured, Unavailable
from hub.operations.online import Answer, answers
from hub.sdk import Connector

FOLDER = "connector: folder\nsettings: {{outbox: {0}}}\nformat: canonical\n"


class Place(Connector):
    """Answers as the test says."""

    def __init__(self, trouble: Exception | None) -> None:
        self.trouble = trouble

    async def check(self) -> None:
        if self.trouble:
            raise self.trouble


async def collected(found: AsyncIterator[Answer]) -> dict[str, tuple[str, str]]:
    return {answer.name: (answer.state, answer.words) async for answer in found}


async def test_each_answer_is_told_and_one_that_fails_hides_no_other() -> None:
    places = {
        "good": Place(None),
        "locked": Place(Misconfigured("the key is refused")),
        "away": Place(Unavailable("no connection")),
        "slow": Place(TimeoutError()),
        "broken": Place(ZeroDivisionError("division by zero")),
    }
    found = await collected(answers(places, patience=5))
    assert found["good"] == ("well", "")
    assert found["locked"] == ("refused", "the key is refused")
    assert found["away"] == ("cannot be reached", "no connection")
    assert found["slow"] == ("cannot be reached", "no answer within 5 seconds")
    assert found["broken"][0] == "failed" and "please report it" in found["broken"][1]


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]  # nobody listens there
    (tmp_path / "there").mkdir()
    files = {
        "hub.yaml": "name: Example\n",
        "routes.yaml": "[]\n",
        "systems/here.yaml": FOLDER.format("there"),
        "systems/nowhere.yaml": FOLDER.format("missing"),
        "systems/web.yaml": f"connector: http\nsettings: {{url: 'http://127.0.0.1:{port}/', health: 'http://127.0.0.1:{port}/'}}\nformat: canonical\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["check", "--online", *arguments])


def test_the_exit_code_says_that_a_place_is_not_well(company: Path) -> None:
    (company / "systems/web.yaml").unlink()
    result = run("--json")
    told = {line["name"]: line["state"] for line in map(json.loads, result.output.splitlines())}
    assert told["here"] == "well" and told["nowhere"] != "well"
    assert result.exit_code == 3
    (company / "missing").mkdir()
    assert run().exit_code == 0


def test_nobody_is_asked_while_there_are_mistakes(company: Path) -> None:
    (company / "routes.yaml").write_text("- {document: order, to: her}\n")
    result = run()
    assert result.exit_code == 1 and "well" not in result.output


def test_no_ledger_is_made_by_asking(company: Path) -> None:
    run()
    assert not (company / "var").exists()
