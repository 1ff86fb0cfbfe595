"""Real hubs among real counterparts, killed again and again and started again at once: one on SQLite, or three on PostgreSQL."""

import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random

from hub.demo import stage
from hub.demo.crew import Crew, answers
from hub.demo.place import Place
from hub.flow.stages import POINTS
from tests.chaos.orderer import ENOUGH
from tests.chaos.stores import files, gather, paper, sets
from tests.chaos.verdict import WHERE, Verdict, judge
from tests.nursery import Child, Nursery

READY = 120.0  # seconds for a start
REST = 180.0  # seconds without anything new, after which nothing more is expected
AMBUSH = 5.0  # seconds to wait for a process that is to die at a point of its walk
AIMED = 0.5  # of the kills
PATIENT = 0.9  # of the starts are waited for
IDLE = 2.0  # seconds to wait for some work
STARTING = "starting"  # killed before the walk had passed any point
ALONE, TOGETHER = ("hub",), ("hub", "second", "third")  # the counterparts know the first


@dataclass
class Run:
    """What was done, and what came of it."""

    kills: Counter[str] = field(default_factory=Counter)  # by the point passed last
    seconds: float = 0.0
    verdict: Verdict | None = None


class Hubs:
    """The processes of the hub; each is told at which point to die, or nothing."""

    def __init__(self, crew: Crew, nursery: Nursery, place: Place, ports: dict[str, int]) -> None:
        self.crew, self.nursery, self.place, self.ports = crew, nursery, place, ports
        self.traps: dict[str, str] = {}

    def mark(self, name: str) -> Path:
        return self.place.folder / "hub" / f"{name}.stage"

    def start(self, name: str, trap: str = "") -> None:
        words = stage.hub_command("run", self.place, "--listen", f"127.0.0.1:{self.ports[name]}")[3:]
        env = {**self.crew.env, "CROSSDOCK_STAGE_FILE": str(self.mark(name)), "CROSSDOCK_DIE_AT": trap}
        self.mark(name).write_bytes(b"")
        self.crew.members[name] = self.nursery.start(words, env, self.crew.log(name))  # type: ignore[assignment]
        self.traps[name] = trap

    def ready(self, name: str) -> bool:
        return answers(f"http://127.0.0.1:{self.ports[name]}/readyz")

    def fallen(self) -> str | None:
        """One that has died where it was told to. Nobody else may have ended."""
        for name in self.ports:
            if (code := self.crew.ended(name)) is not None:
                assert code == -signal.SIGKILL and self.traps[name], f"{name} ended by itself ({code}): {self.crew.log(name)}"
                return name
        return None

    def strike(self, name: str) -> None:
        victim: Child = self.crew.members[name]  # type: ignore[assignment]
        os.kill(victim.pid, signal.SIGKILL)
        assert victim.wait() == -signal.SIGKILL

    def last(self, name: str) -> str:
        """The point that it had passed last."""
        return self.mark(name).read_text().strip() or STARTING


@contextmanager
def trade(folder: Path, seed: int, names: Sequence[str] = ALONE, database: str | None = None) -> Iterator[tuple[Hubs, Run]]:
    """Orders pass as long as the block lasts; then everything must come to rest, and the stores are judged."""
    stage.prepare(folder)
    (folder / "erp" / "stock.json").write_text("{}")  # of everything there is plenty: each order ships at once and whole
    found = stage.ports(*names, *stage.COUNTERPARTS)
    place = Place.on_ports(folder.resolve(), found)
    env = {**place.as_env(), **stage.hub_env(place)} | ({"CROSSDOCK_DATABASE": database} if database else {})
    done, begin = Run(), time.monotonic()
    with Nursery("tests.chaos.born") as nursery, Crew(place.folder / "logs", env) as crew:
        hubs = Hubs(crew, nursery, place, {name: found[name] for name in names})
        assemble(crew, place, hubs)
        crew.start("retailer", [sys.executable, "-m", "tests.chaos.orderer", str(seed), str(REST)])
        yield hubs, done
        (place.folder / ENOUGH).touch()
        wait_for_the_rest(crew, place, partial(revive, hubs, done.kills))
        done.verdict = judge(gather(place), len(gather(place).orders))
        crew.dismiss()
    done.seconds = time.monotonic() - begin


def run(folder: Path, kills: int, seed: int, names: Sequence[str] = ALONE, database: str | None = None) -> Run:
    """Hubs are killed again and again while orders pass."""
    dice = Random(f"{seed} {len(names)}")
    with trade(folder, seed, names, database) as (hubs, done):
        while done.kills.total() < kills:
            done.kills[kill(hubs, dice, done.kills, kills)] += 1
    return done


def assemble(crew: Crew, place: Place, hubs: Hubs) -> None:
    """Counterparts first, then the hubs, all at once: they make the tables together."""
    for name in stage.COUNTERPARTS:
        crew.start(name, [sys.executable, "-m", f"hub.demo.{name}"])
    for folder in (place.inbox, place.outbox):
        folder.mkdir(parents=True)
    for url in (place.erp_url, place.warehouse_url, place.accounting_url):
        crew.wait(f"{url} answers", partial(answers, url), READY)
    for name in hubs.ports:
        hubs.start(name)
    for name in hubs.ports:
        crew.wait(f"{name} is ready", partial(hubs.ready, name), READY)


def kill(hubs: Hubs, dice: Random, so_far: Counter[str], kills: int) -> str:
    """Kill one at a random instant, or let one fall into its trap, and start it again; says which point it had passed last."""
    name = dice.choice(list(hubs.ports))
    moment = time.monotonic() + (AMBUSH if any(hubs.traps.values()) else delay(dice))
    while (fallen := hubs.fallen()) is None and time.monotonic() < moment:
        time.sleep(0.001)
    if fallen is None:
        hubs.strike(name)
    name = fallen or name
    point = hubs.last(name)
    hubs.start(name, aim(dice, so_far + Counter([point]), kills, [trap for each, trap in hubs.traps.items() if each != name]))
    if dice.random() < PATIENT:
        wait_until_it_works(hubs, name)
    return point


def aim(dice: Random, so_far: Counter[str], kills: int, taken: Sequence[str]) -> str:
    """Where the next one is to die: where the fewest did, so that every point occurs. Nothing: at a random instant."""
    missing = sum(point not in so_far for point in POINTS)
    if so_far.total() >= kills:
        return ""
    if dice.random() > AIMED and kills - so_far.total() > 2 * missing:
        return ""
    free = [point for point in POINTS if point not in {trap.partition(":")[0] for trap in taken}]
    point = min(free, key=lambda point: (so_far[point], dice.random()))
    return f"{point}:{dice.choice((1, 1, 2, 3))}"


def delay(dice: Random) -> float:
    """Seconds to the kill: many very short, some long enough for much to happen."""
    return dice.choice((dice.uniform(0, 0.1), dice.uniform(0, 0.5), dice.uniform(0, 1.2)))


def wait_until_it_works(hubs: Hubs, name: str) -> None:
    """Until it is ready and has passed some point, unless there is nothing to do; or has died in its trap already."""
    begin = time.monotonic()
    while hubs.crew.ended(name) is None and not hubs.ready(name):
        assert time.monotonic() < begin + READY, f"{name} is not ready: {hubs.crew.log(name)}"
        time.sleep(0.01)
    begin = time.monotonic()
    while hubs.crew.ended(name) is None and hubs.last(name) == STARTING and time.monotonic() < begin + IDLE:
        time.sleep(0.001)


def revive(hubs: Hubs, kills: Counter[str]) -> None:
    """The last traps: whoever falls into one is started again without."""
    while name := hubs.fallen():
        kills[hubs.last(name)] += 1
        hubs.start(name)


def wait_for_the_rest(crew: Crew, place: Place, tend: Callable[[], None] = lambda: None) -> None:
    """Until the retailer has what it waits for, and every order is shipped and billed; or nothing comes any more."""
    while crew.ended("retailer") is None:  # it gives up by itself
        tend()
        time.sleep(0.1)
    crew.members.pop("retailer")
    orders, count, quiet = len(gather(place).orders), 0, time.monotonic()
    while not complete(place, orders) and time.monotonic() - quiet < REST / 3:
        tend()
        if len(files(place)) != count:
            count, quiet = len(files(place)), time.monotonic()
        time.sleep(0.5)


def complete(place: Place, orders: int) -> bool:
    """As many of each answer as there are orders, and as many invoices in accounting."""
    if len(files(place)) < orders * (len(WHERE) + 1):
        return False
    papers = [paper(file) for file in files(place)]
    return all(sum(1 for _ in sets(papers, kind)) >= orders for kind in WHERE) and gather(place).billed.total() >= orders


def table(runs: dict[str, Run]) -> str:
    """What the runs say at their end, side by side."""
    places = [*POINTS, STARTING]
    lines = ["".join([f"{'the point passed last':26}", *(f"{mode:>10}" for mode in runs)])]
    lines += [row(point, [run.kills[point] for run in runs.values()]) for point in places] + [""]
    verdicts = {mode: run.verdict for mode, run in runs.items() if run.verdict is not None}
    lines.append(row("orders placed", [verdict.orders for verdict in verdicts.values()]))
    what = next(iter(verdicts.values()))
    lines += [row(name, [verdict.counts[name] for verdict in verdicts.values()]) for name in what.counts]
    lines += [row(f"repeated {name}", [verdict.repeats[name] for verdict in verdicts.values()]) for name in what.repeats]
    lines += ["", *(f"FAULT {mode}: {fault}" for mode, verdict in verdicts.items() for fault in verdict.faults[:40])]
    return "\n".join([*lines, *(summary(mode, run) for mode, run in runs.items())])


def row(name: str, numbers: Sequence[int]) -> str:
    return "".join([f"{name:26}", *(f"{number:>10}" for number in numbers)])


def summary(mode: str, run: Run) -> str:
    points = sum(point in run.kills for point in POINTS)
    faults = len(run.verdict.faults) if run.verdict is not None else 1
    said = f"{faults} faults" if faults else "nothing lost, nothing doubled"
    return f"{mode}: {run.kills.total()} kills at {points} of {len(POINTS)} points, {run.seconds:.0f} s: {said}"
