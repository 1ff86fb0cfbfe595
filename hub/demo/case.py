"""One order of the retailer, and all that was said to it: does everything tie out with everything?"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from hub.demo.answers import Sums, Verdict, check_invoice, check_response, invoiced, promised, total
from hub.demo.letter import Set
from hub.demo.notices import check_notice, labels, shipped
from hub.demo.purchase import Purchase

NONE = Decimal(0)


@dataclass
class Case:
    """An order and its papers."""

    purchase: Purchase
    sendings: list[str] = field(default_factory=list)  # control numbers of the groups it was sent in
    verdicts: list[tuple[str, Verdict]] = field(default_factory=list)  # control number of the group, and what a 997 says
    responses: list[Set] = field(default_factory=list)
    notices: list[Set] = field(default_factory=list)
    invoices: list[Set] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    paid: bool = False

    def take_response(self, response: Set) -> None:
        self.wrong += check_response(self.purchase, response)
        self.responses.append(response)

    def take_notice(self, notice: Set, purchases: Mapping[str, Purchase]) -> None:
        """A notice may be about several orders: each takes its part."""
        self.wrong += check_notice(purchases, notice)
        self.notices.append(notice)
        self.wrong += beyond("shipped", self.shipped(), {line.number: line.quantity for line in self.purchase.lines}, "ordered")

    def take_invoice(self, invoice: Set) -> None:
        self.wrong += check_invoice(self.purchase, invoice)
        self.invoices.append(invoice)

    def verdict(self, group: str) -> Verdict | None:
        """What was said of one sending."""
        return next((said for control, said in self.verdicts if control == group), None)

    def acknowledged(self) -> bool:
        """The last sending was accepted."""
        said = self.verdict(self.sendings[-1]) if self.sendings else None
        return said is not None and said.accepted

    def accepted(self) -> Sums:
        """What the last 855 promises."""
        return promised(self.responses[-1]) if self.responses else {}

    def shipped(self) -> Sums:
        return added(shipped(notice).get(self.purchase.number, {}) for notice in self.notices)

    def invoiced(self) -> Sums:
        return added(invoiced(invoice) for invoice in self.invoices)

    def open_points(self) -> list[str]:
        """What is still missing before the order is closed."""
        if not self.acknowledged():
            return ["no 997 that accepts it"]
        if not self.responses:
            return ["no 855"]
        points = []
        accepted, left, billed = self.accepted(), self.shipped(), self.invoiced()
        for line in self.purchase.lines:
            sums = [each.get(line.number, NONE) for each in (accepted, left, billed)]
            if len(set(sums)) > 1:
                points.append("line {}: {} accepted, {} shipped, {} invoiced".format(line.number, *sums))
        return points if any(accepted.values()) else ["nothing of it was accepted"]

    def disagreements(self) -> list[str]:
        """Everything that does not tie out."""
        numbers = Counter(invoice.first("BIG")[2] for invoice in self.invoices)
        shipments = Counter(notice.first("BSN")[2] for notice in self.notices)
        cartons = Counter(label for notice in self.notices for label in labels(notice))
        twice = [f"invoice {name} comes twice" for name, count in numbers.items() if count > 1]
        twice += [f"shipment {name} comes twice" for name, count in shipments.items() if count > 1]
        twice += [f"SSCC {name} comes on two shipments" for name, count in cartons.items() if count > 1]
        if len(self.responses) > 1:
            twice.append(f"{len(self.responses)} responses, one was expected")
        over = beyond("invoiced", self.invoiced(), self.shipped(), "shipped")  # asked when all has come: 810 may overtake 856
        return list(dict.fromkeys(self.wrong + twice + over))

    def closed(self) -> bool:
        """Shipped, invoiced, and nothing disagrees."""
        return not self.open_points() and not self.disagreements()

    def bills(self) -> list[tuple[str, Decimal]]:
        """Number and amount of each invoice."""
        return [(invoice.first("BIG")[2], total(invoice)) for invoice in self.invoices]

    def amount(self) -> Decimal:
        """What all its invoices ask for."""
        return sum((total(invoice) for invoice in self.invoices), NONE)


def beyond(what: str, sums: Sums, limits: Sums, limit: str) -> list[str]:
    """Lines of which there is more than there may be."""
    return [
        f"line {name}: {value} {what}, only {limits.get(name, NONE)} {limit}"
        for name, value in sums.items()
        if value > limits.get(name, NONE)
    ]


def added(parts: Iterable[Sums]) -> Sums:
    """The sum, line by line."""
    sums: Sums = {}
    for part in parts:
        for name, value in part.items():
            sums[name] = sums.get(name, NONE) + value
    return sums
