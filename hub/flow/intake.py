"""Intake: work off what has arrived at one endpoint, in the order it came."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection

from hub import spans
from hub.errors import Conflict, Unavailable, mistake
from hub.flow import large
from hub.flow.acknowledge import acknowledge
from hub.flow.asking import Asks, Away, ask, recent, translated
from hub.flow.decide import Part, decide
from hub.flow.read import EDI, drafts, read
from hub.flow.site import Site, Stopped
from hub.ledger import arrivals, blobs, documents, lanes, timeline
from hub.logs import about
from hub.rules.asking import NOTHING, Answer, Answers, Question
from hub.rules.retry import next_try
from hub.settings.endpoint import Endpoint
from hub.spans import span

log = logging.getLogger(__name__)
LONG = timedelta(seconds=5)
TRIES = 5
TOGETHER, BYTES = 10, 64 * 1024  # arrivals prepared in one go
PAUSE = timedelta(seconds=30)


async def intake(site: Site, name: str, epoch: int) -> None:
    """Decide arrivals for a few seconds; then the lane may move on. A large one is worked off whole."""
    endpoint, end = site.endpoint(name), site.now() + LONG
    away: dict[str, Away] = {}  # systems that are not asked again this time
    while site.now() <= end and not site.stopping:
        rows = await site.ledger.read(partial(arrivals.waiting, endpoint=name, now=site.now()))
        if not rows:
            return
        commits: list[asyncio.Future[bool]] = []
        size = 0
        for some in _slices(rows, endpoint):
            size += sum(row.size for row in some)
            if endpoint.role == "system" or size > large.LARGE:  # no more in memory than a large one may take
                await asyncio.gather(*commits)
                commits, size = [], 0
            if some[0].size > large.LARGE and endpoint.format in EDI:
                with about(message=some[0].id):
                    await _in_parts(site, endpoint, some[0], epoch, away)
                continue
            async for row, prepared in _prepared(site, endpoint, some, away):
                with about(message=row.id):
                    commits.append(asyncio.ensure_future(_commit(site, endpoint, row, epoch, prepared)))
        await asyncio.gather(*commits)


Prepared = Part | Exception


def _slices(rows: Sequence[Any], endpoint: Endpoint) -> Iterator[list[Any]]:
    """What is prepared in one go: a way to a thread and back costs as much as a small order. An answer of a system may rest on
    what the one before it taught us."""
    most, some, size = 1 if endpoint.role == "system" else TOGETHER, list[Any](), 0
    for row in rows:
        if some and (len(some) >= most or size + row.size > BYTES):
            yield some
            some, size = [], 0
        some.append(row)
        size += row.size
    if some:
        yield some


async def _prepared(
    site: Site, endpoint: Endpoint, some: Sequence[Any], away: dict[str, Away]
) -> AsyncIterator[tuple[Any, Prepared]]:
    """What each of these becomes; what must be asked for any of them is asked at once."""
    made = await asyncio.to_thread(_prepare_all, site, endpoint, some)
    if together := {one: table for _, asks in made if isinstance(asks, Asks) for one, table in asks.missing.items()}:
        await _told(site, endpoint, some[0], Asks(together), {}, away)
    for row, one in made:
        yield row, await _answered(site, endpoint, row, one, away) if isinstance(one, Asks) else one


def _prepare_all(site: Site, endpoint: Endpoint, rows: Sequence[Any]) -> list[tuple[Any, Prepared | Asks]]:
    found = []
    for row in rows:
        with about(message=row.id):
            found.append((row, _prepare(site, endpoint, row)))
    return found


def _prepare(site: Site, endpoint: Endpoint, arrival: Any, told: Answers = NOTHING) -> Prepared | Asks:
    """The pure stages, off the event loop."""

    def work(connection: Connection) -> Part | Asks:
        with span("read"):
            found = read(site, endpoint, arrival, blobs.pieces(connection, arrival.hash))
        answers = acknowledge(site, endpoint, found)
        made = list(drafts(site, endpoint, found))
        done, missing = translated(site, connection, endpoint, made, told, partial(recent, site))
        return Asks(missing) if missing else Part(done, 0, answers, found.problem)

    try:
        return site.ledger.look(work)
    except Unavailable:  # the database is away: not this arrival's fault
        raise
    except Exception as error:  # a mistake of ours in one arrival must not stop the others
        log.exception("arrival %s of %s could not be processed", arrival.id, endpoint.name)
        return error


async def _answered(site: Site, endpoint: Endpoint, arrival: Any, asks: Asks, away: dict[str, Away]) -> Prepared:
    """The systems are asked, and the stages run again; an answer may lead to the next question."""
    told: dict[Question, Answer] = {}
    prepared: Prepared | Asks = asks
    with about(message=arrival.id):
        while isinstance(prepared, Asks):
            if why := await _told(site, endpoint, arrival, prepared, told, away):
                return why
            prepared = await asyncio.to_thread(_prepare, site, endpoint, arrival, told)
    return prepared


async def _told(
    site: Site, endpoint: Endpoint, arrival: Any, asks: Asks, told: dict[Question, Answer], away: dict[str, Away]
) -> Exception | None:
    """Ask what was not asked for a neighbour; says why nobody could."""
    known = await site.ledger.read(partial(recent, site, missing=asks.missing))
    try:
        told.update(known)
        told.update(await ask(site, {one: table for one, table in asks.missing.items() if one not in known}, away))
    except Away as error:
        return error
    except (Conflict, Unavailable):  # the database is away
        raise
    except Exception as error:
        log.exception("what arrival %s of %s needs could not be asked", arrival.id, endpoint.name)
        return error
    return None


async def _in_parts(site: Site, endpoint: Endpoint, arrival: Any, epoch: int, away: dict[str, Away]) -> None:
    """One after another; the next is read while the last is stored. Told to end, or killed, the next drain goes on from there."""
    told: dict[Question, Answer] = {}
    making = large.of(site, endpoint, arrival, told)
    storing: asyncio.Future[bool] | None = None
    while not site.stopping:
        if storing is not None and endpoint.role == "system" and not await storing:
            return
        prepared = await asyncio.to_thread(_next, making, endpoint, arrival)
        if storing is not None and not await storing:
            return
        storing = None
        if isinstance(prepared, Asks):
            prepared = await _told(site, endpoint, arrival, prepared, told, away)
            if prepared is None:
                continue
        if prepared is None:
            return
        storing = asyncio.ensure_future(_commit(site, endpoint, arrival, epoch, prepared))
    if storing is not None:
        await storing


def _next(making: Iterator[Part | Asks], endpoint: Endpoint, arrival: Any) -> Prepared | Asks | None:
    try:
        return next(making, None)
    except Stopped:
        return None
    except Unavailable:
        raise
    except Exception as error:
        log.exception("arrival %s of %s could not be processed", arrival.id, endpoint.name)
        return error


async def _commit(site: Site, endpoint: Endpoint, arrival: Any, epoch: int, prepared: Prepared) -> bool:
    """False where a mistake of ours was in the way."""

    def store(connection: Connection) -> tuple[Sequence[Any], Sequence[Any]]:
        lanes.guard(connection, f"in:{endpoint.name}", epoch)
        if isinstance(prepared, Exception):
            _postpone(site, connection, endpoint, arrival, prepared)
            return (), ()
        mine = [draft.again() for draft in prepared.drafts]  # this may have to run again
        if not decide(site, connection, endpoint, arrival, replace(prepared, drafts=mine)):
            return (), ()
        made = documents.of_arrival(connection, arrival.id, prepared.first) if spans.seen() else ()
        return documents.counted(connection, arrival.id, prepared.first), made

    try:
        with span("decide") as note:
            counted, made = await site.ledger.write(store)
            note(documents=[row.id for row in made], orders={row.order_id for row in made if row.order_id is not None})
        site.probe("decide.stored")
        site.tally.decided(counted)
        return not isinstance(prepared, Exception)
    except (Conflict, Unavailable):  # not this arrival's fault: another process has the lane, or the database is away
        raise
    except Exception as error:
        wrong = error
        log.exception("arrival %s of %s could not be decided", arrival.id, endpoint.name)
        await site.ledger.write(partial(_give_way, site, endpoint, arrival, epoch, wrong))
        return False


def _give_way(site: Site, endpoint: Endpoint, arrival: Any, epoch: int, error: Exception, connection: Connection) -> None:
    lanes.guard(connection, f"in:{endpoint.name}", epoch)
    _postpone(site, connection, endpoint, arrival, error)


def _postpone(site: Site, connection: Connection, endpoint: Endpoint, arrival: Any, error: Exception) -> None:
    """Kept, shown, tried again: by policy as long as a system is away; our own mistake a few times, then it is a person's."""
    away = error if isinstance(error, Away) else None
    why = str(error) if away else mistake(error)
    again = bool(arrival.error) and (arrivals.WAITS in arrivals.marks(arrival)) is (away is not None)  # as the last time
    attempts = arrival.attempts + 1 if again else 1
    due = _later(site, arrival, attempts, away) if away else site.now() + PAUSE
    if away is None and attempts >= TRIES:
        arrivals.settle(connection, arrival.id, "failed", why)
    else:
        arrivals.postpone(connection, arrival, due, why, attempts, away.system if away else None)
    if not again:
        text = f"{arrival.name or arrival.key} from {endpoint.name}{'' if away else ':'} {why}"
        timeline.say(connection, site.now(), "waiting" if away else "error", text, arrival=arrival.id)


def _later(site: Site, arrival: Any, attempts: int, away: Away) -> datetime:
    """By the policy of the system; when that would give up, as seldom as it says: nothing that came is lost."""
    policy, now = site.retry(site.endpoint(away.system)), site.now()
    return next_try(policy, attempts, arrival.received_at, now, away.after, site.chance()) or now + policy.most
