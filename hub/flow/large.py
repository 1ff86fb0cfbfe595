"""Parts: a large arrival in constant memory. It is judged to its last trailer, keeping verdicts only; then it is read again, and
its documents are decided some at a time. Killed on the way, it goes on behind the last part that was stored."""

from collections.abc import Generator, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any

from hub.errors import Purged
from hub.flow.acknowledge import acknowledge
from hub.flow.asking import Asks, recent, translated
from hub.flow.decide import Part
from hub.flow.draft import Draft
from hub.flow.read import drafts, read
from hub.flow.site import Site
from hub.ledger import blobs, documents
from hub.rules.asking import Answer, Question
from hub.settings.endpoint import Endpoint

LARGE = 512 * 1024  # bytes; as objects they take fifty times that
MOST, LINES = 100, 2000  # documents of a part, and lines in them
SLICE = 32 * 1024  # bytes taken apart at once: with fewer each costs more, with many more than a part of them is held


def of(site: Site, endpoint: Endpoint, arrival: Any, told: dict[Question, Answer]) -> Iterator[Part | Asks]:
    """What is left to decide of an arrival, in order. Each is to be stored before the one after the next is asked for.

    What a part needs to know first is asked by whoever gets `Asks`, and put into `told`.
    """
    found = read(site, endpoint, arrival, _stored(site, arrival.hash), whole=False)
    answers = acknowledge(site, endpoint, found)
    first = site.ledger.look(partial(documents.decided, arrival=arrival.id))
    some, lines = list[Draft](), 0
    for draft in islice(drafts(site, endpoint, found, _stored(site, arrival.hash)), first, None):
        if len(some) >= MOST or lines >= LINES:
            done = yield from _translated(site, endpoint, some, told)
            yield Part(done, first, last=False)
            first, some, lines = first + len(some), [], 0
        some.append(draft)
        lines += sum(len(item) for item in (draft.value or {}).values() if isinstance(item, list))
    done = yield from _translated(site, endpoint, some, told)
    yield Part(done, first, answers, found.problem)


def _translated(
    site: Site, endpoint: Endpoint, some: Sequence[Draft], told: dict[Question, Answer]
) -> Generator[Asks, None, Sequence[Draft]]:
    told.clear()
    while True:
        work = partial(translated, site, endpoint=endpoint, drafts=some, told=told, find=partial(recent, site))
        done, missing = site.ledger.look(work)
        if not missing:
            return done
        yield Asks(missing)


def _stored(site: Site, name: str) -> Iterator[bytes]:
    """The bytes a slice at a time. No connection lives between them: a reader that stays keeps the log of SQLite growing."""
    n = 0
    while (body := site.ledger.look(partial(blobs.piece, name=name, n=n))) is not None:
        for at in range(0, len(body), SLICE):
            yield body[at : at + SLICE]
        n += 1
    if n == 0:
        raise Purged("its bytes were taken away by policy")
