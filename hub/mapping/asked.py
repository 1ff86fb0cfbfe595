"""Code tables that a system keeps: what we have of one ourselves counts first, for the rest the system is asked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hub.guides.mistakes import Mistakes
from hub.guides.tables import Table
from hub.marked import Mark, MarkedDict
from hub.rules.asking import WORD, Answers, codes_of
from hub.rules.asking import Table as Source
from hub.rules.duration import parse

WORDS = ("system", "table", "gives", "fresh_for", "unknown")
HOUR = "1h"
UNKNOWN = ("hold", "warn")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Asked(Table):
    """A code table of a system; `words` are rows of our own, which nobody is asked for."""

    source: Source
    mark: Mark  # of the system's name

    def speaking(self, told: Answers) -> Table:
        """The table to write with: our own rows, and the words that were told when a document was read."""
        told_words = {code: word for word, code in codes_of(told, self.source).items()}
        return Table(self.name, self.standard, {**told_words, **self.words})


def names_system(spec: Mapping[str, object]) -> bool:
    """Whether a table is one of a system, and not codes and words that stand there."""
    return "system" in spec and ("gives" in spec or "table" in spec)


def asked(own: Table, spec: MarkedDict, mistakes: Mistakes) -> Asked | None:
    """The table that `spec` says a system keeps; None, and mistakes noted, where it does not say so rightly."""
    wrong = list(_wrong(spec))
    for mark, text in wrong:
        mistakes.add(mark, text)
    if wrong:
        return None
    named = f"`{spec['file']}`" if "file" in spec else f"a file that the table `{own.name}` names"
    source = Source(
        spec["system"],
        spec["table"],
        (),
        {WORD: spec["gives"][WORD]},
        fresh_for=parse(str(spec.get("fresh_for", HOUR))),
        holds=spec.get("unknown") != "warn",
        own=named,
    )
    return Asked(own.name, own.standard, own.words, source=source, mark=spec.values_at["system"])


def _wrong(spec: MarkedDict) -> Iterator[tuple[Mark, str]]:
    for word in ("system", "table"):
        if not isinstance(spec.get(word), str):
            what = "the system that is asked" if word == "system" else "the table, as its connector calls it"
            yield spec.values_at.get(word, spec.mark), f"`{word}` must name {what}"
    gives = spec.get("gives")
    if not isinstance(gives, MarkedDict) or list(gives) != [WORD] or not isinstance(gives[WORD], str):
        text = f"`gives` must say where the word stands in what the system answers: `gives: {{{WORD}: number}}`"
        yield spec.values_at.get("gives", spec.mark), text
    if spec.get("unknown", UNKNOWN[0]) not in UNKNOWN:
        yield spec.values_at["unknown"], f"`unknown` is {' or '.join(UNKNOWN)}, not `{spec['unknown']}`"
    try:
        parse(str(spec.get("fresh_for", HOUR)))
    except ValueError as error:
        yield spec.values_at["fresh_for"], str(error)
