"""The stage: sets up folders and ports, starts the hub and its counterparts, tells what happens, and judges the end."""

import json
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from subprocess import PIPE, STDOUT

from hub.demo.crew import Crew, Trouble, answers
from hub.demo.errand import STRAIGHT
from hub.demo.place import Place
from hub.demo.story import CHAPTERS, Story, line, summary, table

MARK = ".crossdock-demo"  # a folder with this file in it was made by an earlier demo and may be removed
STOCK = {
    "KETTLE-1L": {"onHand": "60", "text": "Kettle 1 l"},
    "TEA-GREEN-100": {"onHand": "5000", "text": "Green tea 100 g"},
}
COUNTERPARTS = ("erp", "warehouse", "accounting")
READY = 30.0  # seconds for everybody to be there
PLAY = 150.0  # seconds for the whole play
BOOKED = 15.0  # seconds for accounting to see the last payment
PAUSE = 0.1
Say = Callable[[str], None]


def play(folder: Path, say: Say, keep: bool = False) -> None:
    """Play the demo in this folder; Trouble is raised unless the retailer is satisfied and accounting says all is paid."""
    start = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # leave by the door, so that everybody is ended
    prepare(folder)
    place = Place.on_ports(folder.resolve(), ports("hub", *COUNTERPARTS))
    with Crew(place.folder / "logs", {**place.as_env(), **hub_env(place)}) as crew:
        perform(crew, place, say)
        say(f"\nAll three orders are paid, after {time.monotonic() - start:.0f} seconds.")
        say(f"Every file exchanged: {place.folder / 'exchanged'}")
        if keep:
            stay(crew, place, say)


def perform(crew: Crew, place: Place, say: Say) -> None:
    """Start everybody, let the retailer play, and tell how it went, well or not."""
    say(f"The hub and four counterparts, each a process of its own; everything lies in {place.folder}")
    story = Story(place.folder)
    try:
        assemble(crew, place)
        watch(crew, story, say)
        crew.wait("accounting says that everything is paid", partial(all_paid, place, story), BOOKED)
    except Trouble:
        conclude(crew, place, story, say)
        raise
    if not conclude(crew, place, story, say):
        raise Trouble(f"the hub cannot tell the life of its orders\n  logs: {crew.logs}")


def conclude(crew: Crew, place: Place, story: Story, say: Say) -> bool:
    """The summary, the life of each order in the hub's own words, and the table; whether the hub could tell every life."""
    tell(story, say)
    told = summary(story.notes, states(place, story))
    (place.folder / "summary.json").write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    lives = traces(crew, place, story.orders())
    for _, life in lives:
        say(f"\n{life}")
    say("\n" + "\n".join(table(told)))
    return all(known for known, _ in lives)


def prepare(folder: Path) -> None:
    """An empty folder; one that no demo made is left alone."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise Trouble(f"{folder} is not empty and was not made by a demo; name another folder")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()
    for who in ("erp", "hub"):
        (folder / who).mkdir()
    (folder / "erp" / "stock.json").write_text(json.dumps(STOCK, indent=1), "utf-8")


def ports(*names: str) -> dict[str, int]:
    """A free port for each; all are held until all are found, so that none comes twice."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in names]
    found = {name: int(each.getsockname()[1]) for name, each in zip(names, held, strict=True)}
    for each in held:
        each.close()
    return found


def company() -> Path:
    """The example company: in the checkout, or beside the code in an installed wheel."""
    home = Path(__file__).resolve().parent.parent
    return home / "example" if (home / "example").is_dir() else home.parent / "config"


def assemble(crew: Crew, place: Place) -> None:
    """Everybody starts; the retailer last, when all the others answer."""
    for name in COUNTERPARTS:
        crew.start(name, [sys.executable, "-m", f"hub.demo.{name}"])
    for folder in (place.inbox, place.outbox):
        folder.mkdir(parents=True)
    crew.start("hub", hub_command("run", place))
    for what, url in (("the ERP", place.erp_url), ("the 3PL", place.warehouse_url), ("accounting", place.accounting_url)):
        crew.wait(f"{what} answers", partial(answers, url), READY)
    crew.wait("the hub is ready", partial(answers, f"{place.hub_url}/readyz"), READY)
    crew.start("retailer", [sys.executable, "-m", "hub.demo.retailer"])


def hub_command(command: str, place: Place, *rest: str) -> list[str]:
    """The hub's own command line, as a person would type it."""
    return [sys.executable, "-m", "hub.cli", command, "--company", str(company()), "--home", str(place.folder / "hub"), *rest]


def hub_env(place: Place) -> dict[str, str]:
    """What the hub itself is told: where to listen, where to keep its books."""
    database = f"sqlite:///{place.folder / 'hub' / 'hub.db'}"
    straight = dict.fromkeys(("NO_PROXY", "no_proxy"), "127.0.0.1,localhost")  # everybody is on this machine
    return {"CROSSDOCK_LISTEN": place.hub_url.removeprefix("http://"), "CROSSDOCK_DATABASE": database, **straight}


def watch(crew: Crew, story: Story, say: Say) -> None:
    """Tell what happens until the retailer is done."""
    limit = time.monotonic() + PLAY
    while crew.ended("retailer") is None:
        crew.all_well(but="retailer")
        tell(story, say)
        if time.monotonic() > limit:
            raise Trouble(f"the retailer waits for more than {PLAY:.0f} seconds\n  logs: {crew.logs}")
        time.sleep(PAUSE)
    tell(story, say)
    if crew.ended("retailer"):
        raise Trouble(f"the retailer is not satisfied: {complaint(crew.logs.parent)}\n  logs: {crew.logs}")
    del crew.members["retailer"]


def tell(story: Story, say: Say) -> None:
    """Say what is new."""
    known = set(story.orders())
    for note in story.fresh():
        if note["order"] not in known and note["order"] in CHAPTERS:
            say(f"\n{CHAPTERS[note['order']]}")
            known.add(note["order"])
        say("  " + line(note))


def complaint(folder: Path) -> str:
    """What the retailer found wrong, from its report."""
    file = folder / "retailer" / "report.json"
    if not file.exists():
        return "it left no report"
    report = json.loads(file.read_text("utf-8"))
    points = [f"{order['number']}: {point}" for order in report["orders"] for point in (*order["disagreements"], *order["open"])]
    return "; ".join(report["strays"] + points) or "it gives no reason"


def booked(place: Place) -> dict[str, dict[str, str]]:
    """What accounting says of each order's invoices."""
    url = place.accounting_url.removesuffix("/invoices") + "/paid"
    try:
        with STRAIGHT.open(url, timeout=5) as reply:
            said: dict[str, dict[str, str]] = json.load(reply)
            return said
    except OSError:
        return {}


def states(place: Place, story: Story) -> dict[str, str]:
    """`paid` where accounting says so of every invoice of an order."""
    said = booked(place)
    return {number: state_of(said.get(number, {})) for number in story.orders()}


def state_of(invoices: dict[str, str]) -> str:
    if not invoices:
        return "open"
    return "paid" if set(invoices.values()) == {"paid"} else "invoiced"


def all_paid(place: Place, story: Story) -> bool:
    story_states = states(place, story)
    return set(story_states) == set(CHAPTERS) and set(story_states.values()) == {"paid"}


def traces(crew: Crew, place: Place, numbers: list[str]) -> list[tuple[bool, str]]:
    """Whether the hub knows each order, and what it says; all are asked for at once."""
    commands = [hub_command("trace", place, number) for number in numbers]
    asked = [subprocess.Popen(command, env=crew.env, stdout=PIPE, stderr=STDOUT, text=True) for command in commands]
    said = [each.communicate()[0].rstrip() for each in asked]
    return [(each.returncode == 0, life) for each, life in zip(asked, said, strict=True)]


def stay(crew: Crew, place: Place, say: Say) -> None:
    """Leave everybody running until a person has seen enough."""
    say(f"\nStill running: the hub at {place.hub_url}. Ctrl-C ends it.")
    with suppress(KeyboardInterrupt):
        while True:
            crew.all_well()
            time.sleep(1)
