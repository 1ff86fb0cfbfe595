"""Answers: what systems said when a table of theirs was asked, the last of each key; and when."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select

from hub.ledger.columns import clean
from hub.ledger.sql import upsert
from hub.ledger.tables import answers
from hub.rules.asking import Answer, Question

MANY = 500  # keys looked for in one statement
KNOWN = select(answers.c.key, answers.c.at, answers.c.answer).where(
    answers.c.system == bindparam("of"),
    answers.c.asked == bindparam("what"),
    answers.c.key.in_(bindparam("keys", expanding=True)),
)


def keep(connection: Connection, told: Mapping[Question, Answer]) -> None:
    """What was said now takes the place of what was said before."""
    for question, answer in sorted(told.items(), key=lambda one: one[0]):
        said = None if answer.value is None else json.dumps(answer.value, ensure_ascii=False, default=str)
        row = {"system": question.system, "asked": question.table, "key": clean(question.key), "at": answer.at, "answer": said}
        upsert(connection, answers, ("system", "asked", "key"), row)


def known(connection: Connection, asked: Collection[Question]) -> dict[Question, Answer]:
    """The last answer to each of these, however old."""
    found: dict[Question, Answer] = {}
    for (system, table), questions in _by_table(asked).items():
        named = {clean(one.key): one for one in questions}
        keys = sorted(named)
        for at in range(0, len(keys), MANY):
            for row in connection.execute(KNOWN, {"of": system, "what": table, "keys": keys[at : at + MANY]}):
                found[named[row.key]] = Answer(row.at, None if row.answer is None else json.loads(row.answer))
    return found


def _by_table(asked: Iterable[Question]) -> dict[tuple[str, str], list[Question]]:
    found: dict[tuple[str, str], list[Question]] = {}
    for one in asked:
        found.setdefault((one.system, one.table), []).append(one)
    return found


def forget(connection: Connection, before: datetime) -> int:
    """Answers older than this serve nobody: what a document rests on is kept with it."""
    done: Any = connection.execute(delete(answers).where(answers.c.at < before))
    return int(done.rowcount)
