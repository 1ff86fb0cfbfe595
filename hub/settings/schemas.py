"""JSON Schemas of a company's files, for editors: each setting with its words, its default and an example.

They accept what the hub accepts: `${env:…}` in place of any value, numbers where a text of digits is meant.
"""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from hub.rules.duration import WHOLE
from hub.rules.routing import Route
from hub.sdk.connector import Connector
from hub.settings.asked import AskedTable
from hub.settings.endpoint import EndpointSettings
from hub.settings.partner import PartnerSettings
from hub.settings.service import HubSettings

Schema = dict[str, Any]
DIALECT = "http://json-schema.org/draft-07/schema#"  # what editors of YAML know best
OWN = "#/$defs/{model}"
OF_CONNECTOR = "#/$defs/settings.{model}"
REFERENCE = {"type": "string", "pattern": r"\$\{(env|file):"}
ROLES = ("channel", "system")
NUMBERED = ("string", "number")


def all_of(connectors: Mapping[str, type[Connector]]) -> dict[str, Schema]:
    """Every schema by the path of its file; one for each role and connector."""
    found = {"hub.json": file_of(HubSettings, "hub.yaml"), "partner.json": file_of(PartnerSettings, "partner.yaml")}
    found["table.json"] = file_of(AskedTable, "tables/*.yaml")
    found["routes.json"] = routes()
    for name, kind in connectors.items():
        found |= {f"{role}/{name}.json": endpoint(role, name, kind) for role in ROLES}
    return found


def text(schema: Schema) -> str:
    """A schema as it stands in its file."""
    return json.dumps(schema, indent=2, ensure_ascii=False, default=str) + "\n"


def file_of(model: type[BaseModel], title: str) -> Schema:
    """The schema of a file that holds one model."""
    return {"$schema": DIALECT, **_loose(model.model_json_schema(by_alias=True, ref_template=OWN), True), "title": title}


def routes() -> Schema:
    """The schema of routes.yaml: a list, in which one name stands for a list of one."""
    route = _loose(Route.model_json_schema(by_alias=True, ref_template=OWN), True)
    inner = route.pop("$defs", {})
    for name, part in route["properties"].items():
        if part.get("type") == "array":
            told = {word: part.pop(word) for word in ("description", "default", "examples") if word in part}
            route["properties"][name] = {**told, "anyOf": [part, part["items"]]}
    return {"$schema": DIALECT, "title": "routes.yaml", "type": "array", "items": route, "$defs": inner}


def endpoint(role: str, name: str, kind: type[Connector]) -> Schema:
    """The schema of a channel's or system's file that names this connector."""
    whole = file_of(EndpointSettings, f"{role} by {name}")
    config = _loose(kind.Config.model_json_schema(by_alias=True, ref_template=OF_CONNECTOR), False)
    inner = {f"settings.{shape}": part for shape, part in config.pop("$defs", {}).items()}
    told = f"Settings of {kind.title}."
    whole["properties"]["connector"] = {"const": name, "description": whole["properties"]["connector"]["description"]}
    whole["properties"]["settings"] = {**config, "description": told}
    whole["$defs"] = {**whole.get("$defs", {}), **inner}
    whole["required"] = [*whole["required"], *(["settings"] if config.get("required") else [])]
    return whole


def _loose(node: Any, numbered: bool, name: str = "") -> Any:
    """A schema as pydantic makes it, without titles, and open for references. `numbered`: numbers are taken as text."""
    if not isinstance(node, dict):
        return node
    told = {word: node[word] for word in ("description", "default", "examples") if node.get(word) not in (None, [])}
    found = {word: part for word, part in node.items() if word not in ("title", "description", "default", "examples")}
    if found.get("format") == "password":
        found = {"type": "string"}
        told.setdefault("examples", [f"${{env:{name.upper()}}}"])
    if found.get("format") == "duration":
        found = {"type": "string", "pattern": f"^{WHOLE.pattern}$"}
    for word in ("properties", "$defs"):
        if word in found:
            found[word] = {key: _loose(part, numbered, key) for key, part in found[word].items()}
    for word in ("items", "additionalProperties"):
        if isinstance(found.get(word), dict):
            found[word] = _loose(found[word], numbered, name)
    if "anyOf" in found:
        found["anyOf"] = [_loose(part, numbered, name) for part in found["anyOf"]]
    return {**told, **_referable(found, numbered)}


def _referable(found: Schema, numbered: bool) -> Schema:
    """A scalar may be a reference as well, which no pattern or choice of it would fit."""
    kind = found.get("type")
    if kind == "string" and set(found) <= {"type", "format", "minLength", "maxLength"}:
        return {**found, "type": list(NUMBERED)} if numbered else found
    if kind in ("integer", "number", "boolean", "string") or "enum" in found:
        return {"anyOf": [found, REFERENCE]}
    return found
