"""The demo's retailer: places orders, reads every answer, ties everything out, and pays what it owes.

Without arguments it plays the three orders of the demo. With `--orders N` it places N clean orders at a rate and checks
that each gets one 997 and one 855, whatever happens to the hub meanwhile. It ends with 0 only if it is satisfied.
"""

import argparse
import csv
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from hub.demo.book import Book
from hub.demo.case import Case
from hub.demo.desk import Desk
from hub.demo.diary import Diary
from hub.demo.place import Place
from hub.demo.purchase import CATALOGUE, KETTLE, Purchase, buy, random_purchase

PAUSE = 0.05  # seconds between two looks into the outbox
PATIENCE = 20.0  # seconds without any progress before the retailer gives up
COLUMNS = ("date", "payer", "reference", "invoice", "order", "currency", "amount")


class Retailer:
    """A buyer with a desk and a purse."""

    def __init__(self, desk: Desk, payments: Path, patience: float = PATIENCE) -> None:
        self.desk = desk
        self.payments = payments
        self.patience = patience

    def play(self) -> bool:
        """A clean order, one partly backordered, and one with a mistake that is corrected and sent again."""
        tea, black, mug, pot, *_ = CATALOGUE
        self.desk.place(buy("PO-1001", (tea, 48), (mug, 12), (pot, 6)))
        satisfied = self.settle("PO-1001")
        if satisfied:
            self.desk.place(buy("PO-1002", (KETTLE, 100), (black, 24)))
            satisfied = self.settle("PO-1002")
        return satisfied and self.play_mistake(buy("PO-1003", (tea, 24), (mug, 100), (black, 36)))

    def play_mistake(self, purchase: Purchase) -> bool:
        """The 997 must name the segment and the element; then the corrected order goes under the same number."""
        self.desk.place(purchase, mistake=True)
        case = self.desk.cases[purchase.number]
        if not self.wait(lambda: case.verdict(case.sendings[0]) is not None):
            return False
        said = case.verdict(case.sendings[0])
        named = said is not None and any((fault.segment, fault.element) == ("PO1", "2") for fault in said.faults)
        if said is None or said.accepted or not named:
            case.wrong.append("the 997 should reject and name PO1, element 2")
            return False
        self.desk.place(purchase)
        return self.settle(purchase.number)

    def settle(self, number: str) -> bool:
        """Wait until an order is shipped and billed and ties out, then pay it."""
        case = self.desk.cases[number]
        if not self.wait(lambda: not case.open_points()) or not case.closed():
            return False
        self.pay(case)
        return True

    def crowd(self, count: int, seed: int, rate: float) -> bool:
        """Many clean orders; each must get one 997 and one 855."""
        dice, start = Random(seed), time.monotonic()
        for place in range(count):
            self.desk.place(random_purchase(dice, f"C{seed}-{place + 1:05d}"))
            self.wait(partial(reached, start + (place + 1) / rate))
        cases = self.desk.cases.values()
        self.wait(lambda: all(case.acknowledged() and case.responses for case in cases))
        return all(not answered(case) and not case.wrong for case in cases)

    def wait(self, done: Callable[[], bool]) -> bool:
        """Read what comes until this is so, or nothing has come for too long."""
        quiet = time.monotonic()
        while not done():
            if self.desk.collect():
                quiet = time.monotonic()
            elif time.monotonic() - quiet > self.patience:
                return False
            time.sleep(PAUSE)
        return True

    def pay(self, case: Case) -> None:
        """One line in the bank statement for each invoice."""
        self.payments.parent.mkdir(parents=True, exist_ok=True)
        fresh = not self.payments.exists()
        with self.payments.open("a", newline="", encoding="utf-8") as file:
            statement = csv.writer(file, lineterminator="\n")
            if fresh:
                statement.writerow(COLUMNS)
            for invoice, amount in case.bills():
                today = str(datetime.now(UTC).date())
                statement.writerow((today, "Acme Retail", f"PAY-{invoice}", invoice, case.purchase.number, "USD", amount))
        case.paid = True
        self.desk.diary.says("payment", case.purchase.number, f"everything ties out, {case.amount()} USD transferred")


def reached(moment: float) -> bool:
    return time.monotonic() >= moment


def answered(case: Case) -> list[str]:
    """What is wrong with an order that should have one 997 that accepts it, and one 855."""
    wrong = [] if case.acknowledged() else ["no 997 that accepts it"]
    wrong += [f"{len(case.verdicts)} verdicts in 997s"] if len(case.verdicts) > len(case.sendings) else []
    return wrong + ([] if len(case.responses) == 1 else [f"{len(case.responses)} responses"])


def standing(case: Case) -> dict[str, Any]:
    """An order in the report."""
    return {
        "number": case.purchase.number,
        "sent": len(case.sendings),
        "receipts": [verdict.code for _, verdict in case.verdicts],
        "responses": len(case.responses),
        "notices": len(case.notices),
        "invoices": len(case.invoices),
        "paid": case.paid,
        "open": case.open_points(),
        "disagreements": case.disagreements(),
    }


def report(desk: Desk, satisfied: bool, seconds: float) -> dict[str, Any]:
    """What the retailer has to say at the end."""
    cases = list(desk.cases.values())
    return {
        "satisfied": satisfied and not desk.strays,
        "seconds": round(seconds, 1),
        "placed": len(cases),
        "without_receipt": [case.purchase.number for case in cases if not case.acknowledged()],
        "without_response": [case.purchase.number for case in cases if not case.responses],
        "receipts_twice": [case.purchase.number for case in cases if len(case.verdicts) > len(case.sendings)],
        "responses_twice": [case.purchase.number for case in cases if len(case.responses) > 1],
        "repeats": desk.repeats,  # the same bytes under the same number: allowed, a careful sender repeats
        "strays": desk.strays,
        "orders": [standing(case) for case in cases],
    }


def arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The retailer of the demo")
    parser.add_argument(
        "--orders", type=int, default=0, help="place so many random clean orders instead of the three of the demo"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=20.0, help="orders a second")
    parser.add_argument("--patience", type=float, default=PATIENCE, help="seconds without any answer before giving up")
    parser.add_argument("--report", type=Path, help="where the report goes; default FOLDER/retailer/report.json")
    return parser.parse_args(words)


def main(words: list[str] | None = None) -> int:
    given = arguments(sys.argv[1:] if words is None else words)
    place = Place.from_env(os.environ)
    own = place.folder / "retailer"
    desk = Desk(Book(place.store("retailer")), Diary(place.folder, "retailer"), place.inbox, place.outbox, own / "received")
    retailer = Retailer(desk, place.payments, given.patience)
    start = time.monotonic()
    satisfied = retailer.crowd(given.orders, given.seed, given.rate) if given.orders else retailer.play()
    said = report(desk, satisfied, time.monotonic() - start)
    (given.report or own / "report.json").write_text(json.dumps(said, indent=1) + "\n", "utf-8")
    return 0 if said["satisfied"] else 1


if __name__ == "__main__":
    sys.exit(main())
