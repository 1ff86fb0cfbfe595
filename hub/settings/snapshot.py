"""What decides, as bytes: every file of the company and of the product that counts, without secrets, under one name."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

from hub import __version__, marked
from hub.settings import environments
from hub.settings.desk import Desk
from hub.settings.endpoint import Endpoint
from hub.settings.references import REFERENCE
from hub.settings.secrets import IN_ADDRESS, places
from hub.settings.service import HubSettings
from hub.settings.words import Loc, value_at

COUNTS = (".yaml", ".csv", ".py")
APART = ("var", "secrets", "tests")  # folders of a company that hold none of it
COMPANY, PRODUCT = "company", "product"
EMPTY = yaml.SequenceNode("", [])


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


def taken(desk: Desk, product: Path, endpoints: Iterable[Endpoint]) -> Snapshot:
    """The files as they are now, without those of other environments. References stay references; a secret that stands in a
    file itself is left out."""
    found = {name: body for name, body in _files(desk.folder, APART) if _counts(name, desk.environment)}
    over = f"{environments.FOLDER}/{desk.environment or ''}/"
    for endpoint in endpoints:
        kind, file = desk.connectors[endpoint.connector].Config, f"{endpoint.role}s/{endpoint.name}.yaml"
        for name in (file, over + file):
            _hide(found, name, kind, "settings")
    for name in ("hub.yaml", f"{over}hub.yaml"):
        _hide(found, name, HubSettings)
    for name in _pointed_at(found.values()):
        found.pop(name, None)
    ours = {f"{COMPANY}/{name}": body for name, body in found.items()}
    return Snapshot({**ours, **{f"{PRODUCT}/{name}": body for name, body in _files(product, ())}})


def _counts(name: str, environment: str | None) -> bool:
    first, _, rest = name.partition("/")
    return first != environments.FOLDER or rest.partition("/")[0] == environment


def _files(root: Path, apart: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if path.suffix in COUNTS and inside.parts[0] not in apart and path.is_file():
            yield inside.as_posix(), path.read_bytes()


def _hide(found: dict[str, bytes], name: str, model: type[BaseModel], *under: str) -> None:
    """Put a reference in place of each secret under this key that stands in the file, also where it only stands in for one."""
    if name not in found:
        return
    text = found[name].decode("utf-8")
    raw = marked.loads(text)
    spots = {_spot(raw, (*under, *loc)) for loc, value in places(model, value_at(raw, under)) if _literal(str(value))}
    for n, node in reversed(list(enumerate(_scalars(yaml.compose(text, Loader=yaml.SafeLoader) or EMPTY)))):
        start, end = node.start_mark.index, node.end_mark.index
        after = "\n" if "\n" in text[start:end] else ""
        if (node.start_mark.line + 1, node.start_mark.column + 1) in spots:
            text = f'{text[:start]}"${{file:left-out/{name}/{n}}}"{after}{text[end:]}'
        elif IN_ADDRESS.search(node.value):
            text = f"{text[:start]}{IN_ADDRESS.sub('left-out', text[start:end])}{text[end:]}"
    found[name] = text.encode()


def _spot(raw: Any, loc: Loc) -> tuple[int, int]:
    mark = marked.place(raw, loc)
    return (mark.line, mark.column) if mark else (0, 0)


def _literal(text: str) -> bool:
    """Whether the value, or what stands in for it where a reference leads nowhere, is in the file itself."""
    return REFERENCE.sub(lambda match: match[1].partition(":-")[2], text).strip() != ""


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
