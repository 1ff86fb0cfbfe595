"""The list of finding codes: read off the code that raises them, in the words it uses or those of `codes.yaml`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import yaml

from docs.generate.text import MADE, table

PAGE = Path("docs/reference/findings.md")
WORDS = Path(__file__).with_name("codes.yaml")
CODE = re.compile(r"hub:[a-z0-9-]+|(AK\d{3}|TA1\d{2}|IK\d{3}|\d{4}):\d\w*")
HEAD = """# Findings

What `crossdock read` and the hub may say of a document. A code names the standard's table and value (`AK403` is a 997's fault of
an element, `AK304` of a segment, `AK502` of a set, `AK905` of a group, `TA105` of an interchange, `0085` any of these in
EDIFACT), or starts with `hub:`. The text of a finding says more; … stands for what differs from case to case.

"""


class Said(NamedTuple):
    """One place in the code that names a finding's code, with the words raised there, if any are."""

    code: str
    words: str
    place: str


def pages(root: Path) -> dict[Path, str]:
    return {PAGE: MADE + HEAD + table(("code", "means"), [(f"`{code}`", "; ".join(words)) for code, words in told(root).items()])}


def told(root: Path) -> dict[str, list[str]]:
    """Every code of the hub with what it means, sorted."""
    named = yaml.safe_load(WORDS.read_text())
    found: dict[str, set[str]] = {}
    for said in walked(root):
        words = {named[said.code]} if said.code in named else {said.words} - {""}
        found.setdefault(said.code, set()).update(words)
    return {code: sorted(found[code]) for code in sorted(found, key=natural)}


def natural(code: str) -> list[tuple[int, str]]:
    """Numbers in codes sort by their value: AK403:10 comes after AK403:9."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", code)]


def walked(root: Path) -> Iterator[Said]:
    """Every place in the hub that names a code."""
    for path in sorted((root / "hub").rglob("*.py")):
        tree, place = ast.parse(path.read_text()), path.relative_to(root).as_posix()
        raised = {
            id(node.args[0]): words(node.args[1]) for node in ast.walk(tree) if isinstance(node, ast.Call) and len(node.args) > 1
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
                yield Said(node.value, raised.get(id(node), ""), place)


def words(node: ast.expr) -> str:
    """The text of a finding; nothing when it is not a text that says something."""
    text = literal(node)
    return text if len(re.findall(r"[a-z]{2,}", text)) > 2 else ""


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
