"""Asking: which keys of a document a table in a system is asked for, and what its answers add to our own tables. Pure.

Whoever calls asks: what is not at hand is `missing`, and the document is worked through again once it has been answered.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from hub.findings import Finding, note
from hub.rules.condition import value_at
from hub.rules.crossing import Items, Places, Row
from hub.rules.packs import Pack, Packs, packs

WORD = "word"  # of a table of codes: the column of what a code means
OURS, COUNTED = "", "packs"  # a question that our own table answered: by which packs an item was counted
UNKNOWN_FOR = timedelta(minutes=1)  # how long "it is not there" may be believed: somebody is about to add it


class Question(NamedTuple):
    """One key, asked of one table of a system."""

    system: str
    table: str  # as its connector calls it
    key: str


class Answer(NamedTuple):
    """What the system said, and when; None: it does not know the key."""

    at: datetime
    value: Any


Answers = Mapping[Question, Answer]
NOTHING: Answers = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Table:
    """A table that a system keeps, and how its rows become rows of ours."""

    system: str
    table: str
    by: tuple[str, ...]  # ids of an item, or the schemes of a place; the first there is, is asked for
    gives: Mapping[str, str]  # our column → path in what the system answers
    always: Mapping[str, str] = field(default_factory=dict)  # our column → what always stands there
    within: str | None = None  # path of a list in the answer, each of which is a row
    roles: tuple[str, ...] = ()  # parties that are asked for
    fresh_for: timedelta = timedelta(hours=1)
    holds: bool = True  # a key that the system does not know holds the document
    own: str = ""  # our table of the same rows, for people

    def fresh(self, answer: Answer, now: datetime) -> bool:
        """Whether an answer that was given for another document still counts."""
        return now - answer.at <= (self.fresh_for if answer.value is not None else min(self.fresh_for, UNKNOWN_FOR))


Missing = dict[Question, Table]


@dataclass(slots=True)
class Asking:
    """The answers for one document. What was heard of it before counts first, so that it comes out the same again."""

    heard: Answers
    told: Answers
    now: datetime
    used: dict[Question, Answer] = field(default_factory=dict)
    missing: Missing = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def items(self, order: Mapping[str, Any], table: Table | None, known: Items) -> Items:
        """Rows for items that our own table does not have."""
        if table is None:
            return Items()
        found: list[Row] = []
        for path, ids in _lines(order):
            if not any(pair in known.by_id for pair in ids.items()):
                found += self._rows(table, path, "item", *_named(table, ids))
        return Items(found)

    def places(self, order: Mapping[str, Any], table: Table | None, known: Places) -> Places:
        """Rows for places that our own table does not have."""
        found: list[Row] = []
        for role in table.roles if table is not None else ():
            party = order.get("parties", {}).get(role) or {}
            if table is None or not party.get("id") or known.of(party) is not None:
                continue
            if not table.by or party.get("scheme") in table.by:
                found += self._rows(table, f"parties.{role}", "place", "id", str(party["id"]))
        return Places(found)

    def packs(self, document: Mapping[str, Any], table: Table | None, unit: str, known: Packs) -> Packs:
        """Packs of items that are counted in another unit: those it was counted by before, else our own, else what a system says."""
        found = Packs()
        for path, ids in _lines(document, unit):
            first = next(iter(ids.values()), "")
            if ours := self._counted_by(ids) or known.of(ids.values()):
                self.used[Question(OURS, COUNTED, first)] = Answer(self.now, [row.written() for row in ours])
                found = Packs({first: ours}).over(found)
                continue
            if table is None:
                continue
            key = _named(table, ids)[1]
            rows = list(self._rows(table, path, "item", "item", key))
            try:
                found = packs((self._source(table, str(key)), row) for row in rows).over(found)
            except ValueError as error:
                hint = f"see `gives` in {table.own}"
                self._say(Finding("hub:answer-unusable", str(error), "application", hint=hint, path=path))
        return found

    def word(self, table: Table, code: str, path: str) -> str | None:
        """What a system says that a code in a message means; nothing while it has not said, or does not know. `path`: in the message."""
        rows = list(self._rows(table, path, "code", "code", code))
        said = next((row[WORD] for row in rows if WORD in row), None)
        if rows and said is None:
            text = f"{self._source(table, code)}: nothing stands at {table.gives[WORD]} for {code}"
            hint = f"see `gives` in {table.own}"
            self._say(Finding("hub:answer-unusable", text, "application", hint=hint, path=path, value=code))
        return said

    def _counted_by(self, ids: Mapping[str, str]) -> tuple[Pack, ...]:
        """Rows of our own table by which the item was counted when the document, or its order, was decided."""
        kept = (self.heard.get(Question(OURS, COUNTED, one)) for one in ids.values())
        rows = next((answer.value for answer in kept if answer is not None), ())
        return next(iter(packs((row["place"], row) for row in rows).rows.values()), ())

    def _rows(self, table: Table, path: str, what: str, column: str, key: str | None) -> Iterator[Row]:
        """What the system says of a key, as rows; none while nobody has asked."""
        if not key:
            return
        question = Question(table.system, table.table, key)
        answer = self.heard.get(question) or self.told.get(question)
        if answer is None:
            self._not_asked(question, table, path, what)
            return
        self.used[question] = answer
        if answer.value is None:
            self._unknown(question, table, answer, path, what)
            return
        self._say(note("hub:looked-up", f"{what} {key}: {self._source(table, key)}", path=path))
        for one in _parts(table, answer.value):
            columns = {ours: text for ours, theirs in table.gives.items() if (text := _text(value_at(one, theirs)))}
            yield {column: key, **table.always, **columns}

    def _say(self, finding: Finding) -> None:
        """Once, also where one answer serves two of our tables."""
        if finding not in self.findings:
            self.findings.append(finding)

    def _source(self, table: Table, key: str) -> str:
        answer = self.used[Question(table.system, table.table, key)]
        return f"{table.table} of {table.system}, asked on {_moment(answer.at)}"

    def _not_asked(self, question: Question, table: Table, path: str, what: str) -> None:
        self.missing.setdefault(question, table)
        text = f"{what} {question.key}: nobody has asked {table.system} for it ({table.table})"
        hint = "a running hub asks when the document comes; `crossdock try --online` asks now"
        self._say(Finding("hub:not-asked", text, "application", "warning", hint, path=path, value=question.key))

    def _unknown(self, question: Question, table: Table, answer: Answer, path: str, what: str) -> None:
        text = f"{what} {question.key} is not known to {table.system} ({table.table}), asked on {_moment(answer.at)}"
        hint = f"add it there or to {table.own}, then `crossdock release` asks again"
        severity: Any = "error" if table.holds else "warning"
        self._say(Finding("hub:unknown-there", text, "application", severity, hint, path=path, value=question.key))


def _lines(document: Mapping[str, Any], unit: str | None = None) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Lines and contents with the ids of their items; with a unit those that are counted in another."""
    for name in ("lines", "contents"):
        for at, row in enumerate(document.get(name) or ()):
            if unit is None or row.get("unit") not in (None, unit):
                yield f"{name}.{at}.ids", row.get("ids") or {}


def _named(table: Table, ids: Mapping[str, str]) -> tuple[str, str | None]:
    """The id by which an item is asked for, with its scheme."""
    return next(((scheme, str(ids[scheme])) for scheme in table.by if ids.get(scheme)), ("", None))


def _parts(table: Table, value: Any) -> Sequence[Any]:
    found = value if table.within is None else value_at(value, table.within)
    return found if isinstance(found, list | tuple) else [] if found is None else [found]


def _text(value: Any) -> str | None:
    """A plain value as it stands in a table; nothing for an object or an empty one."""
    return None if value is None or isinstance(value, Mapping | list | tuple) else str(value).strip() or None


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def counted_before(heard: Answers, table: Table | None) -> bool:
    """Whether packs were looked up when a document was decided: ours, or those of a system."""
    places = {(OURS, COUNTED), *([(table.system, table.table)] if table else [])}
    return any(one[:2] in places for one in heard)


def of_others(heard: Answers) -> dict[Question, Answer]:
    """What systems said, without what our own tables gave: that is asked of the tables as they are now."""
    return {question: answer for question, answer in heard.items() if question.system != OURS}


def codes_of(told: Answers, table: Table) -> dict[str, str]:
    """Words and codes as a system has told them: the way back.

    >>> carriers = Table("erp", "carriers", (), {"word": "scac"})
    >>> codes_of({Question("erp", "carriers", "7"): Answer(datetime.min, {"scac": "UPSN"})}, carriers)
    {'UPSN': '7'}
    """
    mine = [
        (one.key, _text(value_at(said.value, table.gives[WORD])))
        for one, said in told.items()
        if one[:2] == (table.system, table.table)
    ]
    return {word: code for code, word in mine if word is not None}


def written(used: Answers) -> list[Any]:
    """Answers as plain values, to be kept."""
    return [[*question, answer.at.isoformat(), answer.value] for question, answer in used.items()]


def reading(kept: Iterable[Any]) -> dict[Question, Answer]:
    """
    >>> used = {Question("erp", "items", "4711"): Answer(datetime.fromisoformat("2026-11-22T12:00:00+00:00"), {"sku": "TB"})}
    >>> reading(written(used)) == used
    True
    """
    return {Question(system, table, key): Answer(datetime.fromisoformat(at), value) for system, table, key, at, value in kept}
