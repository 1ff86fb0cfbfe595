"""Run the examples that mappings carry: what comes in and what it must become, a document and what must be written of it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.errors import CrossdockError
from hub.guides.library import STANDARDS
from hub.guides.mistakes import GuideError
from hub.mapping.compiling import PARTS
from hub.mapping.layout import TABULAR
from hub.mapping.mapping import Mapping, load
from hub.mapping.notation import UNSET, Example
from hub.marked import MarkedError
from hub.model import DOCUMENTS
from hub.settings.desk import LETTERS


@dataclass(frozen=True, slots=True)
class Outcome:
    """One example, run. `differences` is empty when all is as it should be."""

    mapping: str
    place: str  # file and line
    title: str
    differences: tuple[str, ...] = ()


def run(roots: list[Path]) -> Iterator[Outcome]:
    """The examples of every mapping under these folders, in the order of names; mappings that cannot be read fail."""
    for root in roots:
        for path in sorted(root.rglob("*.yaml")):
            inside = path.relative_to(root)
            if inside.parts[0] not in (*STANDARDS, LETTERS) and path.name != PARTS:
                yield from _of(path, inside.with_suffix("").as_posix(), roots)


def _of(path: Path, name: str, roots: list[Path]) -> Iterator[Outcome]:
    try:
        mapping = load(path, name, str(path), roots)
    except (GuideError, MarkedError) as error:
        yield Outcome(name, str(path), "can be read", tuple(str(error).splitlines()))
        return
    for example in mapping.notation.examples:
        title = example.title or f"example at line {example.line}"
        yield Outcome(name, f"{path}:{example.line}", title, tuple(differences(mapping, example)))


def differences(mapping: Mapping, example: Example) -> Iterator[str]:
    """In what an example does not hold, a line each."""
    if example.reads is not UNSET and example.gives is not UNSET:
        yield from _read(mapping, example)
    if example.document is not UNSET and example.writes is not UNSET:
        yield from _written(mapping, example)
    if (example.reads is UNSET) != (example.gives is UNSET) or (example.document is UNSET) != (example.writes is UNSET):
        yield "an example has `reads` and `gives`, or `document` and `writes`, or all four"


def _read(mapping: Mapping, example: Example) -> Iterator[str]:
    try:
        readings = mapping.take(_bytes(example.reads))
    except CrossdockError as error:
        yield f"cannot be read: {error}"
        return
    found = [reading.value for reading in readings]
    yield from compared("", example.gives, found if isinstance(example.gives, list) else found[0] if found else None)
    wrong = [finding.text for reading in readings for finding in reading.findings if finding.severity == "error"]
    yield from compared("finds", list(example.finds), wrong)


def _bytes(message: Any) -> bytes:
    return message.encode() if isinstance(message, str) else json.dumps(message).encode()


def _written(mapping: Mapping, example: Example) -> Iterator[str]:
    try:
        document = DOCUMENTS[mapping.document].model_validate(example.document)
    except ValueError as error:
        yield f"`document` is no {mapping.document}: {error}"
        return
    body, findings = mapping.make(document)
    yield from (f"{finding.path or ''} {finding.text}".strip() for finding in findings if finding.severity == "error")
    if isinstance(example.writes, str):
        yield from _lines(example.writes, body.decode(mapping.notation.layout.encoding or "utf-8"), mapping.format in TABULAR)
    else:
        yield from compared("", example.writes, json.loads(body))


def _lines(expected: str, found: str, exact: bool) -> Iterator[str]:
    """Texts line by line; blanks in front and at the end of a line count in tables alone."""
    wanted, got = ([line if exact else line.strip() for line in text.splitlines()] for text in (expected, found))
    for at in range(max(len(wanted), len(got))):
        left, right = (lines[at] if at < len(lines) else None for lines in (wanted, got))
        if left != right:
            yield f"line {at + 1}: expected {_quoted(left)}, written was {_quoted(right)}"


def _quoted(line: str | None) -> str:
    return "nothing" if line is None else f"`{line}`"


def compared(path: str, expected: Any, found: Any) -> Iterator[str]:
    """Where two values differ, each with its path; numbers are compared as they are written.

    >>> list(compared("", {"a": 1, "b": [1]}, {"a": "2", "b": ["1", "x"], "c": None}))
    ['a: expected `1`, got `2`', 'b.1: not expected, got `x`']
    """
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in [*expected, *(key for key in found if key not in expected)]:
            yield from compared(f"{path}.{key}" if path else str(key), expected.get(key), found.get(key))
    elif isinstance(expected, list) and isinstance(found, list | tuple):
        for at in range(max(len(expected), len(found))):
            left, right = (side[at] if at < len(side) else None for side in (expected, found))
            yield from compared(f"{path}.{at}" if path else str(at), left, right)
    elif _said(expected) != _said(found):
        yield f"{path or 'the document'}: {_words(expected, found)}"


def _words(expected: Any, found: Any) -> str:
    if expected is None:
        return f"not expected, got `{_said(found)}`"
    return f"expected `{_said(expected)}`, got " + ("nothing" if found is None else f"`{_said(found)}`")


def _said(value: Any) -> str:
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, default=str, ensure_ascii=False)
    return str(value).lower() if isinstance(value, bool) else value.isoformat() if hasattr(value, "isoformat") else str(value)
