"""The notation of JSON mappings: the guides' words as far as they reach, compiled into rules. Mistakes are collected.

A mapping has `document`, `format: json`, `body`; a body is `foreign key → rule`. Paths start at the item they stand in.
"""

from dataclasses import dataclass
from typing import Any

from hub.guides.mistakes import Mistakes
from hub.guides.tables import Table
from hub.mapping.codecs import CODECS, Codec
from hub.mapping.functions import FUNCTIONS
from hub.mapping.shapes import NoSuchPath, codec_name, item_type, keyed, type_at
from hub.marked import Mark, MarkedDict, MarkedList, place, unmarked
from hub.model import DOCUMENTS

TOP = ("title", "document", "format", "body", "finish", "drops", "complete", "tables")
RULE = ("title", "is", "as", "codes", "use", "only", "const", "each", "key", "body")
USES = ("must", "may", "never")
UNSET: Any = object()


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One key of a foreign object."""

    name: str
    paths: tuple[str, ...] = ()
    codec: Codec = CODECS["text"]
    table: Table | None = None
    only: tuple[str, ...] = ()
    const: Any = UNSET
    use: str = "may"
    each: str | None = None
    keyed: bool = False  # `each` fills a mapping, not a list
    key: str | None = None  # the foreign key whose value files an item of the mapping
    key_table: Table | None = None
    body: "tuple[Rule, ...] | None" = None


@dataclass(frozen=True, slots=True, eq=False)
class Notation:
    """A mapping file, compiled."""

    document: str
    title: str
    body: tuple[Rule, ...]
    finish: tuple[str, ...]
    drops: tuple[str, ...]
    complete: bool


def compile_mapping(tree: Any, mark: Mark) -> Notation:
    """Turn marked YAML into rules. Raises GuideError with all mistakes."""
    mistakes = Mistakes()
    if not isinstance(tree, MarkedDict):
        mistakes.add(mark, "a mapping file holds keys: document, format, body")
        mistakes.stop()
    notation = Compiler(tree, mistakes).run()
    mistakes.stop()
    return notation


class Compiler:
    """Walks one file; keeps its tables and collects its mistakes."""

    def __init__(self, tree: MarkedDict, mistakes: Mistakes) -> None:
        self.tree, self.mistakes = tree, mistakes
        self.tables = {name: self._table(name) for name in self._dict(tree, "tables")}

    def run(self) -> Notation:
        tree = self.tree
        self._words(tree, TOP, "keyword")
        kind = tree.get("document")
        if kind not in DOCUMENTS:
            self.mistakes.unknown(self._at(tree, "document"), "canonical document", str(kind), DOCUMENTS)
        if tree.get("format") != "json":
            self.mistakes.add(self._at(tree, "format"), "`format` must be json")
        for name in texts(tree.get("finish")):
            if name not in FUNCTIONS:
                self.mistakes.unknown(self._at(tree, "finish"), "function", name, FUNCTIONS)
        shape = DOCUMENTS.get(str(kind))
        body = self._body(tree, shape) if isinstance(tree.get("body"), MarkedDict) else None
        if body is None:
            self.mistakes.add(self._at(tree, "body"), "`body` must hold the keys of the foreign message")
        complete = tree.get("complete", False) is True
        drops = texts(tree.get("drops"))
        return Notation(str(kind), str(tree.get("title", "")), body or (), texts(tree.get("finish")), drops, complete)

    def _body(self, holder: MarkedDict, shape: Any) -> tuple[Rule, ...]:
        body = self._dict(holder, "body")
        return tuple(self._rule(name, body, shape) for name in body)

    def _rule(self, name: str, body: MarkedDict, shape: Any) -> Rule:
        spec = body[name]
        if not isinstance(spec, MarkedDict):
            self.mistakes.add(
                body.values_at[name], f"`{name}` needs a rule such as {{is: number}}; {{}} knows it and carries nothing"
            )
            return Rule(name)
        self._words(spec, RULE, "keyword")
        if spec.get("use", "may") not in USES:
            self.mistakes.unknown(spec.values_at["use"], "use", str(spec["use"]), USES)
        inner, each = self._each(spec, shape)
        paths = texts(spec.get("is"))
        kinds = [self._kind(spec, "is", path, inner) for path in paths]
        key, key_table = self._key(spec, each)
        return Rule(
            name,
            paths,
            self._codec(spec, kinds),
            self._named_table(spec, "codes", spec.get("codes")),
            texts(spec.get("only")),
            unmarked(spec["const"]) if "const" in spec else UNSET,
            str(spec.get("use", "may")),
            spec.get("each"),
            each is not None and keyed(each),
            key,
            key_table,
            self._body(spec, inner) if "body" in spec else None,
        )

    def _each(self, spec: MarkedDict, shape: Any) -> tuple[Any, Any]:
        """The type that paths inside start from, and the list or mapping filled (None without `each`)."""
        if "each" not in spec:
            return shape, None
        kind = self._kind(spec, "each", str(spec["each"]), shape)
        inner = item_type(kind)
        if kind is not None and inner is None:
            self.mistakes.add(
                spec.values_at["each"], f"`{spec['each']}` holds one value, not several", "use `is`, or `body` alone"
            )
        if kind is not None and keyed(kind) and "key" not in spec:
            self.mistakes.add(
                spec.values_at["each"], f"items of `{spec['each']}` are filed under a word", "add `key: {their field: table}`"
            )
        return inner, kind

    def _key(self, spec: MarkedDict, each: Any) -> tuple[str | None, Table | None]:
        found = self._dict(spec, "key")
        if not found:
            return None, None
        name = next(iter(found))
        return name, self._named_table(found, name, found[name] or None)

    def _kind(self, spec: MarkedDict, word: str, path: str, shape: Any) -> Any:
        if shape is None:
            return None
        if path == ".":
            return shape
        try:
            return type_at(shape, path)
        except NoSuchPath as missing:
            what = "canonical field" if path == missing.step else f"canonical field in `{path}`:"
            self.mistakes.unknown(self._at(spec, word), what, missing.step, missing.known)
            return None

    def _codec(self, spec: MarkedDict, kinds: list[Any]) -> Codec:
        name = spec.get("as")
        if name is not None and name not in CODECS:
            self.mistakes.unknown(spec.values_at["as"], "codec", str(name), CODECS)
        found = name or next((codec_name(kind) for kind in kinds if kind is not None), None)
        return CODECS.get(str(found), CODECS["text"])

    def _named_table(self, spec: MarkedDict, word: str, name: Any) -> Table | None:
        if name is not None and name not in self.tables:
            self.mistakes.unknown(self._at(spec, word), "table", str(name), self.tables)
        return self.tables.get(name) if name is not None else None

    def _table(self, name: str) -> Table:
        rows = self._dict(self.tree["tables"], name)
        return Table(name, "json", {str(code): str(word) for code, word in rows.items()})

    def _dict(self, holder: MarkedDict, word: str) -> MarkedDict:
        value = holder.get(word)
        if value is not None and not isinstance(value, MarkedDict):
            self.mistakes.add(holder.values_at[word], f"`{word}` must hold keys and values")
        return value if isinstance(value, MarkedDict) else MarkedDict(holder.mark)

    def _words(self, spec: MarkedDict, known: tuple[str, ...], what: str) -> None:
        for word in spec:
            if word not in known:
                self.mistakes.unknown(spec.keys_at[word], what, word, known)

    def _at(self, spec: MarkedDict, word: str) -> Mark:
        return place(spec, (word,)) or spec.mark


def texts(value: Any) -> tuple[str, ...]:
    """One text or a list of texts."""
    if value is None:
        return ()
    return tuple(str(item) for item in value) if isinstance(value, MarkedList | list | tuple) else (str(value),)
