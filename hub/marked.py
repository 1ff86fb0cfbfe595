"""YAML as values that know where they stand: file, line, column.

Scalars stay text unless they are `true`, `false`, `null` or a plain number without a leading zero, so that `NO`,
`16:30`, `004010` and `1.10` mean what they say. Duplicate keys are refused. No tags, no anchors across files.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)\Z")
CONSTANTS: dict[str, Any] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class MarkedError(ValueError):
    """YAML that cannot be read, with its place."""

    def __init__(self, message: str, mark: Mark) -> None:
        super().__init__(f"{mark}: {message}")
        self.message, self.mark = message, mark


class MarkedDict(dict[str, Any]):
    """A mapping that knows its own place and the place of each key and value."""

    __slots__ = ("keys_at", "mark", "values_at")

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self.mark = mark
        self.keys_at: dict[str, Mark] = {}
        self.values_at: dict[str, Mark] = {}


class MarkedList(list[Any]):
    """A sequence that knows its own place and the place of each item."""

    __slots__ = ("items_at", "mark")

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self.mark = mark
        self.items_at: list[Mark] = []


def load(path: Path, name: str | None = None) -> Any:
    """Read one YAML file. Raises MarkedError with the place of the first mistake."""
    file = name or str(path)
    try:
        return loads(path.read_text(encoding="utf-8"), file)
    except UnicodeDecodeError as error:
        raise MarkedError(f"not UTF-8 text ({error.reason} at byte {error.start})", Mark(file, 1, 1)) from None


def loads(text: str, file: str = "<text>") -> Any:
    """Read YAML from text. Raises MarkedError."""
    try:
        node = yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        spot = error.problem_mark or error.context_mark
        mark = Mark(file, spot.line + 1, spot.column + 1) if spot else Mark(file, 1, 1)
        raise MarkedError(error.problem or "not readable as YAML", mark) from None
    except yaml.YAMLError as error:
        raise MarkedError(str(error), Mark(file, 1, 1)) from None
    return None if node is None else _value(node, file)


def _mark(node: yaml.Node, file: str) -> Mark:
    return Mark(file, node.start_mark.line + 1, node.start_mark.column + 1)


def _value(node: yaml.Node, file: str) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, file)
    if isinstance(node, yaml.SequenceNode):
        result = MarkedList(_mark(node, file))
        for child in node.value:
            result.append(_value(child, file))
            result.items_at.append(_mark(child, file))
        return result
    assert isinstance(node, yaml.ScalarNode)
    return _scalar(node)


def _mapping(node: yaml.MappingNode, file: str) -> MarkedDict:
    result = MarkedDict(_mark(node, file))
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise MarkedError("a key must be plain text", _mark(key_node, file))
        key = key_node.value
        if key in result:
            raise MarkedError(f"`{key}` is given twice; the first is at line {result.keys_at[key].line}", _mark(key_node, file))
        result[key] = _value(value_node, file)
        result.keys_at[key] = _mark(key_node, file)
        result.values_at[key] = _mark(value_node, file)
    return result


def _scalar(node: yaml.ScalarNode) -> Any:
    text = node.value
    if node.style:  # quoted or block text is text (plain: None, or empty from the C parser)
        return text
    if text in CONSTANTS:
        return CONSTANTS[text]
    return int(text) if NUMBER.match(text) else text


def place(root: Any, path: tuple[str | int, ...]) -> Mark | None:
    """The place of the value at `path`; of its nearest parent when the value is absent."""
    mark: Mark | None = getattr(root, "mark", None)
    for step in path:
        if isinstance(root, MarkedDict) and step in root:
            mark, root = root.values_at[str(step)], root[str(step)]
        elif isinstance(root, MarkedList) and isinstance(step, int) and step < len(root):
            mark, root = root.items_at[step], root[step]
        else:
            break
    return mark


def unmarked(value: Any) -> Any:
    """The same value as plain dicts and lists."""
    if isinstance(value, dict):
        return {key: unmarked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [unmarked(item) for item in value]
    return value


def scalars(value: Any) -> Iterator[Any]:
    """Every scalar inside, in order."""
    if isinstance(value, dict):
        for item in value.values():
            yield from scalars(item)
    elif isinstance(value, list):
        for item in value:
            yield from scalars(item)
    else:
        yield value
