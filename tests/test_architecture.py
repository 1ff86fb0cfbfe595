"""The house as rules: who may import whom, what may be named where, how long things may get."""

import ast
import re
import statistics
import tokenize
from functools import cache
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from hub import registry

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = ("hub", "connectors", "mappings", "docs", "benchmarks")
SOURCES = sorted(path for folder in PRODUCT for path in (ROOT / folder).rglob("*.py"))
CONNECTORS = sorted(path for path in (ROOT / "connectors").iterdir() if path.is_dir() and path.name != "__pycache__")

# Rooms that must not know any connector, partner or document.
BLIND = ("hub/flow", "hub/engine", "hub/ledger", "hub/web")
# Names that are also plain English or a fair name in code: there, only a string that is exactly the name is a mention.
ORDINARY = {"folder", "http", "mail", "ORDERS"}
FORBIDDEN = re.compile(r"utils?|common|base|managers?|helpers?|misc|legacy|.*_v\d+|.*[a-z]2")


@cache
def trees():
    """Every module as it stands; not before a test asks, since every worker collects all tests."""
    return {path: ast.parse(path.read_text()) for path in SOURCES}


@cache
def functions():
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return [(path, node) for path, tree in trees().items() for node in ast.walk(tree) if isinstance(node, kinds)]


def shown(path):
    return path.relative_to(ROOT).as_posix()


def imported(tree):
    """Full names of everything a module imports, wherever it does."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name, *packages):
    return any(name == package or name.startswith(package + ".") for package in packages)


def test_import_contracts_hold(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("logging.config.dictConfig", lambda config: None)  # it would silence every logger there is
    failed = lint_imports(config_filename=str(ROOT / "pyproject.toml"), show_timings=False, verbose=False)
    assert not failed, capsys.readouterr().out


def test_every_module_says_which_room_it_is():
    assert [shown(path) for path, tree in trees().items() if not ast.get_docstring(tree)] == []


@pytest.mark.parametrize("folder", CONNECTORS, ids=lambda folder: folder.name)
def test_connector_imports_only_the_contract(folder):
    names = [name for path in folder.rglob("*.py") for name in imported(trees()[path])]
    ours = [name for name in names if within(name, "hub", "connectors", "mappings")]
    assert [name for name in ours if not within(name, "hub.sdk", f"connectors.{folder.name}")] == []


@pytest.mark.parametrize("folder", CONNECTORS, ids=lambda folder: folder.name)
def test_connector_has_the_two_files(folder):
    """Whoever knows one knows all; a larger one may have further modules of its own beside them."""
    names = {path.name for path in folder.iterdir()} - {"__pycache__"}
    assert names >= {"README.md", "connector.py"}
    assert {name for name in names if not name.endswith(".py")} == {"README.md"}


def test_a_connector_is_added_by_its_folder_alone(tmp_path):
    folder = tmp_path / "connectors" / "toy"
    folder.mkdir(parents=True)
    (folder / "README.md").write_text("# Toy\n")
    (folder / "connector.py").write_text(
        "from hub.sdk import Connector, Settings, setting\n\n\nclass Toy(Connector):\n    title = 'Toy store'\n    repeat = 'native'\n\n"
        "    class Config(Settings):\n        url: str = setting(description='Where it is.')\n\n    async def check(self):\n        pass\n"
    )
    found = registry.connectors(tmp_path)
    assert set(found) - set(registry.connectors()) == {"toy"}
    assert found["toy"].title == "Toy store" and found["toy"].offers("check") and not found["toy"].offers("push")


def test_sql_stands_in_the_ledger_only():
    """Other rooms hand a connection on, and name an address; they ask the database nothing themselves."""
    handed = {"sqlalchemy.Connection", "sqlalchemy.make_url"}
    found = {(shown(path), name) for path, tree in trees().items() if not shown(path).startswith(("hub/ledger/", "hub/demo/", "benchmarks/")) for name in imported(tree)
             if within(name, "sqlalchemy", "sqlite3") and name not in handed}  # fmt: skip
    assert found == set()


def test_no_part_of_the_hub_names_a_connector_module():
    mentions = [shown(path) for path in SOURCES if shown(path).startswith("hub/") for name in imported(trees()[path])
                if within(name, "connectors")]  # fmt: skip
    assert mentions == []


def test_the_demo_shares_nothing_but_the_model():
    wrong = [(shown(path), name) for path, tree in trees().items() if shown(path).startswith("hub/demo/")
             for name in imported(tree) if within(name, "hub") and not within(name, "hub.model", "hub.demo")]  # fmt: skip
    assert wrong == []


def places():
    """Names that a company or the product gives to places and documents, read off the folders that hold them."""
    config = ROOT / "config"
    named = {path.stem for kind in ("channels", "systems") for path in (config / kind).glob("*.yaml")}
    return (
        named | {path.name for path in (config / "partners").iterdir() if path.is_dir()} | {folder.name for folder in CONNECTORS}
    )


def documents():
    """Set numbers and message types, read off the guides, and those that have none."""
    sets = re.compile(r'^set: "?(\w+)"?$', re.MULTILINE)
    guides = {found[1] for path in (ROOT / "mappings").rglob("*.yaml") if (found := sets.search(path.read_text()))}
    return guides | {"850", "855", "856", "810", "997", "999", "TA1", "CONTRL", "ORDERS", "DESADV", "INVOIC", "ORDRSP"}


def strings(tree):
    """Every string of the code but those that stand alone, such as docstrings."""
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in alone)
    return {node.value for node in constants if isinstance(node.value, str)}


def mentions(path, names):
    """Which of the names a file has as a word, or for ordinary words as a whole string."""
    words, whole = set(re.findall(r"\w+", path.read_text())), strings(ast.parse(path.read_text()))
    return {name for name in names if name in (whole if name in ORDINARY else words)}


BLIND_FILES = [path for path in SOURCES if shown(path).startswith(BLIND)]


@pytest.mark.parametrize("path", BLIND_FILES, ids=shown)
def test_engine_flow_ledger_and_web_name_no_place_and_no_document(path):
    assert mentions(path, places() | documents()) == set()


def test_a_mention_would_be_seen(tmp_path):
    path = tmp_path / "walk.py"
    path.write_text('"""A folder."""\nfolder = 1\nif kind == "http" or number == "850":\n    pass\n')
    assert mentions(path, {"http", "folder", "850", "855"}) == {"http", "850"}


def lengths():
    return {f"{shown(path)}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1 for path, node in functions()}


def test_functions_are_short():
    sizes = sorted(lengths().values())
    assert statistics.median(sizes) <= 10
    assert sizes[int(len(sizes) * 0.9)] <= 30


def test_no_function_is_very_long():
    assert {name: size for name, size in lengths().items() if size > 60} == {}


def test_no_file_is_long():
    assert {shown(path): lines for path in SOURCES if (lines := path.read_text().count("\n")) > 300} == {}


def test_connectors_are_small():
    sizes = {folder.name: (folder / "connector.py").read_text().count("\n") for folder in CONNECTORS}
    assert {name: size for name, size in sizes.items() if size > 150} == {}


def test_modules_have_plain_names():
    assert [shown(path) for path in SOURCES if FORBIDDEN.fullmatch(path.stem)] == []


def test_classes_are_no_managers():
    classes = [node.name for tree in trees().values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    assert [name for name in classes if re.search(r"(Manager|Helper|Utils?)$", name)] == []


def excuses(path):
    """Comments that switch a check off without saying why on the same line."""
    with tokenize.open(path) as source:
        comments = [token for token in tokenize.generate_tokens(source.readline) if token.type == tokenize.COMMENT]
    pattern = re.compile(r"# (noqa|type: ignore)(?!.*(:\s*[A-Z]+\d+|\[[\w, -]+\]).*\S{3,} \S+)")
    return [f"{shown(path)}:{token.start[0]} {token.string}" for token in comments if pattern.match(token.string)]


def test_exceptions_from_the_linters_say_why():
    assert [excuse for path in SOURCES for excuse in excuses(path)] == []


def heading(path: Path) -> str:
    return path.read_text().split("\n", 1)[0]


def test_data_tables_say_where_they_come_from():
    tables = sorted((ROOT / "mappings").rglob("*.csv"))
    assert tables, "code tables are product data"
    assert [shown(path) for path in tables if not re.match(r"# .*\d{4}", heading(path))] == []
