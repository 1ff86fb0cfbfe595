"""Run the examples that mappings carry: what comes in and what it must become, a document and what must be written of it."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hub.errors import CrossdockError
from hub.guides.example import BUT, FILE, Example
from hub.guides.library import STANDARDS
from hub.guides.mistakes import GuideError
from hub.mapping.compiling import PARTS
from hub.mapping.layout import TABULAR
from hub.mapping.mapping import Mapping, load
from hub.marked import MarkedError
from hub.model import DOCUMENTS
from hub.settings.desk import LETTERS


class Absent(CrossdockError):
    """A file that an example names is not there."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One example, run. `differences` is empty when all is as it should be."""

    mapping: str  # or guide
    place: str  # file and line
    title: str
    differences: tuple[str, ...] = ()
    absent: str | None = None  # why it was not run

    def told(self, differences: Iterable[str]) -> "Outcome":
        """The same, with what differs."""
        return replace(self, differences=tuple(differences))

    def left_out(self, why: str) -> "Outcome":
        """The same, not run."""
        return replace(self, absent=why)


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
        outcome = Outcome(name, f"{path}:{example.line}", example.title or f"example at line {example.line}")
        try:
            yield outcome.told(differences(mapping, example, path.parent))
        except Absent as error:
            yield outcome.told([str(error)])


def contents(message: Any, home: Path, before: bytes = b"") -> bytes:
    """What an example reads or writes, as bytes: a text, a JSON value, or a file, with some of it written otherwise.

    `{but: {this: that}}` alone changes what the example `before` reads. Raises Absent.
    """
    if not isinstance(message, dict) or not message or not message.keys() <= {FILE, BUT}:
        return before if message is None else message.encode() if isinstance(message, str) else json.dumps(message).encode()
    found = _file(message[FILE], home).read_bytes() if FILE in message else before
    for old, new in message.get(BUT, {}).items():
        if str(old).encode() not in found:
            raise Absent(f"`{old}`, of which the example says that it is written otherwise, is not in what it reads")
        found = found.replace(str(old).encode(), str(new or "").encode(), 1)
    return found


def value(given: Any, home: Path) -> Any:
    """Canonical values of an example, or the JSON in a file that it names. Raises Absent."""
    if isinstance(given, dict) and given.keys() == {FILE}:
        return json.loads(_file(given[FILE], home).read_text(encoding="utf-8"))
    return given


def _file(name: str, home: Path) -> Path:
    if not (home / name).is_file():
        raise Absent(f"there is no file {name} beside it")
    return home / name


def differences(mapping: Mapping, example: Example, home: Path = Path()) -> Iterator[str]:
    """In what an example does not hold, a line each; files it names are looked for from `home`. Raises Absent."""
    if example.reads is not None and example.gives is not None:
        yield from _read(mapping, example, home)
    if example.document is not None and example.writes is not None:
        yield from _written(mapping, example, home)
    if (example.reads is None) != (example.gives is None) or (example.document is None) != (example.writes is None):
        yield "an example has `reads` and `gives`, or `document` and `writes`, or all four"


def _read(mapping: Mapping, example: Example, home: Path) -> Iterator[str]:
    body, wanted = contents(example.reads, home), value(example.gives, home)
    try:
        readings = mapping.take(body)
    except CrossdockError as error:
        yield f"cannot be read: {error}"
        return
    found = [reading.value for reading in readings]
    yield from compared("", wanted, found if isinstance(wanted, list) else found[0] if found else None)
    wrong = [finding.text for reading in readings for finding in reading.findings if finding.severity == "error"]
    yield from compared("finds", list(example.finds), wrong)


def _written(mapping: Mapping, example: Example, home: Path) -> Iterator[str]:
    try:
        document = DOCUMENTS[mapping.document].model_validate(value(example.document, home))
    except ValueError as error:
        yield f"`document` is no {mapping.document}: {error}"
        return
    body, findings = mapping.make(document)
    yield from (f"{finding.path or ''} {finding.text}".strip() for finding in findings if finding.severity == "error")
    if isinstance(example.writes, str):
        yield from lines(example.writes, body.decode(mapping.notation.layout.encoding or "utf-8"), mapping.format in TABULAR)
    else:
        yield from compared("", value(example.writes, home), json.loads(body))


def lines(expected: str, found: str, exact: bool) -> Iterator[str]:
    """Texts line by line; blanks in front and at the end of a line count in tables alone."""
    wanted, got = ([line if exact else line.strip() for line in text.splitlines()] for text in (expected, found))
    for at in range(max(len(wanted), len(got))):
        left, right = (side[at] if at < len(side) else None for side in (wanted, got))
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
