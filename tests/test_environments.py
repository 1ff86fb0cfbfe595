"""Environments: a company as it is, with what `environments/<name>/` changes; and the settings in force, shown."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from hub import registry
from hub.cli.main import cli
from hub.marked import loads, unmarked
from hub.operations.recall import Nowheres
from hub.settings.company import Company, load
from hub.settings.environments import laid_over
from hub.settings.mistakes import SettingsError
from hub.settings.references import Recalled

FILES = {
    "hub.yaml": "name: Example\npoll: {every: 30s}\nretry: {first: 20s, most: 1h}\n",
    "routes.yaml": "- {document: order, to: erp}\n",
    "channels/acme.yaml": "connector: folder\nsettings: {inbox: var/in, outbox: var/out, archive: var/taken}\nformat: x12\npartner: acme\n",
    "systems/erp.yaml": 'connector: http\nsettings: {url: "https://erp.example/api", token: "${env:ERP_TOKEN}"}\nformat: canonical\n',
    "partners/acme/partner.yaml": "title: Acme\nstate: production\nids: {us: {qualifier: ZZ, id: US}, them: {qualifier: ZZ, id: ACME}}\n"
    "guides: {order: x12/850}\n",
}
TEST = {
    "hub.yaml": 'poll: {cron: "0 6 * * *"}\nretry: {first: 1s}\n',
    "routes.yaml": "- {document: order, to: [erp, copy]}\n",
    "channels/acme.yaml": "settings: {inbox: var/test/in}\n",
    "systems/erp.yaml": "connector: folder\nsettings: {outbox: var/test/erp}\n",
    "systems/copy.yaml": "connector: folder\nsettings: {outbox: var/test/copy}\nformat: canonical\n",
    "partners/acme/partner.yaml": "state: test\nids: {them: {id: ACMETEST}}\n",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    company = tmp_path / "company"
    for root, files in ((company, FILES), (company / "environments" / "test", TEST)):
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
    monkeypatch.chdir(company)
    monkeypatch.setenv("ERP_TOKEN", "s3cret")
    monkeypatch.delenv("CROSSDOCK_ENVIRONMENT", raising=False)
    return company


def loaded(folder: Path, environment: str | None = None) -> Company:
    return load(folder, registry.connectors(), {"ERP_TOKEN": "s3cret"}, environment=environment)


def run(*arguments: str) -> str:
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0, result.output
    return result.output


def test_without_one_nothing_is_changed(folder: Path) -> None:
    company = loaded(folder)
    assert set(company.systems) == {"erp"} and company.partners["acme"].state == "production"
    assert company.environment is None and str(company.hub.poll) == "every 30s"


def told(config: Any, *names: str) -> tuple[str, ...]:
    return tuple(str(getattr(config, name)) for name in names)


def test_what_differs_is_laid_over(folder: Path) -> None:
    company = loaded(folder, "test")
    assert str(company.hub.poll).startswith("0 6 * * *"), "a schedule takes the place of the whole one"
    assert (company.hub.retry.first.seconds, company.hub.retry.most.seconds) == (1, 3600), "keys are laid over keys"
    assert told(company.channels["acme"].config, "inbox", "outbox") == ("var/test/in", "var/out")
    assert company.routes[0].to == ("erp", "copy"), "a list takes the place of the whole one"
    partner = company.partners["acme"]
    assert (partner.state, partner.ids.them.qualifier, partner.ids.them.id, partner.title) == ("test", "ZZ", "ACMETEST", "Acme")


def test_another_connector_starts_with_settings_of_its_own(folder: Path) -> None:
    erp = loaded(folder, "test").systems["erp"]
    assert erp.connector == "folder" and told(erp.config, "outbox") == ("var/test/erp",) and erp.format == "canonical"


def test_a_mistake_stands_in_the_file_that_made_it(folder: Path) -> None:
    (folder / "environments/test/systems/erp.yaml").write_text("# test\nsettings: {urll: x}\n")
    with pytest.raises(SettingsError) as caught:
        loaded(folder, "test")
    assert [(Path(one.file).relative_to(folder).as_posix(), one.line) for one in caught.value.mistakes] == [
        ("environments/test/systems/erp.yaml", 2)
    ]
    loaded(folder)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("guides/x12/850.yaml", "an environment changes hub.yaml, routes.yaml, channels/"),
        ("partners/zenith/partner.yaml", "an environment adds no partner"),
        ("hub.yml", "this file is not read"),
    ],
)
def test_a_file_that_changes_nothing_is_told(folder: Path, name: str, words: str) -> None:
    path = folder / "environments/test" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("a: b\n")
    with pytest.raises(SettingsError, match=words):
        loaded(folder, "test")


def test_an_environment_that_is_not_there(folder: Path) -> None:
    with pytest.raises(SettingsError, match="did you mean `test`"):
        loaded(folder, "tset")


def test_the_hash_and_what_is_kept_follow_the_environment_that_counts(folder: Path) -> None:
    base, test = loaded(folder), loaded(folder, "test")
    assert base.hash != test.hash
    assert not any("environments" in name for name in base.snapshot.files)
    assert "company/environments/test/systems/copy.yaml" in test.snapshot.files
    (folder / "environments/other").mkdir()
    (folder / "environments/other/hub.yaml").write_text("name: Other\n")
    assert (loaded(folder).hash, loaded(folder, "test").hash) == (base.hash, test.hash)


def test_what_an_environment_says_in_plain_text_is_not_kept(folder: Path) -> None:
    erp = folder / "environments/test/systems/erp.yaml"
    erp.write_text('settings: {token: "${env:TEST_TOKEN:-hunter2}"}\n')
    (folder / "systems/erp.yaml").write_text(FILES["systems/erp.yaml"].replace("ERP_TOKEN", "ERP_TOKEN:-hunter3"))
    (folder / "environments/test/hub.yaml").write_text("database: postgresql://hub:hunter4@db/hub\n")
    company = loaded(folder, "test")
    assert not any(b"hunter" in body for body in company.snapshot.files.values())
    assert [Path(one.file).name for one in company.remarks] == ["hub.yaml"]


def test_a_configuration_of_then_is_read_with_its_environment(folder: Path, tmp_path: Path) -> None:
    for name, body in loaded(folder, "test").snapshot.files.items():
        if name.startswith("company/"):
            path = tmp_path / "then" / name.removeprefix("company/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
    then = load(tmp_path / "then", Nowheres(), {}, elsewhere=Recalled({}, folder), environment="test")
    assert set(then.systems) == {"erp", "copy"} and then.partners["acme"].test


def test_laying_over_touches_neither() -> None:
    under, over = loads("a: {b: 1, c: 2}\nd: [1]\n", "under"), loads("a: {c: null}\nd: [2, 3]\n", "over")
    both = laid_over(under, over)
    assert unmarked(both) == {"a": {"b": 1, "c": None}, "d": [2, 3]}
    assert (both["a"].values_at["b"].file, both["a"].values_at["c"].file) == ("under", "over")
    assert unmarked(under) == {"a": {"b": 1, "c": 2}, "d": [1]}


def test_check_looks_through_every_environment(folder: Path) -> None:
    assert [line.partition(":")[0] for line in run("check").splitlines()] == ["Example", "Example (test)"]
    assert run("check", "--environment", "test").splitlines() == [
        "Example (test): 1 channel, 2 systems, 1 partner, 1 route; no mistakes"
    ]
    (folder / "environments/test/systems/erp.yaml").write_text("conector: http\n")
    (folder / "routes.yaml").write_text("- {document: ordr, to: erp}\n")
    result = CliRunner().invoke(cli, ["check"])
    assert result.exit_code == 1 and result.output.count("ordr`") == 1 and "did you mean `connector`?" in result.output


def test_the_environment_may_come_from_the_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSDOCK_ENVIRONMENT", "test")
    assert "(test)" in run("check") and "ACMETEST" in run("config", "show")


def shown(*arguments: str) -> dict[str, dict[str, object]]:
    lines = [json.loads(line) for line in run("config", "show", "--json", *arguments).splitlines()]
    return {f"{line['file']}:{line['path']}": line for line in lines}


def test_shown_values_name_the_place_they_come_from(folder: Path) -> None:
    values = shown("--environment", "test", "--company", str(folder))
    inbox, outbox = values["channels/acme.yaml:settings.inbox"], values["channels/acme.yaml:settings.outbox"]
    assert (inbox["value"], inbox["from"], inbox["line"]) == ("var/test/in", f"{folder}/environments/test/channels/acme.yaml", 1)
    assert (outbox["value"], outbox["from"], outbox["line"]) == ("var/out", f"{folder}/channels/acme.yaml", 2)
    assert values["systems/copy.yaml:format"]["value"] == "canonical"
    text = run("config", "show", "--environment", "test", "channels/acme.yaml")
    assert "settings.inbox: var/test/in" in text and "# environments/test/channels/acme.yaml:1" in text and "hub.yaml" not in text


def test_secrets_are_masked_wherever_they_stand(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "hub.yaml").write_text(
        "name: Example\ndatabase: ${env:DB}\nalerts: {webhook: {url: https://x.example, token: hunter2}}\n"
    )
    monkeypatch.setenv("DB", "postgresql://hub:hunter3@db/hub")
    text = run("config", "show")
    assert "hunter" not in text and "s3cret" not in text
    values = shown()
    assert values["systems/erp.yaml:settings.token"]["reference"] == "${env:ERP_TOKEN}"
    assert values["systems/erp.yaml:settings.token"]["value"] == values["hub.yaml:alerts.webhook.token"]["value"] == "********"
    assert values["hub.yaml:database"]["value"] == "postgresql://********@db/hub"


def test_secrets_of_a_connector_that_nobody_knows_are_masked_too(folder: Path) -> None:
    text = "connector: htpp\nsettings: {api_key: hunter2, url: '${env:ERP_TOKEN}', page: 5}\nformat: canonical\n"
    (folder / "systems/erp.yaml").write_text(text)
    values = shown()
    assert values["systems/erp.yaml:settings.api_key"]["value"] == values["systems/erp.yaml:settings.url"]["value"] == "********"
    assert values["systems/erp.yaml:settings.page"]["value"] == 5


def test_who_only_looks_needs_no_secrets(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ERP_TOKEN")
    assert shown()["systems/erp.yaml:settings.token"]["value"] == "(not set)"


def test_showing_a_file_that_is_not_there(folder: Path) -> None:
    result = CliRunner().invoke(cli, ["config", "show", "channels/acmee.yaml"])
    assert result.exit_code == 1 and "no settings stand in channels/acmee.yaml" in result.output


def test_the_hub_runs_in_an_environment_and_warns_of_plain_secrets(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[Company] = []

    async def serve(company: Company, *_: object) -> None:
        served.append(company)

    monkeypatch.setattr("hub.app.serve", serve)
    (folder / "environments/test/hub.yaml").write_text("alerts: {webhook: {url: https://x.example, token: hunter2}}\n")
    text = run("run", "--environment", "test")
    assert "Example (test): acme, copy, erp" in text
    assert "warning: " in text and "`token` holds a secret in plain text" in text and "hunter2" not in text
    assert [company.environment for company in served] == ["test"]
