"""How the 3PL packs: cartons with a real SSCC-18 each, and the notice that says what is in them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_CEILING, Decimal
from typing import Any

from hub.model import ShipNotice, ShipOrder, plain

COMPANY = "0614141"  # the prefix GS1 uses in its own examples
CARTON = Decimal(24)  # pieces that go into one carton
CARTONS = 40  # at most; larger orders get larger cartons
POUNDS = Decimal("0.5")  # a piece


@dataclass
class Carton:
    """A carton and what was put in: line number and quantity."""

    sscc: str
    inside: list[tuple[str, Decimal]] = field(default_factory=list)


def check_digit(digits: str) -> str:
    """The GS1 check digit: weights 3 and 1 from the right.

    >>> check_digit("10614141192837465")
    '7'
    """
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def sscc(serial: int) -> str:
    """Extension digit, company prefix, serial number, check digit: 18 digits."""
    body = f"1{COMPANY}{serial:09d}"
    return body + check_digit(body)


def pack(lines: list[tuple[str, Decimal]], next_serial: Callable[[], int]) -> list[Carton]:
    """Fill one carton after the other; a line may be spread over several, a carton may hold several lines."""
    total = sum((quantity for _, quantity in lines), Decimal(0))
    size = max(CARTON, (total / CARTONS).to_integral_value(ROUND_CEILING))
    cartons: list[Carton] = []
    room = Decimal(0)
    for line, quantity in lines:
        while quantity > 0:
            if room == 0:
                cartons.append(Carton(sscc(next_serial())))
                room = size
            part = min(quantity, room)
            cartons[-1].inside.append((line, part))
            quantity, room = quantity - part, room - part
    return cartons


def notice(order: ShipOrder, number: str, cartons: list[Carton]) -> dict[str, Any]:
    """The ship notice of these cartons: what a 3PL knows, and no more."""
    serial = number.rsplit("-", 1)[-1]
    weight = POUNDS * sum((quantity for carton in cartons for _, quantity in carton.inside), Decimal(0))
    now = datetime.now(UTC).replace(microsecond=0)
    packages = [
        {"id": str(place), "order": "1", "sscc": carton.sscc, "marks": {"tracking": f"1Z{serial}{place:04d}"}}
        for place, carton in enumerate(cartons, start=1)
    ]
    contents = [
        {"order": "1", "package": str(place), "line": line, "quantity": quantity}
        for place, carton in enumerate(cartons, start=1)
        for line, quantity in carton.inside
    ]
    said = {
        "number": number,
        "test": order.test,
        "noticed_at": now,
        "dates": {"shipped": now},
        "references": {"bill_of_lading": {"value": f"BOL-{serial}"}},
        "carriages": [{"scheme": "scac", "carrier": "UPSN", "routing": "UPS Ground"}],
        "loads": [{"packaging": "CTN25", "count": len(cartons), "weight_kind": "G", "weight": weight, "weight_unit": "LBR"}],
        "orders": [{"id": "1", "number": order.order_number, "release": order.order_release}],
        "packages": packages,
        "contents": contents,
    }
    return plain(ShipNotice.model_validate(said))
