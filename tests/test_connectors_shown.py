"""`crossdock connectors`: the list, and all of one connector."""

import pytest
from click.testing import CliRunner

from hub import registry
from hub.cli.main import cli
from hub.operations.connectors import settings

OWN = """from hub.sdk import Connector, Secret, Settings, setting


class Toy(Connector):
    title = "Toy store"
    docs_url = "https://toys.example/docs"
    met = "nothing yet"

    class Config(Settings):
        token: Secret = setting(description="Sent with every call.")

    async def check(self):
        pass
"""


def run(*arguments):
    return CliRunner().invoke(cli, ["connectors", *arguments])


@pytest.fixture
def company(tmp_path, monkeypatch):
    folder = tmp_path / "connectors" / "toy"
    folder.mkdir(parents=True)
    (folder / "connector.py").write_text(OWN)
    (folder / "README.md").write_text("# Toy\n\nWorth knowing.\n")
    (tmp_path / "hub.yaml").write_text("name: Example\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_list_has_those_of_the_company_one_stands_in(company):
    listed = [line.split()[0] for line in run().output.splitlines()]
    assert set(listed) == {*registry.connectors(), "toy"}


@pytest.mark.parametrize("name", registry.connectors())
def test_all_of_one(name):
    text = run("show", name).output
    assert [one.name for one in settings(registry.connectors()[name]) if f"  {one.name}: " not in text] == []
    assert "It can:" in text and "## Proved against" in text and "<!--" not in text


def test_one_of_the_company(company, monkeypatch):
    text = run("show", "toy").output
    assert "token: secret (must be given)" in text and "example: ${env:TOKEN}" in text
    assert text.endswith("Worth knowing.\n")
    monkeypatch.chdir("/")
    assert run("show", "toy", "--company", str(company)).output == text


def test_a_name_that_nobody_knows():
    result = run("show", "foldr")
    assert result.exit_code == 1 and "did you mean `folder`?" in result.output
