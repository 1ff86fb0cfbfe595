"""The steps of a lineage in words: the place in a file, the rule with its file and line, and what decided."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hub.formats.envelope import TransactionSet
from hub.guides.lineage import Line, Source
from hub.mapping.lineage import Pair
from hub.marked import Mark


def mapped(pair: Pair, file: str) -> list[str]:
    """How a value came out of a message."""
    if pair.key is None:
        return [pair.how + made_of(pair.inputs) + by(pair.mark)]
    steps = [f"{pair.key} of {file}, {pair.how}{by(pair.mark)}"]
    beside = [place for place in pair.beside if place != pair.key]
    return steps + ([f"because of {', '.join(beside)}"] if beside else [])


def segmented(line: Line, file: str) -> list[str]:
    """How a value came out of the segments of a document."""
    if line.source is None:
        return [f"{line.computed}{made_of(line.inputs)}"]
    source = line.source
    byte = f", byte {source.offset}" if source.offset is not None else ""
    steps = [f'{source.name} in segment {source.at.position}{byte} of {file}: "{source.text}", {source.how}, by {ruled(source)}']
    if line.beside:
        steps.append("because of " + ", ".join(f'{one.name} in segment {one.at.position}: "{one.text}"' for one in line.beside))
    return steps


def text_at(tset: TransactionSet, at: Any) -> str:
    """What stands at an element or component."""
    raw = tset.segments[at.position - 1][at.address.element]
    return tset.components(raw)[at.address.component - 1] if at.address.component else tset.text(raw)


def ruled(source: Source) -> str:
    """The rule of an element, and where it is written."""
    return f"{source.rule} ({placed(source.mark)})" if source.mark else source.rule


def made_of(inputs: Sequence[str]) -> str:
    """What something computed rests on."""
    return f" of {', '.join(inputs)}" if inputs else ""


def by(mark: Mark | None) -> str:
    """The rule, if there is one."""
    return f", {placed(mark)}" if mark else ""


def placed(mark: Mark) -> str:
    """File and line, the file from here where it is below."""
    if not mark.line:
        return mark.file
    path, here = Path(mark.file), Path.cwd()
    shown = path.relative_to(here) if path.is_absolute() and path.is_relative_to(here) else path
    return f"{shown}:{mark.line}"
