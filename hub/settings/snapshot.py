"""What decides, as bytes: every file of the company and of the product that counts, without secrets, under one name."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, SecretStr

from hub import __version__
from hub.settings.endpoint import Endpoint
from hub.settings.references import REFERENCE
from hub.settings.service import HubSettings

COUNTS = (".yaml", ".csv", ".py")
APART = ("var", "secrets")  # folders of a company that hold none of it
COMPANY, PRODUCT = "company", "product"


@dataclass(frozen=True)
class Snapshot:
    """The files by name, `company/hub.yaml` or `product/x12/850.yaml`, and the release that read them."""

    files: Mapping[str, bytes]
    release: str = __version__

    @cached_property
    def manifest(self) -> bytes:
        """Release and files by their hashes; equal for equal content, wherever the folders are."""
        names = {name: hashlib.sha256(body).hexdigest() for name, body in self.files.items()}
        return json.dumps({"release": self.release, "files": names}, sort_keys=True).encode()

    @cached_property
    def hash(self) -> str:
        return hashlib.sha256(self.manifest).hexdigest()


def taken(folder: Path, product: Path, hub: HubSettings, endpoints: Iterable[Endpoint]) -> Snapshot:
    """The files as they are now. References stay references; a secret that stands in a file itself is left out."""
    found = {f"{COMPANY}/{name}": body for name, body in _files(folder, APART)}
    for endpoint in endpoints:
        _hide(found, f"{COMPANY}/{endpoint.role}s/{endpoint.name}.yaml", set(_secrets(endpoint.config)), "settings")
    _hide(found, f"{COMPANY}/hub.yaml", set(_secrets(hub)), "alerts")
    if "@" in hub.database:
        _hide(found, f"{COMPANY}/hub.yaml", {hub.database}, "database", "postgresql://left-out/database")
    for name in _pointed_at(found.values()):
        found.pop(f"{COMPANY}/{name}", None)
    return Snapshot({**found, **{f"{PRODUCT}/{name}": body for name, body in _files(product, ())}})


def _files(root: Path, apart: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if path.suffix in COUNTS and inside.parts[0] not in apart and path.is_file():
            yield inside.as_posix(), path.read_bytes()


def _secrets(value: Any) -> Iterator[str]:
    """Every secret anywhere in settings."""
    if isinstance(value, SecretStr):
        yield value.get_secret_value()
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _secrets(getattr(value, name))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _secrets(item)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _secrets(item)


def _hide(found: dict[str, bytes], name: str, secrets: set[str], under: str, instead: str | None = None) -> None:
    """Put a reference in place of each value under this key that is one of these."""
    if not secrets or name not in found:
        return
    text = found[name].decode("utf-8")
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    parts = [value for key, value in getattr(root, "value", ()) if key.value == under]
    nodes = [node for part in parts for node in _scalars(part) if secrets.intersection(_literals(node.value))]
    for n, node in reversed(list(enumerate(nodes))):
        start, end = node.start_mark.index, node.end_mark.index
        text = (
            text[:start]
            + (instead or f'"${{file:left-out/{name}/{n}}}"')
            + ("\n" if "\n" in text[start:end] else "")
            + text[end:]
        )
    found[name] = text.encode()


def _literals(text: str) -> list[str]:
    """What a value says in the file itself: all of it, or what stands there in case a reference leads nowhere."""
    defaults = [match[1].partition(":-")[2] for match in REFERENCE.finditer(text)]
    return [text, text.rstrip("\r\n"), *filter(None, defaults)]


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    """In the order of the text."""
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _scalars(item)
    elif isinstance(node, yaml.MappingNode):
        for _, item in node.value:
            yield from _scalars(item)


def _pointed_at(bodies: Iterable[bytes]) -> set[str]:
    """Files of the company that references name: they hold secrets, whatever they are called."""
    texts = (body.decode("utf-8", "replace") for body in bodies)
    return {
        Path(match[1][5:].partition(":-")[0]).as_posix()
        for text in texts
        for match in REFERENCE.finditer(text)
        if match[1].startswith("file:")
    }
