"""Schemas of a company's files: what editors underline is what the hub refuses, and the example files name their schema."""

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from docs.generate import schema
from hub import registry
from hub.settings import schemas

ROOT = Path(__file__).resolve().parents[1]
ALL = schemas.all_of(registry.connectors())
LINE = re.compile(r"\A# yaml-language-server: \$schema=(\S+)\n")
FILES = sorted(path for path in (ROOT / "config").rglob("*.yaml") if "guides" not in path.parts)


def wrong(name: str, value: Any) -> list[str]:
    return [error.json_path for error in jsonschema.Draft7Validator(ALL[name]).iter_errors(value)]


def test_every_file_of_a_company_has_a_schema_and_every_connector_two() -> None:
    assert {"hub.json", "partner.json", "routes.json"} < set(ALL)
    assert {name.partition("/")[2] for name in ALL if "/" in name} == {f"{name}.json" for name in registry.connectors()}
    assert {f"docs/schema/config/{name}" for name in ALL} <= {path.as_posix() for path in schema.pages(ROOT)}


@pytest.mark.parametrize("name", ALL)
def test_a_schema_is_one(name: str) -> None:
    jsonschema.Draft7Validator.check_schema(ALL[name])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_an_example_names_its_schema_and_fits_it(path: Path) -> None:
    found = LINE.match(path.read_text())
    assert found, "the first line names the schema"
    name = (path.parent / found[1]).resolve().relative_to(ROOT / schema.CONFIG).as_posix()
    assert wrong(name, yaml.safe_load(path.read_text())) == []


HUB: dict[str, Any] = {"name": "Example"}
FOLDER: dict[str, Any] = {"connector": "folder", "format": "canonical", "settings": {"inbox": "var/in"}}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hub.json", {**HUB, "slots": "${env:SLOTS}"}),
        ("hub.json", {**HUB, "poll": {"every": "1h 30m"}}),
        ("hub.json", {**HUB, "gs1": {"prefix": "${file:secrets/prefix}"}}),
        ("channel/folder.json", {**FOLDER, "concurrency": 4, "title": 7}),
        ("routes.json", [{"document": "order", "from": "acme", "to": ["erp"]}]),
        ("routes.json", []),
    ],
)
def test_what_the_hub_takes_is_not_underlined(name: str, value: Any) -> None:
    assert wrong(name, value) == []


@pytest.mark.parametrize(
    ("name", "value", "place"),
    [
        ("hub.json", {**HUB, "slots": "many"}, "$.slots"),
        ("hub.json", {**HUB, "poll": {"every": "soon"}}, "$.poll.every"),
        ("hub.json", {**HUB, "zoen": "UTC"}, "$"),
        ("channel/folder.json", {**FOLDER, "settings": {"inbx": "var/in"}}, "$.settings"),
        ("channel/folder.json", {**FOLDER, "connector": "http"}, "$.connector"),
        ("system/demo_erp.json", {"connector": "demo_erp", "format": "json"}, "$"),
        ("routes.json", [{"document": "order"}], "$[0]"),
    ],
)
def test_what_the_hub_refuses_is_underlined(name: str, value: Any, place: str) -> None:
    assert wrong(name, value) == [place]
