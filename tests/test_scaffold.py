"""What `init` and the `new` commands write: it is commented, it names its schema, `check` finds no fault, its own tests pass."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner, Result

from hub import registry
from hub.cli.main import cli

LINE = re.compile(r"\A# yaml-language-server: \$schema=(\S+)\n")


def run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new company; one stands in it."""
    monkeypatch.chdir(tmp_path)
    run("init", "tea-works", "--yes")
    monkeypatch.chdir(tmp_path / "tea-works")
    return tmp_path / "tea-works"


def settings_files(company: Path) -> list[Path]:
    found = [company / "hub.yaml", company / "routes.yaml", *company.glob("partners/*/partner.yaml")]
    return [*found, *company.glob("channels/*.yaml"), *company.glob("systems/*.yaml")]


def well(company: Path) -> None:
    """Check finds no fault, and every file fits the schema that its first line names."""
    assert "no mistakes" in run("check").output
    for path in settings_files(company):
        named = LINE.match(path.read_text())
        assert named, path
        schema = json.loads((path.parent / named[1]).read_text())
        errors = [error.message for error in jsonschema.Draft7Validator(schema).iter_errors(yaml.safe_load(path.read_text()))]
        assert errors == [], path


def test_a_new_company_has_no_mistakes_and_is_commented(company: Path) -> None:
    well(company)
    for path in settings_files(company):
        assert path.read_text().count("#") >= 4, f"{path} says too little"
    for path in [*company.glob("channels/*"), *company.glob("systems/*")]:
        assert path.suffix == ".yaml" and "connector" in yaml.safe_load(path.read_text())


def test_without_a_terminal_nothing_is_asked(tmp_path: Path) -> None:
    run("init", str(tmp_path / "a"))
    assert "name: A\n" in (tmp_path / "a/hub.yaml").read_text()
    run("init", str(tmp_path / "b"), "--name", 'Bee: "Co"', "--zone", "Europe/Berlin")
    assert yaml.safe_load((tmp_path / "b/hub.yaml").read_text())["name"] == 'Bee: "Co"'
    assert "did you mean `Europe/Berlin`?" in run("init", str(tmp_path / "c"), "--zone", "Europe/Berlni", code=2).output
    assert not (tmp_path / "c").exists()


def test_a_folder_that_has_a_company_is_left_as_it_is(company: Path) -> None:
    (company / "hub.yaml").write_text("name: Mine\n")
    assert "there is a company in" in run("init", str(company), "--yes", code=2).output
    assert (company / "hub.yaml").read_text() == "name: Mine\n"


def test_a_company_called_config_says_where_its_paths_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run("init", "config", "--yes")
    assert "relative to the folder above" in Path("config/hub.yaml").read_text()
    assert "no mistakes" in run("check").output


@pytest.mark.parametrize("standard", ["x12", "edifact"])
def test_a_new_partner(company: Path, standard: str) -> None:
    run("partner", "new", "big-box", "--standard", standard, "--state", "test")
    run("channel", "new", "folder")
    well(company)
    assert (company / "channels/big-box.yaml").is_file(), "the first partner without a channel"
    (sample,) = company.glob("partners/big-box/samples/*.edi")
    assert ": accepted" in run("read", str(sample), "--partner", "big-box").output
    assert "already" in run("partner", "new", "big-box", code=2).output


def test_what_a_new_partners_guide_shows_is_a_right_change(company: Path) -> None:
    for standard in ("x12", "edifact"):
        run("partner", "new", standard, "--standard", standard)
        (guide,) = company.glob(f"partners/{standard}/guides/*/*.yaml")
        guide.write_text(guide.read_text().replace("# change:", "change:").replace("\n#   ", "\n   "))
        assert "change:\n" in guide.read_text()
        assert "What is different" in run("guides", "show", f"{standard}/{guide.stem}", "--partner", standard).output
    well(company)


@pytest.mark.slow
def test_a_new_channel_and_a_new_system_of_every_connector(company: Path) -> None:
    for name, kind in registry.connectors().items():
        run("channel", "new", name, "--name", f"{name}_one")
        run("system", "new", name, "--name", f"{name}_two", "--company", str(company))
        written = (company / f"channels/{name}_one.yaml").read_text()
        missing = [field for field in kind.Config.model_fields if f"{field}: " not in written]
        assert missing == [], "every setting is there, if only as a comment"
    well(company)


def test_secrets_are_never_written_into_settings(company: Path) -> None:
    run("system", "new", "demo_erp")
    assert "api_key: ${file:secrets/demo_erp_api_key}" in (company / "systems/demo_erp.yaml").read_text()
    secret = company / "secrets/demo_erp_api_key"
    assert secret.stat().st_mode & 0o077 == 0 and "secrets/" in (company / ".gitignore").read_text().splitlines()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("channel", "new", "foldr"), "did you mean `folder`?"),
        (("channel", "new", "folder", "--partner", "exampel"), "did you mean `example`?"),
        (("channel", "new", "folder", "--name", "erp"), "there is a channel or system `erp` already"),
        (("channel", "new", "folder", "--name", "My Channel"), "cannot be a name"),
        (("system", "new", "folder", "--format", "x12"), "needs --partner"),
        (("partner", "new", "Big Box"), "cannot be a name"),
        (("connector", "new", "my-erp"), "cannot be a connector's name"),
    ],
)
def test_what_cannot_be_begun_is_refused_and_nothing_written(company: Path, arguments: tuple[str, ...], words: str) -> None:
    before = sorted(company.rglob("*"))
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code in (1, 2) and words in result.output
    assert sorted(company.rglob("*")) == before


def test_nothing_is_begun_where_there_is_no_company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "crossdock init" in run("partner", "new", "acme", code=2).output


def test_a_new_connector_is_found_by_its_folder(company: Path) -> None:
    run("connector", "new", "my_crm")
    run("system", "new", "my_crm")
    well(company)
    assert "my_crm" in run("connectors").output and "How a repeat is safe" in run("connectors", "show", "my_crm").output
    assert (company / ".crossdock/schema/system/my_crm.json").is_file()
    assert "already" in run("connector", "new", "my_crm", code=2).output


def test_schemas_are_written_again(company: Path) -> None:
    schema = company / ".crossdock/schema/hub.json"
    schema.unlink()
    assert "schemas in" in run("config", "schema").output and schema.is_file()


@pytest.mark.slow
def test_the_tests_of_a_new_company_and_a_new_connector_pass(company: Path, root: Path) -> None:
    run("partner", "new", "acme", "--standard", "edifact")
    run("connector", "new", "my_crm")
    environment = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests"], cwd=company, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed and int(passed[1]) > 15
    (company / "connectors/my_crm/connector.py").write_text(
        (company / "connectors/my_crm/connector.py")
        .read_text()
        .replace("reading(self.context.clock, self._ping)", "self.context.state.get('x')")
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests"], cwd=company, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 1, "a check that asks nobody is found out"


def test_at_a_terminal_name_and_zone_are_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.cli.init._terminal", lambda: True)
    answers = CliRunner().invoke(cli, ["init", str(tmp_path / "tea")], input="Tea Works\nMars/Olympus\nEurope/Berlin\n")
    assert answers.exit_code == 0 and "is no time zone" in answers.output
    hub = yaml.safe_load((tmp_path / "tea/hub.yaml").read_text())
    assert (hub["name"], hub["zone"]) == ("Tea Works", "Europe/Berlin")
    assert "Name of the company" not in run("init", str(tmp_path / "coffee"), "--yes").output


# --- a channel that speaks something of somebody's own --------------------------------------------------------------------

FIXTURES = Path(__file__).parent / "fixtures"
TEA = [{"number": "1", "ids": {"sku": "TEA-GREEN-100"}, "quantity": "12", "price": "9.95"}]


def mapped(company: Path, name: str) -> list[dict[str, Any]]:
    """What the scaffolded mapping reads of its sample, once check and test have found nothing wrong."""
    assert "no mistakes" in run("check").output and ", all hold" in run("test", "--own").output
    values: list[dict[str, Any]] = json.loads((company / f"mappings/samples/{name}.expected.json").read_text())
    return values


@pytest.mark.parametrize(
    "form", ["csv", "xml", *(pytest.param(form, marks=pytest.mark.slow) for form in ("xlsx", "fixed", "json"))]
)
def test_a_new_channel_of_a_format_begins_with_a_mapping_that_passes(company: Path, form: str) -> None:
    run("channel", "new", "folder", "--name", "shop", "--format", form)
    (order,) = mapped(company, "shop")
    assert (order["number"], order["parties"]["ship_to"]["id"]) == ("PO-1001", "0007")
    line = {key: order["lines"][0][key] for key in ("number", "ids", "quantity", "price")}
    assert line == TEA[0]


@pytest.mark.parametrize(
    ("sample", "form", "said"),
    [
        (
            "csv/teehaus.csv",
            "csv",
            ['decimal: ","', 'dates: ["%d.%m.%Y"]', "group: Bestell-Nr", "Menge: {is: quantity, use: must}", "Verkäufer: {}"],
        ),
        ("csv/dropship.csv", "csv", ["PO Number: {is: number, use: must}", "Qty: {is: quantity, use: must}", "Ship Via: {}"]),
        ("xlsx/workbook.xlsx", "xlsx", ["sheet: 2", "Order: {is: number, use: must}", "Pieces: {is: quantity, use: must}"]),
    ],
)
def test_the_names_in_a_sample_become_the_paths_of_the_mapping(company: Path, sample: str, form: str, said: list[str]) -> None:
    run("channel", "new", "folder", "--name", "shop", "--sample", str(FIXTURES / sample))
    assert mapped(company, "shop")
    text = (company / "mappings/shop.yaml").read_text()
    assert [one for one in said if one not in text] == []
    assert f"format: {form}\n" in (company / "channels/shop.yaml").read_text()


def test_a_sample_that_a_mapping_of_the_hub_reads_needs_none(company: Path) -> None:
    run("channel", "new", "http", "--name", "shop", "--sample", str(FIXTURES / "ubl" / "order.xml"))
    assert "reads: [{mapping: ubl/order}]" in (company / "channels/shop.yaml").read_text()
    assert not (company / "mappings").exists()
    well(company)


def test_a_sample_of_edi_is_for_a_partner(company: Path) -> None:
    run("partner", "new", "big-box")
    run("channel", "new", "folder", "--sample", str(company / "partners/big-box/samples/850.edi"))
    assert "format: x12\npartner: big-box\n" in (company / "channels/big-box.yaml").read_text()
    well(company)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "the sample is empty"),
        ("abc\nabc\n", "no blanks lie between its columns"),
        ("<a><b></a>", "cannot be read as xml"),
        ("[]", "no JSON object"),
    ],
)
def test_a_sample_that_is_none_is_refused_before_anything_is_written(company: Path, content: str, words: str) -> None:
    (company / "var").mkdir(exist_ok=True)
    (company / "var/sample").write_text(content)
    assert words in run("channel", "new", "folder", "--name", "shop", "--sample", "var/sample", code=2).output
    assert not (company / "channels/shop.yaml").exists() and not (company / "mappings").exists()
