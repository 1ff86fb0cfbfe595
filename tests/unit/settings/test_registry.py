"""Finding connectors: the product's, a company's own, installed ones; and saying which one is broken."""

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from hub import registry
from hub.errors import Misconfigured
from hub.mapping import functions
from hub.sdk import Connector

TOY = "from hub.sdk import Connector\nfrom .words import TITLE\n\n\nclass Toy(Connector):\n    title = TITLE\n"


def own(company: Path, name: str, text: str) -> Path:
    folder = company / "connectors" / name
    folder.mkdir(parents=True)
    (folder / "connector.py").write_text(text)
    (folder / "words.py").write_text("TITLE = 'Toy store'\n")
    return company


def test_every_folder_of_the_product_is_a_connector(root):
    found = registry.connectors()
    assert set(found) >= {path.parent.name for path in (root / "connectors").glob("*/connector.py")}
    assert all(issubclass(kind, Connector) for kind in found.values())


def test_a_companys_own_connector_wins(tmp_path):
    found = registry.connectors(own(tmp_path, "folder", TOY))
    assert found["folder"].title == "Toy store"
    assert registry.connectors()["folder"].title != "Toy store"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("import nothing_of_that_name\n", "cannot be imported: ModuleNotFoundError"),
        ("raise SystemError('boom')\n", "cannot be imported: SystemError: boom"),
        ("from hub.sdk import Connector\n", "must define one connector, it defines 0"),
        (TOY + "\n\nclass Two(Toy):\n    pass\n", "must define one connector, it defines 2"),
    ],
)
def test_a_broken_connector_is_named(tmp_path, text, why):
    with pytest.raises(Misconfigured, match="toy") as caught:
        registry.connectors(own(tmp_path, "toy", text))
    assert why in str(caught.value)


@pytest.mark.parametrize("value", ["connectors.folder.connector", "connectors.folder.connector:Folder"])
def test_installed_packages_bring_connectors(monkeypatch, value):
    point = EntryPoint("files", value, registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda group: [point] if group == registry.GROUP else [])
    assert registry.connectors()["files"] is registry.connectors()["folder"]


@pytest.mark.parametrize("value", ["hub.errors:Misconfigured", "no_such_package.connector"])
def test_an_installed_package_that_brings_none(monkeypatch, value):
    monkeypatch.setattr(
        registry, "entry_points", lambda group: [EntryPoint("odd", value, group)] if group == registry.GROUP else []
    )
    with pytest.raises(Misconfigured, match="odd"):
        registry.connectors()


def test_product_data_is_found():
    assert (registry.mappings_root() / "x12").is_dir()
    assert (registry.example_company() / "hub.yaml").is_file()


def test_functions_of_installed_packages_are_taken_up(monkeypatch):
    points = [EntryPoint("shout", "tests.unit.settings.test_registry:shout", registry.FUNCTIONS)]
    monkeypatch.setattr(registry, "entry_points", lambda group: points if group == registry.FUNCTIONS else [])
    monkeypatch.setattr(functions, "FUNCTIONS", dict(functions.FUNCTIONS))
    registry.functions()
    registry.functions()  # twice is once
    assert functions.FUNCTIONS["shout"]({"number": "po"}) == {"number": "PO"}


@pytest.mark.parametrize(
    "value", ["hub.errors:Misconfigured", "no_such_package:function", "tests.unit.settings.test_registry:shout"]
)
def test_functions_that_cannot_be_used(monkeypatch, value):
    name = "verdict_from_lines" if value.endswith("shout") else "odd"
    monkeypatch.setattr(registry, "entry_points", lambda group: [EntryPoint(name, value, group)])
    with pytest.raises(Misconfigured, match=f"the function {name}"):
        registry.functions()


def shout(value):
    return {**value, "number": value["number"].upper()}
