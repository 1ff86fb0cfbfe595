"""Three hubs on one PostgreSQL among real counterparts; one dies in the middle of its work and stays dead, and perhaps another."""

import signal
import sys
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from hub.demo import stage
from hub.demo.crew import Crew, answers
from hub.demo.place import Place
from tests.chaos.killing import READY, REST, wait_for_the_rest
from tests.chaos.stores import files, gather
from tests.chaos.verdict import Verdict, judge

HUBS = ("hub", "second", "third")  # the counterparts know the first


@dataclass
class Outcome:
    """What came of it."""

    died: str
    silence: float  # seconds from the death to the next sign of the lane that it held
    verdict: Verdict


def run(folder: Path, database: str, orders: int, seed: int, die_at: str) -> Outcome:
    """Orders pass; the second or third hub dies at the point it is told, and the others take its lanes over."""
    stage.prepare(folder)
    ports = stage.ports(*HUBS, *stage.COUNTERPARTS)
    place = Place.on_ports(folder.resolve(), ports)
    env = {**place.as_env(), **stage.hub_env(place), "CROSSDOCK_DATABASE": database}
    with Crew(place.folder / "logs", env) as crew:
        for name in stage.COUNTERPARTS:
            crew.start(name, [sys.executable, "-m", f"hub.demo.{name}"])
        for each in (place.inbox, place.outbox):
            each.mkdir(parents=True)
        for name in HUBS:  # all at once: they make the tables together
            crew.env["CROSSDOCK_DIE_AT"] = die_at if name != "hub" else ""
            crew.start(name, [*stage.hub_command("run", place), "--listen", f"127.0.0.1:{ports[name]}"])
        for name in HUBS:
            crew.wait(f"{name} is ready", partial(answers, f"http://127.0.0.1:{ports[name]}/readyz"), READY)
        words = ["--orders", str(orders), "--seed", str(seed), "--rate", "2", "--patience", str(int(REST))]
        crew.start("retailer", [sys.executable, "-m", "hub.demo.retailer", *words])
        died, silence = watch(crew, place)
        wait_for_the_rest(crew, place)
        return Outcome(died, silence, judge(gather(place), orders))


def watch(crew: Crew, place: Place) -> tuple[str, float]:
    """Wait for a death, then for the next thing that a counterpart gets from the others."""
    mortal, limit = HUBS[1:], time.monotonic() + REST
    while not (dead := [name for name in mortal if crew.ended(name) is not None]):
        assert time.monotonic() < limit, "nobody died"
        time.sleep(0.02)
    for name in dead:
        assert crew.members.pop(name).returncode == -signal.SIGKILL, crew.log(name)
    before, begun = signs(place), time.monotonic()
    while any(now <= then for now, then in zip(signs(place), before, strict=True)):
        assert time.monotonic() - begun < REST, f"some lane has not moved: {before} are now {signs(place)}"
        time.sleep(0.05)
    return dead[0], time.monotonic() - begun


def signs(place: Place) -> tuple[int, int]:
    """How much the retailer and the ERP have got."""
    return len(files(place)), gather(place).posts.total()
