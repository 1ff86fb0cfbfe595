"""What the retailer buys, and the X12 files it writes: plain text, made by nobody's library."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

ME, HUB = "ACMERETAIL", "CROSSDOCKCO"
NOT_A_NUMBER = "1OO"  # as it happens: a clerk typed letters


@dataclass(frozen=True)
class Line:
    """One item wanted."""

    number: str
    quantity: Decimal
    unit: str
    price: Decimal
    basis: str
    upc: str
    vendor: str
    text: str


@dataclass(frozen=True)
class Purchase:
    """One order, as the retailer knows it."""

    number: str
    lines: tuple[Line, ...]

    def line(self, number: str) -> Line | None:
        return next((line for line in self.lines if line.number == number), None)


def item(vendor: str, upc: str, price: str, text: str) -> Line:
    return Line("", Decimal(1), "EA", Decimal(price), "PE", upc, vendor, text)


CATALOGUE = (
    item("TEA-GREEN-100", "012345678905", "4.25", "Green tea 100 g"),
    item("TEA-BLACK-250", "036000291452", "6.90", "Black tea 250 g"),
    item("MUG-BLUE", "042100005264", "7.50", "Mug, blue"),
    item("POT-GLASS-1L", "071641001879", "18.40", "Glass teapot 1 l"),
    item("TIN-ROUND", "085239037829", "3.05", "Round tin"),
    item("SIEVE-FINE", "096619756803", "5.15", "Fine sieve"),
)
KETTLE = item("KETTLE-1L", "078915030900", "31.99", "Kettle 1 l")


def buy(number: str, *wanted: tuple[Line, int]) -> Purchase:
    """An order of these items, its lines numbered from 1."""
    lines = (replace(thing, number=str(place), quantity=Decimal(count)) for place, (thing, count) in enumerate(wanted, start=1))
    return Purchase(number, tuple(lines))


def random_purchase(dice: Random, number: str) -> Purchase:
    """A clean order of one to six items that are always in stock."""
    things = dice.sample(CATALOGUE, dice.randint(1, len(CATALOGUE)))
    return buy(number, *((thing, dice.randint(1, 60)) for thing in things))


def order_set(purchase: Purchase, mistake: bool = False, now: datetime | None = None) -> list[str]:
    """The 850, without ST and SE; with a mistake, the quantity of the second line (or the only one) is no number."""
    today = (now or datetime.now(UTC)).date()
    wrong = min(2, len(purchase.lines))
    segments = [
        f"BEG*00*SA*{purchase.number}**{today:%Y%m%d}",
        "CUR*BY*USD",
        "REF*DP*042",
        f"DTM*002*{today + timedelta(days=9):%Y%m%d}",
        "N1*ST*Acme Store 42*92*0042",
        "N3*1 Main Street",
        "N4*Springfield*IL*62701*US",
    ]
    for place, line in enumerate(purchase.lines, start=1):
        quantity = NOT_A_NUMBER if mistake and place == wrong else line.quantity
        segments.append(
            f"PO1*{line.number}*{quantity}*{line.unit}*{line.price}*{line.basis}*UP*{line.upc}*VN*{line.vendor}",
        )
        segments.append(f"PID*F****{line.text}")
    return [*segments, f"CTT*{len(purchase.lines)}"]


def receipt_set(code: str, group: str, sets: Sequence[tuple[str, str]]) -> list[str]:
    """The 997 that accepts a group and the sets in it, without ST and SE."""
    segments = [f"AK1*{code}*{group}"]
    for kind, control in sets:
        segments += [f"AK2*{kind}*{control}", "AK5*A"]
    return [*segments, f"AK9*A*{len(sets)}*{len(sets)}*{len(sets)}"]


def interchange(
    code: str, kind: str, bodies: Sequence[Sequence[str]], number: int, group: int, now: datetime | None = None
) -> bytes:
    """One interchange with one group of sets; sets are numbered 0001, 0002, …"""
    now = now or datetime.now(UTC)
    segments = [
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{ME:15}*ZZ*{HUB:15}*{now:%y%m%d}*{now:%H%M}*U*00401*{number:09d}*0*P*>",
        f"GS*{code}*{ME}*{HUB}*{now:%Y%m%d}*{now:%H%M}*{group}*X*004010",
    ]
    for place, body in enumerate(bodies, start=1):
        segments += [f"ST*{kind}*{place:04d}", *body, f"SE*{len(body) + 2}*{place:04d}"]
    segments += [f"GE*{len(bodies)}*{group}", f"IEA*1*{number:09d}"]
    return "".join(f"{segment}~\n" for segment in segments).encode("ascii")
