"""The list of guides that come with the product."""

from pathlib import Path
from typing import Any

import yaml

from docs.generate.text import MADE, table

PAGE = Path("docs/reference/guides.md")
HEAD = """# Guides

EDI documents that the hub reads and writes, each described once in `mappings/`. What is not here is refused in the
standard's own way. The notation is [decision 3](../decisions/0003-guide-notation.md).

"""


def pages(root: Path) -> dict[Path, str]:
    rows = [row(name, guide) for name, guide in found(root / "mappings") if "set" in guide and "document" in guide]
    return {PAGE: MADE + HEAD + table(("guide", "is", "standard", "type", "carries", "written for"), rows)}


def found(folder: Path) -> list[tuple[str, dict[str, Any]]]:
    loaded = [(path.relative_to(folder).with_suffix("").as_posix(), path) for path in sorted(folder.rglob("*.yaml"))]
    return [(name, guide) for name, path in loaded if isinstance(guide := yaml.safe_load(path.read_text()), dict)]


def row(name: str, guide: dict[str, Any]) -> list[str]:
    versions = ", ".join(str(version) for version in guide.get("versions", []))
    return [f"`{name}`", guide.get("title", ""), guide.get("standard", ""), str(guide["set"]), guide["document"], versions]
