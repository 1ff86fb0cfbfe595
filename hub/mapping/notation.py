"""The notation of mappings: the guides' words as far as they reach. What a mapping file says, once compiled.

A mapping has `document`, `format`, `body`; a body is `foreign key → rule`, or a list of such where keys repeat. Paths start at
the item they stand in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hub.guides.example import Example
from hub.guides.tables import Table
from hub.mapping.asked import Asked
from hub.mapping.codecs import CODECS, Codec
from hub.mapping.layout import TABULAR, Layout
from hub.marked import Mark

FORMATS = ("json", *TABULAR, "xml")
TOP = (
    "title", "document", "format", "body", "finish", "drops", "complete", "tables",
    "layout", "root", "namespaces", "doctype", "when", "examples",
)  # fmt: skip
RULE = (
    "title", "is", "as", "codes", "use", "only", "const", "each", "key", "body",
    "when", "form", "default", "equals", "with", "of",
)  # fmt: skip
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
    default: Any = UNSET  # written where the document has nothing; assumed where the message has nothing
    use: str = "may"
    each: str | None = None
    keyed: bool = False  # `each` fills a mapping, not a list
    several: bool = False  # the path holds a list
    key: str | None = None  # the foreign key whose value files an item of the mapping
    key_table: Table | None = None
    when: Mapping[str, Any] = field(default_factory=dict)  # which of several objects under this key it is for
    of: tuple[str, str] | None = None  # of an `each` of the whole document: its field, and the field here that it points at
    equals: str | None = None  # function that computes the value
    function: str | None = None  # `with`: function that turns the value read, and back
    body: "tuple[Rule, ...] | None" = None
    mark: Mark | None = None

    @property
    def carries(self) -> bool:
        """True when what it writes depends on the document."""
        return bool(self.paths or self.each or self.equals) or any(rule.carries for rule in self.body or ())

    @property
    def static(self) -> bool:
        """True when it writes the same whatever the document says."""
        return not self.carries and (self.default is not UNSET or any(rule.static for rule in self.body or ()))


@dataclass(frozen=True, slots=True, eq=False)
class Notation:
    """A mapping file, compiled."""

    document: str
    title: str
    format: str
    body: tuple[Rule, ...]
    finish: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()
    complete: bool = False
    layout: Layout = field(default_factory=Layout)
    root: str = ""  # of XML
    namespaces: Mapping[str, str] = field(default_factory=dict)  # prefix → namespace
    doctype: str | None = None  # written before the root
    when: Mapping[str, Any] = field(default_factory=dict)  # which messages it is for
    examples: tuple[Example, ...] = ()
    asked: tuple[Asked, ...] = ()  # tables of its own that a system is asked for
