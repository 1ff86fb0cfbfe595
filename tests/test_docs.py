"""What the pages say is true: commands exist, links lead somewhere, generated text is fresh, nothing is left out."""

import re
import shlex
import tomllib
from pathlib import Path

import click
import pytest
import yaml

from docs.generate import __main__ as generate
from docs.generate import connectors, findings
from hub.cli.main import MENU, cli

ROOT = Path(__file__).resolve().parents[1]
SKIPPED = {".venv", ".git", "var", "node_modules"}
PAGES = sorted(path for path in ROOT.rglob("*.md") if not SKIPPED & set(path.relative_to(ROOT).parts))
CONNECTORS = sorted(path.parent.name for path in (ROOT / "connectors").glob("*/connector.py"))
DECISIONS = sorted(path for path in (ROOT / "docs/decisions").glob("*.md") if path.name != "README.md")


def shown(path):
    return path.relative_to(ROOT).as_posix()


def blocks(page):
    """Lines of the shell blocks of a page, without comments."""
    for block in re.findall(r"^```(?:sh|console)\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL):
        yield from (words for line in block.splitlines() if (words := shlex.split(line.lstrip("$ "), comments=True)))


def commands(program):
    return [(page, words) for page in PAGES for words in blocks(page) if words[0].rsplit("/", 1)[-1] == program]


def anchors(page):
    """Anchors of the headings of a page, as code hosts make them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def links(page):
    text = re.sub(r"```.*?```|`[^`]*`", "", page.read_text(), flags=re.DOTALL)
    return [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if not re.match(r"[a-z]+:", link)]


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_links_lead_somewhere(page):
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


TESTS = [(page, file, name) for page in PAGES for file, name in re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", page.read_text())]


@pytest.mark.parametrize(("page", "file", "name"), TESTS)
def test_a_test_that_a_page_names_is_there(page, file, name):
    assert re.search(rf"^(?:async )?def {name}\(", (ROOT / file).read_text(), re.MULTILINE)


@pytest.mark.slow  # `make check` asks the same
def test_generated_pages_are_fresh():
    assert [shown(path) for path in generate.stale()] == [], "run: make docs"


def test_a_stale_page_is_seen(monkeypatch, tmp_path):
    page = tmp_path / "docs/reference/old.md"
    page.parent.mkdir(parents=True)
    page.write_text("nobody makes this any more")
    monkeypatch.setattr(generate, "pages", lambda root: {tmp_path / "docs/reference/new.md": "fresh"})
    assert {path.name for path in generate.stale(tmp_path)} == {"new.md", "old.md"}
    generate.write(tmp_path)
    assert not page.exists() and generate.stale(tmp_path) == []


def test_the_readme_shows_the_two_commands():
    assert [words for page, words in commands("make") if page.name == "README.md" and page.parent == ROOT] == [
        ["make", "demo"],
        ["make", "test"],
    ]


def test_make_verbs_on_the_pages_exist():
    verbs = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert verbs >= {"setup", "demo", "test", "check", "slow", "bench", "chaos", "docs", "lock"}
    assert [words for _, words in commands("make") if words[1] not in verbs] == []


def test_commands_on_the_pages_exist():
    seen = commands("crossdock")
    assert seen
    for page, words in seen:
        assert unknown(words[1:]) == [], f"{shown(page)}: {' '.join(words)}"


def unknown(words: list[str]) -> list[str]:
    """Words of a command line that the program does not know."""
    ctx = click.Context(cli)
    command: click.Command = cli
    while isinstance(command, click.Group) and words:
        found = command.get_command(ctx, words[0])
        if found is None:
            return words[:1]
        command, words = found, words[1:]
    options = {name for one in command.params for name in (*one.opts, *one.secondary_opts)} | {"--help", "-h"}
    return [word for word in words if word.startswith("-") and word.split("=")[0] not in options]


def test_an_unknown_command_would_be_seen():
    assert unknown(["raed"]) == ["raed"]
    assert unknown(["read", "--jsn", "FILE"]) == ["--jsn"]


def test_every_command_has_its_place():
    files = {path.stem.rstrip("_") for path in (ROOT / "hub/cli").glob("*.py")}  # `try` is a word of the language
    reference = (ROOT / "docs/reference/cli.md").read_text()
    for entry in MENU:
        assert entry.name in files, f"hub/cli/{entry.name}.py"
        assert f"## crossdock {entry.name}\n" in reference
        assert entry.help.endswith(".") and len(entry.help) <= 66, "one line of a terminal"


def test_every_command_explains_itself():
    for entry in MENU:
        command = cli.get_command(click.Context(cli), entry.name)
        assert command is not None and command.help, entry.name
        assert [
            parameter.name for parameter in command.params if isinstance(parameter, click.Option) and not parameter.help
        ] == []


def test_decisions_are_listed_with_their_titles():
    index = (ROOT / "docs/decisions/README.md").read_text()
    for number, path in enumerate(DECISIONS, start=1):
        assert path.name.startswith(f"{number:04d}-"), "numbers follow each other"
        assert path.read_text().startswith(f"# {number}. ")
        assert f"({path.name})" in index


def test_glossary_is_in_order_and_has_no_word_twice():
    words = re.findall(r"^\| (?!word|---)([a-z ]+) \|", (ROOT / "docs/glossary.md").read_text(), re.MULTILINE)
    assert len(words) > 20 and words == sorted(set(words))


@pytest.mark.parametrize("name", CONNECTORS)
def test_connector_page_carries_its_settings(name):
    readme = (ROOT / "connectors" / name / "README.md").read_text()
    kind = connectors.found(ROOT)[name]
    assert connectors.BEGIN in readme and connectors.END in readme
    assert all(field.description for field in kind.Config.model_fields.values())


def test_a_code_means_one_thing() -> None:
    """A code raised in two rooms says the same in both: one line in codes.yaml states it."""
    rooms: dict[str, set[str]] = {}
    for said in findings.walked(ROOT):
        rooms.setdefault(said.code, set()).add("/".join(said.place.split("/")[:2]))
    stated = yaml.safe_load(findings.WORDS.read_text())
    assert {code: places for code, places in rooms.items() if len(places) > 1 and code not in stated} == {}


def test_every_code_has_a_meaning():
    told = findings.told(ROOT)
    assert len(told) > 40
    assert [code for code, words in told.items() if not words] == [], (
        "raise it with words, or give it a line in docs/generate/codes.yaml"
    )


def test_the_lock_carries_hashes_and_no_addresses():
    lock = (ROOT / "requirements.lock").read_text()
    assert "://" not in lock
    entries = re.split(r"^(?=\w)", lock, flags=re.MULTILINE)[1:]
    assert len(entries) > 50
    assert [entry.split()[0] for entry in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}", entry)] == []


def test_the_lock_holds_everything_the_project_names():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = [*project["dependencies"], *(name for group in project["optional-dependencies"].values() for name in group)]
    pinned = set(re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==", (ROOT / "requirements.lock").read_text(), re.MULTILINE))
    assert {re.split(r"[\[<>=~!;]", name)[0].strip().lower() for name in named} <= pinned
