"""`crossdock check`: one mistake a case, with the words a person is shown; and the example company has none."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic import field_validator

from connectors.folder.connector import Folder
from hub.cli.check import as_text, check
from hub.cli.main import cli
from hub.sdk import Connector, Secret, Settings, setting
from hub.settings.company import Company, load
from hub.settings.environments import names
from hub.settings.mistakes import Mistake, SettingsError

FIXTURES = Path(__file__).parent / "fixtures" / "config"
CASES = sorted(path.name for path in (FIXTURES / "bad").iterdir() if path.is_dir())
ENV = {"ERP_TOKEN": "s3cret", "ERP_URL": "ftp://user:hunter2@erp.example"}


class Http(Connector):
    class Config(Settings):
        url: str = setting(description="Address documents are posted to.", example="https://erp.example/api")
        token: Secret | None = setting(None, description="Sent with every call.")

        @field_validator("url")
        @classmethod
        def _web(cls, url: str) -> str:
            if not url.startswith("https://"):
                raise ValueError(f"`{url}` does not start with https://")
            return url


CONNECTORS: dict[str, type[Connector]] = {"folder": Folder, "http": Http}


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str | None], Company]:
    """Loads the good company with the files of a case laid over it."""

    def make(case: str | None) -> Company:
        shutil.copytree(FIXTURES / "good", tmp_path / "company")
        if case:
            shutil.copytree(FIXTURES / "bad" / case, tmp_path / "company", dirs_exist_ok=True)
            (tmp_path / "company" / "expected.txt").unlink(missing_ok=True)
        monkeypatch.chdir(tmp_path)
        environment = next(iter(names(Path("company"))), None)
        return load(Path("company"), CONNECTORS, ENV, product=FIXTURES / "product", environment=environment)

    return make


def mistakes(company: Callable[[str | None], Company], case: str) -> list[Mistake]:
    """What `check` tells: mistakes, or what works and should still not be so."""
    try:
        return list(company(case).remarks)
    except SettingsError as error:
        return error.mistakes


@pytest.mark.parametrize("case", CASES)
def test_a_mistake_is_shown_at_its_place(case, company, golden):
    text = "\n".join(as_text(mistakes(company, case))) + "\n"
    golden(FIXTURES / "bad" / case / "expected.txt", text)


def test_sixty_are_tried():
    assert len(CASES) >= 60


def test_one_slip_is_one_mistake():
    counts = {case: (FIXTURES / "bad" / case / "expected.txt").read_text().splitlines()[-1] for case in CASES}
    assert {case for case, count in counts.items() if count != "1 mistake"} == {
        "many_at_once",
        "bad_mapping",
        "table_of_unknown_columns",
    }


def test_all_mistakes_come_at_once(company):
    assert {mistake.file for mistake in mistakes(company, "many_at_once")} == {
        "company/hub.yaml",
        "company/channels/acme.yaml",
        "company/systems/erp.yaml",
        "company/partners/acme/partner.yaml",
        "company/routes.yaml",
    }


@pytest.mark.parametrize("case", ["hidden_secret", "list_for_text"])
def test_what_a_reference_leads_to_is_never_shown(case, company):
    shown = "\n".join(map(str, mistakes(company, case)))
    assert "hunter2" not in shown and "s3cret" not in shown


SECRET = [case for case in CASES if "hunter2" in "".join(p.read_text() for p in (FIXTURES / "bad" / case).rglob("*.yaml"))]


@pytest.mark.parametrize("case", SECRET)
def test_a_secret_in_plain_text_is_not_shown_by_who_tells_of_it(case):
    assert "hunter2" not in (FIXTURES / "bad" / case / "expected.txt").read_text()


def test_one_that_stands_beside_another_mistake_is_not_shown_either(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(FIXTURES / "good", tmp_path / "company")
    erp = tmp_path / "company/systems/erp.yaml"
    url, token = "  url: https://erp.example/api\n", "  token: ${env:ERP_TOKEN}\n"
    flow = "settings: {url: [x], token: hunter2 with blanks}  # a remark\n"
    erp.write_text(erp.read_text().replace(f"settings:\n{url}{token}", flow))
    with pytest.raises(SettingsError) as caught:
        load(Path("company"), CONNECTORS, ENV, product=FIXTURES / "product")
    shown = "\n".join(as_text(caught.value.mistakes))
    assert len(caught.value.mistakes) == 2 and "hunter2" not in shown and "blanks" not in shown and "# a remark" in shown


def test_a_secret_in_plain_text_does_not_stop_the_hub(company):
    assert [one.text for one in company("secret_in_plain_text").remarks] == ["`token` holds a secret in plain text"]


def test_secrets_are_resolved_and_not_in_repr(company):
    good = company(None)
    assert good.systems["erp"].config.token.get_secret_value() == "s3cret"
    assert "s3cret" not in repr(good)


def test_the_example_company_has_no_mistakes(root, monkeypatch):
    monkeypatch.chdir(root)
    result = CliRunner().invoke(check, [])
    assert result.exit_code == 0, result.output
    assert "no mistakes" in result.output


def test_json_is_one_object_a_mistake(tmp_path):
    (tmp_path / "hub.yaml").write_text("nam: Example\nzone: [UTC]\n")
    (tmp_path / "routes.yaml").write_text("[]\n")
    result = CliRunner().invoke(check, [str(tmp_path), "--json"])
    found = [json.loads(line) for line in result.output.splitlines()]
    assert result.exit_code == 1
    assert {(one["line"], one["column"], one["text"]) for one in found} == {
        (1, 1, "there is no `nam` here"),
        (2, 7, "`zone` must be text"),
    }
    assert {tuple(one) for one in found} == {("file", "line", "column", "text", "hint")}


def test_a_folder_that_is_not_there_could_not_be_looked_at(tmp_path):
    result = CliRunner().invoke(cli, ["check", str(tmp_path / "nowhere")])
    assert result.exit_code == 2 and "no such folder" in result.output


def test_a_folder_that_is_no_company(tmp_path):
    result = CliRunner().invoke(check, [str(tmp_path)])
    assert result.exit_code == 1
    assert "there is no hub.yaml" in result.output


def test_a_connector_that_cannot_be_imported_is_a_mistake(tmp_path):
    folder = tmp_path / "connectors" / "toy"
    folder.mkdir(parents=True)
    (folder / "connector.py").write_text("import nothing_of_that_name\n")
    result = CliRunner().invoke(check, [str(tmp_path)])
    assert result.exit_code == 1
    assert "toy/connector.py cannot be imported" in result.output and "Traceback" not in result.output
