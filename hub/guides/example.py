"""Examples that guides and mappings carry: what comes in and what it must become, a document and what must be written of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hub.guides.mistakes import Mistakes
from hub.marked import MarkedDict, MarkedList, unmarked

WORDS = ("title", "reads", "gives", "finds", "document", "writes")
FILE, BUT = "file", "but"
SIDES = ("reads", "gives", "document", "writes")


@dataclass(frozen=True, slots=True)
class Example:
    """A test inside a guide or mapping; of what is not said, None.

    Instead of a value, each side may name a file: `{file: order.edi}`, from the folder that the guide lies in. What is read
    may be written otherwise, `{file: order.edi, but: {this: that}}`; `but` alone changes what the example before reads.
    """

    title: str
    reads: Any = None  # text of a message, or a JSON value
    gives: Any = None  # canonical values that come of it; of several documents a list
    finds: tuple[str, ...] = ()  # what is wrong with it, in the words of the findings
    document: Any = None  # canonical values
    writes: Any = None  # what is written of them
    line: int = 0

    @property
    def changes(self) -> bool:
        """True where it reads what an example before it reads, with some of it written otherwise."""
        return isinstance(self.reads, dict) and self.reads.keys() == {BUT}


def examples(tree: MarkedDict, mistakes: Mistakes) -> Iterator[Example]:
    """The examples in a file; what is none is noted."""
    listed = tree.get("examples")
    if listed is not None and not (isinstance(listed, MarkedList) and all(isinstance(one, MarkedDict) for one in listed)):
        mistakes.add(tree.values_at["examples"], "`examples` is a list of {title, reads, gives} or {document, writes}")
        return
    for spec in listed or ():
        for word in spec:
            if word not in WORDS:
                mistakes.unknown(spec.keys_at[word], "keyword of an example", word, WORDS)
        finds = unmarked(spec.get("finds"))
        found = tuple(map(str, finds)) if isinstance(finds, list) else () if finds is None else (str(finds),)
        sides = {word: unmarked(spec[word]) for word in SIDES if word in spec}
        yield Example(str(spec.get("title", "")), finds=found, **sides, line=spec.mark.line)
