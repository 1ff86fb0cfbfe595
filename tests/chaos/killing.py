"""A real hub among real counterparts, killed at random instants and started again at once."""

import os
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random

from hub.demo import stage
from hub.demo.crew import Crew, answers
from hub.demo.place import Place
from hub.flow.stages import POINTS
from tests.chaos.stores import files, gather, paper, sets
from tests.chaos.verdict import WHERE, Verdict, judge

READY = 60.0  # seconds for a start
REST = 90.0  # seconds for all that is still under way after the last kill
CYCLE = 1.9  # seconds from one kill to the next, about; orders are placed at a rate that lasts as long
AMBUSH = 1.0  # seconds to lie in wait for a point, at most
STEERED = 0.5  # of the kills
STARTING = "starting"  # killed before the walk had passed any point


@dataclass
class Run:
    """What was done, and what came of it."""

    kills: Counter[str] = field(default_factory=Counter)  # by the point passed last
    seconds: float = 0.0
    verdict: Verdict | None = None


def delay(dice: Random) -> float:
    """Seconds from ready to kill: many very short, some long enough for much to happen."""
    return dice.choice((dice.uniform(0, 0.1), dice.uniform(0, 0.5), dice.uniform(0, 1.2)))


def lie_in_wait(mark: Path, point: str) -> None:
    """Until the walk passes this point, or for too long: some points are so short that chance alone seldom meets them."""
    limit = time.monotonic() + AMBUSH
    while mark.read_text().strip() != point and time.monotonic() < limit:
        time.sleep(0.0002)


def run(folder: Path, orders: int, kills: int, seed: int) -> Run:
    """Orders pass while the hub is killed again and again; then the stores are judged."""
    stage.prepare(folder)
    place = Place.on_ports(folder.resolve(), stage.ports("hub", *stage.COUNTERPARTS))
    env = {**place.as_env(), **stage.hub_env(place), "CROSSDOCK_STAGE_FILE": str(place.folder / "hub" / "stage")}
    done, begin = Run(), time.monotonic()
    with Crew(place.folder / "logs", env) as crew:
        assemble(crew, place)
        rate = orders / max(kills * CYCLE, 5.0)
        words = ["--orders", str(orders), "--seed", str(seed), "--rate", f"{rate:.2f}", "--patience", str(int(REST))]
        crew.start("retailer", [sys.executable, "-m", "hub.demo.retailer", *words])
        dice = Random(seed)
        for _ in range(kills):
            done.kills[kill(crew, place, dice)] += 1
        wait_for_the_rest(crew, place, orders)
    done.verdict, done.seconds = judge(gather(place), orders), time.monotonic() - begin
    return done


def assemble(crew: Crew, place: Place) -> None:
    """Counterparts first, then the hub."""
    for name in stage.COUNTERPARTS:
        crew.start(name, [sys.executable, "-m", f"hub.demo.{name}"])
    for folder in (place.inbox, place.outbox):
        folder.mkdir(parents=True)
    for url in (place.erp_url, place.warehouse_url, place.accounting_url):
        crew.wait(f"{url} answers", partial(answers, url), READY)
    start(crew, place)


def start(crew: Crew, place: Place) -> None:
    """The hub, until it says that it is ready."""
    crew.start("hub", stage.hub_command("run", place))
    crew.wait("the hub is ready", partial(answers, f"{place.hub_url}/readyz"), READY)


def kill(crew: Crew, place: Place, dice: Random) -> str:
    """Kill the hub at a random instant and start it again; says which point it had passed last."""
    mark, wanted = place.folder / "hub" / "stage", dice.choice(POINTS)
    time.sleep(delay(dice))
    if dice.random() < STEERED:
        lie_in_wait(mark, wanted)
    hub = crew.members["hub"]
    assert hub.poll() is None, f"the hub ended by itself: {crew.log('hub')}"
    os.killpg(hub.pid, signal.SIGKILL)
    assert hub.wait() == -signal.SIGKILL
    point = mark.read_text().strip() or STARTING
    start(crew, place)
    return point


def wait_for_the_rest(crew: Crew, place: Place, orders: int) -> None:
    """Until the retailer has what it waits for, and every order is shipped and billed; or nothing comes any more."""
    limit = time.monotonic() + REST + orders
    while crew.ended("retailer") is None and time.monotonic() < limit:
        time.sleep(0.2)
    crew.members.pop("retailer") if crew.ended("retailer") is not None else None
    count, quiet = 0, time.monotonic()
    while not complete(place, orders) and time.monotonic() - quiet < REST / 3:
        if len(files(place)) != count:
            count, quiet = len(files(place)), time.monotonic()
        time.sleep(0.5)


def complete(place: Place, orders: int) -> bool:
    """As many of each answer as there are orders, and as many invoices in accounting."""
    if len(files(place)) < orders * (len(WHERE) + 1):
        return False
    papers = [paper(file) for file in files(place)]
    return all(sum(1 for _ in sets(papers, kind)) >= orders for kind in WHERE) and gather(place).billed.total() >= orders


def table(done: Run) -> str:
    """What the run says at its end."""
    assert done.verdict is not None
    verdict = done.verdict
    places = [*POINTS, *sorted(set(done.kills) - set(POINTS))]
    lines = [f"{'the point passed last':24}{'kills':>6}", *(f"{point:24}{done.kills[point]:>6}" for point in places), ""]
    lines += [f"{'orders placed':24}{verdict.orders:>6}", *(f"{what:24}{n:>6}" for what, n in verdict.counts.items())]
    lines += [f"{'repeated ' + what:24}{n:>6}" for what, n in verdict.repeats.items()]
    lines += ["", *(f"FAULT {fault}" for fault in verdict.faults[:40])]
    points = sum(point in done.kills for point in POINTS)
    said = "nothing lost, nothing doubled" if verdict else f"{len(verdict.faults)} faults"
    return "\n".join([*lines, f"{done.kills.total()} kills at {points} of {len(POINTS)} points, {done.seconds:.0f} s: {said}"])
