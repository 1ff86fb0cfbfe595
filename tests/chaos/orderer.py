"""The demo's retailer as a chaos run needs it: it orders for as long as hubs are killed, then until everything is answered.

It never lets more than a crowd of orders stand open, so there is always work and never a mountain of it.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from hub.demo.book import Book
from hub.demo.desk import Desk
from hub.demo.diary import Diary
from hub.demo.place import Place
from hub.demo.purchase import random_purchase
from hub.demo.retailer import Retailer, report

CROWD = 12  # orders that stand open at the same time, at most
PACE = 0.1  # seconds between two orders, at least
ENOUGH = "enough"  # when this file is there no more is ordered
FEWEST = 20


def shop(retailer: Retailer, enough: Path, seed: int) -> bool:
    """Order, then wait; True when every order is closed and ties out."""
    dice, cases = Random(seed), retailer.desk.cases
    while len(cases) < FEWEST or not enough.exists():
        retailer.desk.place(random_purchase(dice, f"C{seed}-{len(cases) + 1:05d}"))
        retailer.wait(after(PACE))
        retailer.wait(lambda: sum(not case.responses for case in cases.values()) < CROWD)
    return retailer.wait(lambda: not any(case.open_points() for case in cases.values()))


def after(seconds: float) -> Callable[[], bool]:
    """True from then on."""
    moment = time.monotonic() + seconds
    return lambda: time.monotonic() >= moment


def main() -> int:
    place, (seed, patience) = Place.from_env(os.environ), sys.argv[1:]
    own = place.folder / "retailer"
    desk = Desk(Book(place.store("retailer")), Diary(place.folder, "retailer"), place.inbox, place.outbox, own / "received")
    start = time.monotonic()
    satisfied = shop(Retailer(desk, place.payments, float(patience)), place.folder / ENOUGH, int(seed))
    said = report(desk, satisfied, time.monotonic() - start)
    (own / "report.json").write_text(json.dumps(said, indent=1) + "\n", "utf-8")
    return 0 if said["satisfied"] else 1


if __name__ == "__main__":
    sys.exit(main())
