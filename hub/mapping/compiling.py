"""Turns a mapping file into rules; mistakes are collected, each with its place."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, get_origin, get_type_hints

from hub import marked
from hub.guides.example import examples
from hub.guides.mistakes import Mistakes
from hub.guides.tables import Table
from hub.mapping import crossings
from hub.mapping.asked import WORDS, Asked, asked, names_system
from hub.mapping.branches import Entry, branched, entries
from hub.mapping.codecs import CODECS, Codec, codec_for
from hub.mapping.functions import COMPUTED, FUNCTIONS, TURNED
from hub.mapping.layout import TABULAR, layout_of
from hub.mapping.notation import FORMATS, RULE, TOP, UNSET, USES, Notation, Rule
from hub.mapping.shapes import NoSuchPath, codec_name, item_type, keyed, plain_type, type_at
from hub.marked import Mark, MarkedDict, MarkedList, place, unmarked
from hub.model import DOCUMENTS

PARTS = "parts.yaml"
Find = Callable[[str], Path | None]  # a file of a table by the name it is given in a mapping


def compile_mapping(tree: Any, mark: Mark, find: Find) -> Notation:
    """Turn marked YAML into rules. Raises GuideError with all mistakes."""
    mistakes = Mistakes()
    if not isinstance(tree, MarkedDict):
        mistakes.add(mark, "a mapping file holds keys: document, format, body")
        mistakes.stop()
    notation = Compiler(tree, mistakes, find).run()
    mistakes.stop()
    return notation


def _parts(find: Find, mistakes: Mistakes, mark: Mark) -> MarkedDict:
    """Bodies and tables that the mappings of one folder share."""
    path = find(PARTS)
    try:
        tree = marked.load(path) if path is not None else None
    except marked.MarkedError as error:
        mistakes.add(error.mark, f"not readable as YAML: {error.message}")
        tree = None
    return tree if isinstance(tree, MarkedDict) else MarkedDict(mark)


class Compiler:
    """Walks one file; keeps its tables and collects its mistakes."""

    def __init__(self, tree: MarkedDict, mistakes: Mistakes, find: Find) -> None:
        self.tree, self.mistakes, self.find = tree, mistakes, find
        self.parts = _parts(find, mistakes, tree.mark)
        self.format = str(tree.get("format"))
        self.layout = layout_of(tree.get("layout"), self.format, self._at(tree, "layout"), mistakes)
        holders = [self._dict(self.parts, "tables"), self._dict(tree, "tables")]  # the mapping's own count
        self.tables = {name: self._table(name, holder) for holder in holders for name in holder}

    def run(self) -> Notation:
        tree = self.tree
        self._words(tree, TOP, "keyword")
        kind = str(tree.get("document"))
        if kind not in DOCUMENTS:
            self.mistakes.unknown(self._at(tree, "document"), "canonical document", kind, DOCUMENTS)
        if self.format not in FORMATS:
            self.mistakes.add(self._at(tree, "format"), f"`format` must be {', '.join(FORMATS[:-1])} or {FORMATS[-1]}")
        self._functions(tree, "finish", FUNCTIONS)
        body = self._body(tree, DOCUMENTS.get(kind))
        self._belongs("layout", TABULAR)
        self._belongs("root", ("xml",))
        if self.format == "xml" and "root" not in tree:
            self.mistakes.add(tree.mark, "format xml needs `root`: the name of the outermost element")
        return Notation(
            kind,
            str(tree.get("title", "")),
            self.format,
            body,
            finish=texts(tree.get("finish")),
            drops=texts(tree.get("drops")),
            complete=tree.get("complete", False) is True,
            layout=self.layout,
            root=str(tree.get("root", "")),
            namespaces={name: str(space) for name, space in self._dict(tree, "namespaces").items()},
            doctype=None if tree.get("doctype") is None else str(tree["doctype"]),
            when=unmarked(self._dict(tree, "when")),
            examples=tuple(examples(tree, self.mistakes)),
            asked=tuple(table for table in self.tables.values() if isinstance(table, Asked)),
        )

    def _belongs(self, word: str, formats: tuple[str, ...]) -> None:
        if word in self.tree and self.format in FORMATS and self.format not in formats:
            self.mistakes.add(self.tree.keys_at[word], f"`{word}` is for format {', '.join(formats)}, this one is {self.format}")

    def _functions(self, spec: MarkedDict, word: str, known: Iterable[str]) -> None:
        for name in texts(spec.get(word)):
            if name not in known:
                self.mistakes.unknown(self._at(spec, word), "function", name, known)

    def _body(self, holder: MarkedDict, shape: Any) -> tuple[Rule, ...]:
        body, bodies = holder.get("body"), self._dict(self.parts, "bodies")
        if isinstance(body, str) and body not in bodies:
            self.mistakes.unknown(self._at(holder, "body"), f"body in {PARTS}", body, bodies)
            return ()
        body = bodies[body] if isinstance(body, str) else body
        if not isinstance(body, MarkedDict | MarkedList):
            self.mistakes.add(self._at(holder, "body"), "`body` must hold the keys of the foreign message and their rules")
            return ()
        found = self._entries(body, bodies)
        if self.format == "xml":
            found = branched(found)
        return tuple(self._rule(name, spec, mark, shape) for name, spec, mark in found)

    def _entries(self, body: Any, bodies: MarkedDict) -> list[Entry]:
        """The rules of a body; a list may name shared bodies among its own rules."""
        if isinstance(body, MarkedList):
            for part, mark in zip(body, body.items_at, strict=True):
                if isinstance(part, str) and part not in bodies:
                    self.mistakes.unknown(mark, f"body in {PARTS}", part, bodies)
            body = [bodies.get(part) if isinstance(part, str) else part for part in body]
        return entries(body)

    def _rule(self, name: str, spec: Any, mark: Mark, shape: Any) -> Rule:
        if not isinstance(spec, MarkedDict):
            self.mistakes.add(mark, f"`{name}` needs a rule such as {{is: number}}; {{}} knows it and carries nothing")
            return Rule(name)
        self._words(spec, RULE, "keyword")
        if spec.get("use", "may") not in USES:
            self.mistakes.unknown(spec.values_at["use"], "use", str(spec["use"]), USES)
        self._functions(spec, "equals", COMPUTED)
        self._functions(spec, "with", TURNED)
        inner, each = self._each(spec, shape)
        paths = texts(spec.get("is"))
        kinds = [self._kind(spec, "is", path, inner) for path in paths]
        if "body" in spec and len(paths) == 1:
            inner = kinds[0]
        key, key_table = self._key(spec)
        return Rule(
            name,
            paths,
            self._codec(spec, kinds),
            self._named_table(spec, "codes", spec.get("codes")),
            only=texts(spec.get("only")),
            const=unmarked(spec["const"]) if "const" in spec else UNSET,
            default=unmarked(spec["default"]) if "default" in spec else UNSET,
            use=str(spec.get("use", "may")),
            each=None if spec.get("each") is None else str(spec["each"]),
            keyed=each is not None and keyed(each),
            several=any(get_origin(plain_type(kind)) in (tuple, list) for kind in kinds if kind is not None),
            key=key,
            key_table=key_table,
            when=unmarked(self._dict(spec, "when")),
            of=next(iter(self._dict(spec, "of").items()), None),
            equals=None if spec.get("equals") is None else str(spec["equals"]),
            function=None if spec.get("with") is None else str(spec["with"]),
            body=self._body(spec, inner) if "body" in spec else None,
            mark=mark,
        )

    def _each(self, spec: MarkedDict, shape: Any) -> tuple[Any, Any]:
        """The type that paths inside start from, and the list or mapping filled (None without `each`)."""
        if "each" not in spec:
            return shape, None
        path = str(spec["each"])
        if path == ".":
            return shape, None
        kind = self._kind(spec, "each", path, shape)
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

    def _key(self, spec: MarkedDict) -> tuple[str | None, Table | None]:
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
        if path[:1] == "/":
            shape, path = DOCUMENTS.get(str(self.tree.get("document"))), path[1:]
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
        found = name or next((codec_name(kind) for kind in kinds if kind is not None), None) or _result(spec.get("equals"))
        try:
            return codec_for(str(found) if found in CODECS else "text", texts(spec.get("form")), self.layout)
        except ValueError as error:
            self.mistakes.add(self._at(spec, "form"), str(error))
            return CODECS["text"]

    def _named_table(self, spec: MarkedDict, word: str, name: Any) -> Table | None:
        if name is not None and name not in self.tables:
            self.mistakes.unknown(self._at(spec, word), "table", str(name), self.tables)
        return self.tables.get(name) if name is not None else None

    def _table(self, name: str, holder: MarkedDict) -> Table:
        rows = self._dict(holder, name)
        if not names_system(rows):
            return self._filed(name, rows) if "file" in rows else self._inline(name, rows)
        self._words(rows, (*WORDS, *crossings.Words), "word of a table that a system keeps")
        own = self._filed(name, rows) if "file" in rows else Table(name, self.format, {})
        return asked(own, rows, self.mistakes) or own

    def _filed(self, name: str, rows: MarkedDict) -> Table:
        spec = {word: str(value) for word, value in rows.items() if word not in WORDS or not names_system(rows)}
        try:
            return crossings.table(name, self.format, spec, self.find)
        except ValueError as error:
            self.mistakes.add(rows.values_at["file"], str(error))
            return Table(name, self.format, {})

    def _inline(self, name: str, rows: MarkedDict) -> Table:
        """Codes and words; of several words for one code the first is read, all are written."""
        kind = crossings.Open if crossings.ANY in rows else Table
        table = kind(name, self.format, {code: texts(words)[0] for code, words in rows.items() if texts(words)})
        assert isinstance(table.codes, dict)
        for code, words in rows.items():
            for word in texts(words):
                table.codes.setdefault(word, code)
        return table

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


def _result(function: Any) -> str | None:
    """The codec of what a function computes."""
    hint = get_type_hints(COMPUTED[function]).get("return") if function in COMPUTED else None
    return None if hint is None else codec_name(hint)


def texts(value: Any) -> tuple[str, ...]:
    """One text or a list of texts."""
    if value is None:
        return ()
    return tuple(str(item) for item in value) if isinstance(value, MarkedList | list | tuple) else (str(value),)
