"""What a document loses when it is written: it is read back through the same guide and compared, value by value."""

from collections.abc import Iterator
from typing import Any

from hub.findings import Finding
from hub.formats.envelope import COMPONENT, Group, Interchange, Separators, TransactionSet
from hub.guides import reader
from hub.guides.functions import EQUALS
from hub.guides.notation import Guide
from hub.guides.reader import Defaults
from hub.guides.unfold import TREES
from hub.guides.values import Values
from hub.model import Document

# fields that only the hub knows
HUB_ONLY = ("schema_version", "channel", "partner", "test", "assumed", "ship_by")
HUB_ONLY_ANYWHERE = ("system_line",)

Path = tuple[str | int, ...]


def told(guide: Guide, document: Document, segments: list[list[str]], defaults: Defaults | None = None) -> list[Finding]:
    """Findings about the written segments: what their receiver would reject, and what did not come back."""
    reading = reader.read(guide, as_set(guide, segments), defaults)
    findings = [finding for finding in reading.findings if finding.severity == "error"]
    drops = [tuple(path.split(".")) for path in (*guide.drops, *_computed(guide))]
    wanted = expected(guide, document)
    for path, text, value in lost(wanted, reading.value or {}):
        if not any(_covers(drop, path) for drop in drops) and not _implied(guide, path, value, wanted):
            hint = "carry it in the guide, or name it in its `drops`"
            findings.append(Finding("hub:not-carried", text, "application", hint=hint, path=said(path), value=str(value)))
    return findings


def expected(guide: Guide, document: Document) -> Values:
    """What must come back: everything that is not at its default, trees in the order they are written."""
    values: Values = pruned(document.model_dump(exclude_defaults=True))
    for name in HUB_ONLY:
        values.pop(name, None)
    for rule in guide.rules():
        if rule.tree and rule.function:
            roots, _ = TREES[rule.function].write(values)
            kept = {name: value for name, value in values.items() if name not in TREES[rule.function].makes}
            for root in roots:
                root.values = {} if root.values is values else root.values
            TREES[rule.function].read(roots, kept)
            return kept
    return values


def lost(before: Any, after: Any, path: Path = ()) -> Iterator[tuple[Path, str, Any]]:
    """Values of `before` that are not the same in `after`."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name, value in before.items():
            if name not in HUB_ONLY_ANYWHERE:
                yield from lost(value, after.get(name), (*path, name))
    elif isinstance(before, list | tuple) and isinstance(after, list | tuple):
        if len(after) > len(before):
            yield path, f"{len(before)} entries become {len(after)}", before
        for index, value in enumerate(before):
            yield from lost(value, after[index] if index < len(after) else None, (*path, index))
    elif after is None:
        for inner, value in leaves(before, path):
            if not any(step in HUB_ONLY_ANYWHERE for step in inner):
                yield inner, "is not carried", value
    elif before != after:
        yield path, f"comes back as {after}", before


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every single value inside, with its path."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from leaves(item, (*path, name))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from leaves(item, (*path, index))
    else:
        yield path, value


def pruned(value: Any) -> Any:
    """Without what is None or empty.

    >>> pruned({"a": None, "b": {"c": None}, "d": [1], "e": ""})
    {'d': [1]}
    """
    if isinstance(value, dict):
        kept = {name: pruned(item) for name, item in value.items()}
        return {name: item for name, item in kept.items() if item is not None and item not in ("", {}, [])}
    if isinstance(value, list | tuple):
        return [item for item in map(pruned, value) if item is not None and item not in ("", {}, [])]
    return value


def said(path: Path) -> str:
    """A path as people read it.

    >>> said(("lines", 0, "parties", "ship_to"))
    'lines[0].parties.ship_to'
    """
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def as_set(guide: Guide, segments: list[list[str]]) -> TransactionSet:
    """Segments that were never in a file, as a transaction set."""
    separators = Separators("*", COMPONENT, "~")
    interchange = Interchange(guide.standard, separators, [])  # type: ignore[arg-type]  # checked when the guide was loaded
    header, trailer = (["ST", guide.set, "0001"], ["SE"]) if guide.standard == "x12" else (["UNH"], ["UNT"])
    return TransactionSet(
        group=Group(interchange, []),
        type=guide.set,
        control_number="0001",
        version=guide.versions[0] if guide.versions else "",
        lines=[],
        parted=[header, *segments, trailer],
        offset=0,
        offsets=list,
        components=lambda text: text.split(COMPONENT),
        text=str,
    )


def _computed(guide: Guide) -> Iterator[str]:
    """Paths that are written from what is computed; the writer itself tells where the document says otherwise."""
    for rule in guide.body:
        for inner in (rule, *(rule.body or ())) if not rule.each else ():
            yield from (path for element in inner.carriers() if element.equals for path in element.paths)


def _implied(guide: Guide, path: Path, value: Any, document: Values) -> bool:
    """Whether its receiver comes to the same value by what is carried."""
    for place, function in guide.implied.items():
        where = tuple(place.split("."))
        if len(where) == len(path) and _covers(where, path):
            item: Any = document
            for step in path[:-1]:
                item = item[step]
            return bool(EQUALS[function].value(item, document) == value)
    return False


def _covers(drop: tuple[str, ...], path: Path) -> bool:
    if len(drop) > len(path):
        return False
    return all(wanted == "*" or wanted == step for wanted, step in zip(drop, path, strict=False))
