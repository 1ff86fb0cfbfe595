"""The list of finding codes, read off the places in the code that raise them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from docs.generate.text import MADE, table

PAGE = Path("docs/reference/findings.md")
CODE = re.compile(r"hub:[a-z0-9-]+|(AK\d{3}|TA1\d{2}|IK\d{3}|\d{4}):\w+")
HEAD = """# Findings

What `crossdock read` and the hub may say of a document. A code names the standard's table and value, or starts with `hub:`.
In the words, … stands for what differs from case to case.

"""


class Said(NamedTuple):
    """One place in the code that raises a finding."""

    code: str
    words: str
    place: str


def pages(root: Path) -> dict[Path, str]:
    rows = sorted({(said.code, said.words) for said in walked(root)})
    return {PAGE: MADE + HEAD + table(("code", "says"), [(f"`{code}`", words) for code, words in rows])}


def walked(root: Path) -> Iterator[Said]:
    """Every call in the hub whose first argument is the code of a finding."""
    for path in sorted((root / "hub").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and len(node.args) > 1 and CODE.fullmatch(code := literal(node.args[0])):
                yield Said(code, literal(node.args[1]), path.relative_to(root).as_posix())


def literal(node: ast.expr) -> str:
    """The text of a string, … where it is filled in.

    >>> literal(ast.parse("f'{tag} is missing'").body[0].value)
    '… is missing'
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(literal(part) for part in node.values)
    return "…"
