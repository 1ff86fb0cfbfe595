"""Asking: what documents need of tables in systems is asked for in one batch a table, and kept before anything rests on it."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from hub.errors import Misconfigured, Rejected, Unavailable
from hub.flow.draft import Draft
from hub.flow.site import Site
from hub.flow.translate import translate
from hub.ledger import answers, lanes
from hub.rules.asking import NOTHING, Answer, Answers, Missing, Question
from hub.settings.endpoint import Endpoint
from hub.spans import span

log = logging.getLogger(__name__)
PATIENCE = 30.0  # seconds for one batch
BATCH = 200  # keys
Find = Callable[[Connection, Missing], Answers]


@dataclass(frozen=True, slots=True)
class Asks:
    """Nothing can be decided before this was asked."""

    missing: Missing


class Away(Exception):
    """A system that must be asked first does not answer: what came waits."""

    def __init__(self, system: str, why: str, after: datetime | float | None = None) -> None:
        super().__init__(f"waits for {system}, which must be asked first: {why}")
        self.system, self.after = system, after


def translated(
    site: Site, connection: Connection, endpoint: Endpoint, drafts: Sequence[Draft], told: Answers, find: Find
) -> tuple[Sequence[Draft], Missing]:
    """The drafts translated with every answer that is told or found; and what has still to be asked for them."""
    if not site.asks:
        translate(site, connection, endpoint, drafts)
        return drafts, {}
    known = dict(told)
    while True:
        some = [_copied(draft) for draft in drafts]
        missing = translate(site, connection, endpoint, some, known)
        found = find(connection, missing) if missing else NOTHING
        if not found:
            return some, missing
        known.update(found)


def _copied(draft: Draft) -> Draft:
    """To be translated, and perhaps once more."""
    one = draft.again()
    one.value = None if draft.value is None else dict(draft.value)
    return one


def recent(site: Site, connection: Connection, missing: Missing) -> Answers:
    """What was answered for other documents, and is fresh."""
    now = site.now()
    return {one: said for one, said in answers.known(connection, missing).items() if missing[one].fresh(said, now)}


async def ask(site: Site, missing: Missing, away: dict[str, Away]) -> Answers:
    """What the systems say, stored. Raises Away; what others have said is stored then too. `away`: those not to be asked again."""
    if not missing:
        return {}
    for row in await site.ledger.read(lanes.stopped):
        away.setdefault(row.name, Away(row.name, f"it is stopped: {row.stopped}"))
    found, trouble = await heard(site, missing, away)
    site.probe("ask.answered")
    if found:
        await site.ledger.write(partial(answers.keep, told=found))
    site.probe("ask.stored")
    if trouble is not None:
        raise trouble
    return found


async def heard(site: Site, missing: Iterable[Question], away: dict[str, Away]) -> tuple[Answers, Away | None]:
    """What the systems say, stored nowhere; and who does not answer."""
    found: dict[Question, Answer] = {}
    trouble: Away | None = None
    for (system, table), keys in _batches(missing):
        try:
            if system not in away:
                found |= await _asked(site, system, table, keys)
        except Away as error:
            away[system] = error
        trouble = away.get(system, trouble)
    return found, trouble


def _batches(missing: Iterable[Question]) -> Iterable[tuple[tuple[str, str], list[str]]]:
    by_table: dict[tuple[str, str], list[str]] = {}
    for one in sorted(missing):
        by_table.setdefault((one.system, one.table), []).append(one.key)
    for table, keys in by_table.items():
        yield from ((table, keys[at : at + BATCH]) for at in range(0, len(keys), BATCH))


async def _asked(site: Site, system: str, table: str, keys: list[str]) -> dict[Question, Answer]:
    try:
        with span("ask"):
            async with asyncio.timeout(PATIENCE):
                said: Any = await site.connectors[system].lookup(table, keys)
    except Unavailable as error:
        raise Away(system, str(error), error.after) from error
    except (Misconfigured, Rejected) as error:
        raise Away(system, f"it refuses the question ({error})") from error
    except TimeoutError as error:
        raise Away(system, f"no answer within {PATIENCE:g} seconds") from error
    now = site.now()
    log.info("%s was asked for %d of %s and knows %d", system, len(keys), table, sum(key in said for key in keys))
    return {Question(system, table, key): Answer(now, said.get(key)) for key in keys}
