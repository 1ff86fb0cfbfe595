"""The table of connectors, and in each connector's README the table of its settings."""

from pathlib import Path

from docs.generate.shapes import fields
from docs.generate.text import MADE, table
from hub.operations.connectors import ABILITIES
from hub.registry import connectors
from hub.sdk import Connector

PAGE = Path("docs/reference/connectors.md")
BEGIN, END = "<!-- settings -->", "<!-- /settings -->"
HEAD = """# Connectors

Kinds of places the hub can talk to; each is one folder in `connectors/`. *Repeat* says how it is safe to send the same
thing again after a broken connection; *met* says what it was proved against.

"""


def pages(root: Path) -> dict[Path, str]:
    kinds = found(root)
    readmes = {Path("connectors") / name / "README.md": kind for name, kind in kinds.items()}
    made = {path: filled((root / path).read_text(), kind) for path, kind in readmes.items() if (root / path).exists()}
    return {
        PAGE: MADE + HEAD + table(("connector", "talks to", *ABILITIES, "repeat", "met"), map(row, kinds, kinds.values()))
    } | made


def found(root: Path) -> dict[str, type[Connector]]:
    """The connectors of the product, by name."""
    return {name: kind for name, kind in connectors().items() if (root / "connectors" / name).is_dir()}


def row(name: str, kind: type[Connector]) -> list[str]:
    ticks = ["✓" if kind.offers(ability) else "" for ability in ABILITIES]
    return [f"[`{name}`](../../connectors/{name}/README.md)", kind.title, *ticks, kind.repeat, kind.met]


def filled(readme: str, kind: type[Connector]) -> str:
    """The README with a fresh table between its marks; without marks, as it is."""
    if BEGIN not in readme or END not in readme:
        return readme
    before, rest = readme.split(BEGIN, 1)
    return f"{before}{BEGIN}\n{settings(kind)}{END}{rest.split(END, 1)[1]}"


def settings(kind: type[Connector]) -> str:
    """What it can be told, and what it was proved against."""
    told = fields(kind.Config) if kind.Config.model_fields else "It has no settings.\n"
    return f"{told}\nProved against: {kind.met}.\n"
