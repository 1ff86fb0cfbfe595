"""Plan: what a configuration would make of the traffic that is stored. Sends and stores nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from hub.ledger import arrivals
from hub.ledger.store import Ledger
from hub.operations.recall import Past, Present
from hub.operations.replay import Compared, Replay, Replayed

INDEX = re.compile(r"\[[^\]]*\]")


@dataclass(slots=True)
class Sort:
    """Documents or files of one sort, and those of them that would differ."""

    count: int = 0
    differing: list[Compared] = field(default_factory=list)

    @property
    def fields(self) -> dict[str, int]:
        """How many of them differ in a field, wherever in its list it stands."""
        found: dict[str, int] = {}
        for one in self.differing:
            for path in dict.fromkeys(INDEX.sub("[]", difference.path) for difference in one.differences):
                found[path] = found.get(path, 0) + 1
        return found


@dataclass(slots=True)
class Plan:
    """What would differ, by sort."""

    since: datetime
    messages: int = 0
    sorts: dict[str, Sort] = field(default_factory=dict)

    @property
    def differs(self) -> bool:
        return any(sort.differing for sort in self.sorts.values())

    def add(self, replayed: Replayed) -> None:
        self.messages += 1
        for one in (*replayed.documents, *replayed.files):
            sort = self.sorts.setdefault(one.sort, Sort())
            sort.count += 1
            if one.differences:
                sort.differing.append(one)


def plan(ledger: Ledger, sites: Present, since: datetime) -> Plan:
    """Everything that came since then, in its order; what differs counts for what came later."""
    found = Plan(since)
    for replayed in replays(ledger, sites, ledger.look(partial(arrivals.decided_since, since=since)), onward=True):
        found.add(replayed)
    return found


def replays(ledger: Ledger, sites: Past | Present, ids: list[int], onward: bool) -> Iterator[Replayed]:
    """These arrivals, one after another, each in a look of its own: a long one would hold up the writers' tidying."""
    replay = Replay(sites, onward)
    try:
        for one in ids:
            (arrival,) = ledger.look(partial(arrivals.many, ids=[one]))
            yield ledger.look(partial(replay.run, arrival=arrival))
    finally:
        replay.close()
