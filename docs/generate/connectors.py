"""The table of connectors, and in each connector's README the table of its settings."""

from pathlib import Path
from typing import Any

from pydantic_core import PydanticUndefined

from docs.generate.model import shown
from docs.generate.text import MADE, table
from hub.sdk import Connector

PAGE = Path("docs/reference/connectors.md")
BEGIN, END = "<!-- settings -->", "<!-- /settings -->"
ABILITIES = ("check", "pull", "push", "find", "receive", "lookup", "ids")
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
    from hub.registry import connectors

    return dict(sorted(connectors().items()))


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
    rows = [
        (f"`{name}`", shown(field.annotation), default(field.get_default(call_default_factory=True)), field.description or "")
        for name, field in kind.Config.model_fields.items()
    ]
    return table(("setting", "holds", "default", "means"), rows)


def default(value: Any) -> str:
    if value is PydanticUndefined:
        return "**must be given**"
    return "" if value is None or value == "" else f"`{value}`"
