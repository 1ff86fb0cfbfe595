"""The retailer's tie-out of one answer: a 997, an 855 or an 810 against what it ordered."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from hub.demo.letter import Row, Set
from hub.demo.purchase import Line, Purchase

Sums = dict[str, Decimal]

NOT_COMING = {"IR", "ID", "R1", "R2", "R3", "R4", "R5", "R6"}  # outcomes after which nothing is shipped
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Fault:
    """What a 997 says is wrong: segment and its position, element, code."""

    segment: str
    position: str
    element: str
    code: str


@dataclass(frozen=True)
class Verdict:
    """What a 997 says of one set."""

    type: str
    control: str
    code: str
    faults: tuple[Fault, ...]

    @property
    def accepted(self) -> bool:
        return self.code == "A"


def verdicts(receipt: Set) -> list[Verdict]:
    """What a 997 says, set by set."""
    said: list[Verdict] = []
    for row in receipt.rows:
        if row.tag == "AK2":
            said.append(Verdict(row[1], row[2], "", ()))
        elif row.tag in ("AK3", "AK4") and said:
            last = said[-1]
            said[-1] = Verdict(last.type, last.control, last.code, (*last.faults, fault(row, last.faults)))
        elif row.tag == "AK5" and said:
            said[-1] = Verdict(said[-1].type, said[-1].control, row[1], said[-1].faults)
    return said


def fault(row: Row, before: tuple[Fault, ...]) -> Fault:
    """AK3 names a segment; an AK4 after it names an element of that segment."""
    if row.tag == "AK3":
        return Fault(row[1], row[2], "", row[4])
    segment = before[-1] if before else Fault("", "", "", "")
    return Fault(segment.segment, segment.position, row[1].split(">")[0], row[3])


def number(text: str) -> Decimal:
    """A number as sent; what is none counts as nothing (and disagrees)."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal(0)


def same(what: str, got: str, want: object) -> list[str]:
    """Equal, as numbers where a number is wanted."""
    equal = number(got) == want if isinstance(want, Decimal) and got else got == want
    return [] if equal else [f"{what} is {got or 'absent'}, not {want}"]


def echo(row: Row, line: Line, priced: bool = True) -> list[str]:
    """Unit, price, price basis and item ids of a PO1 or IT1, as ordered."""
    where = f"{row.tag} {row[1]}"
    wrong = same(f"{where}: unit", row[3], line.unit)
    if priced:
        wrong += same(f"{where}: price", row[4], line.price) + same(f"{where}: price basis", row[5], line.basis)
    return wrong + ids(where, row.pairs(6), line)


def ids(where: str, got: dict[str, str], line: Line) -> list[str]:
    return same(f"{where}: UP", got.get("UP", ""), line.upc) + same(f"{where}: VN", got.get("VN", ""), line.vendor)


def lines_named(purchase: Purchase, rows: list[Row], whole: bool) -> list[str]:
    """Every line named is one of the order's, once; with `whole`, all of them are named."""
    named = Counter(row[1] for row in rows)
    wrong = [f"line {name or 'without number'} was never ordered" for name in named if purchase.line(name) is None]
    wrong += [f"line {name} comes {count} times" for name, count in named.items() if count > 1]
    missing = [line.number for line in purchase.lines if line.number not in named] if whole else []
    return wrong + [f"line {name} is missing" for name in missing]


def check_response(purchase: Purchase, response: Set) -> list[str]:
    """What is wrong with an 855."""
    blocks = loops(response, "PO1")
    wrong = same("BAK03", response.first("BAK")[3], purchase.number)
    wrong += lines_named(purchase, [block[0] for block in blocks], whole=True) + counted(response, len(blocks))
    for row, *rest in blocks:
        line = purchase.line(row[1])
        if line:
            wrong += same(f"PO1 {row[1]}: quantity", row[2], line.quantity) + echo(row, line)
            wrong += check_outcomes(row[1], line, [each for each in rest if each.tag == "ACK"])
    return wrong


def check_outcomes(name: str, line: Line, outcomes: list[Row]) -> list[str]:
    """The quantities of a line's ACKs add up to what was ordered."""
    total = sum((number(row[2]) for row in outcomes), Decimal(0))
    wrong = [] if total == line.quantity else [f"line {name}: the ACKs make {total}, ordered were {line.quantity}"]
    return wrong + [part for row in outcomes for part in same(f"line {name}: ACK unit", row[3], line.unit)]


def promised(response: Set) -> Sums:
    """How much of each line will come, now or later."""
    sums: Sums = {}
    for row, *rest in loops(response, "PO1"):
        coming = (number(each[2]) for each in rest if each.tag == "ACK" and each[1] not in NOT_COMING)
        sums[row[1]] = sum(coming, Decimal(0))
    return sums


def check_invoice(purchase: Purchase, invoice: Set) -> list[str]:
    """What is wrong with an 810 by itself."""
    rows = invoice.all("IT1")
    big, cur = invoice.first("BIG"), invoice.first("CUR")
    wrong = same("BIG04", big[4], purchase.number) + ([] if big[2] else ["BIG02 is absent"])
    wrong += same("CUR02", cur[2], "USD") if cur.elements else []
    wrong += lines_named(purchase, rows, whole=False) + counted(invoice, len(rows))
    for row in rows:
        line = purchase.line(row[1])
        wrong += echo(row, line) if line else []
    return wrong + check_total(invoice)


def check_total(invoice: Set) -> list[str]:
    """TDS01 is in cents: lines at their prices, less allowances, plus charges and taxes."""
    goods = sum(((number(row[2]) * number(row[4])).quantize(CENT) for row in invoice.all("IT1")), Decimal(0))
    extras = sum(((-1 if row[1] == "A" else 1) * number(row[5]) / 100 for row in invoice.all("SAC")), Decimal(0))
    taxes = sum((number(row[2]) for row in invoice.all("TXI")), Decimal(0))
    cents = (goods + extras + taxes) * 100
    stated = invoice.first("TDS")[1]
    return [] if stated and number(stated) == cents else [f"TDS01 is {stated or 'absent'}, the lines make {cents:f} cents"]


def total(invoice: Set) -> Decimal:
    """What an 810 asks to be paid."""
    return (number(invoice.first("TDS")[1]) / 100).quantize(CENT)


def invoiced(invoice: Set) -> Sums:
    """How much of each line is billed."""
    sums: Sums = {}
    for row in invoice.all("IT1"):
        sums[row[1]] = sums.get(row[1], Decimal(0)) + number(row[2])
    return sums


def counted(document: Set, count: int) -> list[str]:
    """CTT01, where there is one."""
    ctt = document.first("CTT")
    return same("CTT01", ctt[1], Decimal(count)) if ctt.elements else []


def loops(document: Set, tag: str) -> list[list[Row]]:
    """Each segment of this tag with those that follow it."""
    found: list[list[Row]] = []
    for row in document.rows:
        if row.tag == tag:
            found.append([row])
        elif found and row.tag != "CTT":
            found[-1].append(row)
    return found
