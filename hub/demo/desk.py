"""The retailer's EDI desk: files out under a number each, files in once each, a 997 for whatever needs one."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hub.demo.answers import verdicts
from hub.demo.book import Book
from hub.demo.case import Case
from hub.demo.diary import Diary
from hub.demo.letter import Letter, Set, read
from hub.demo.purchase import HUB, ME, Purchase, interchange, order_set, receipt_set

RECEIPTS = "FA"  # groups of acknowledgements are not acknowledged


@dataclass
class Desk:
    """Everything that goes out and comes in."""

    book: Book
    diary: Diary
    inbox: Path  # the hub's: we write there
    outbox: Path  # the hub's: we read there
    archive: Path
    cases: dict[str, Case] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)  # control number of a group we sent -> order
    strays: list[str] = field(default_factory=list)  # what is wrong and belongs to no order
    repeats: int = 0

    def __post_init__(self) -> None:
        for folder in (self.inbox, self.outbox, self.archive):
            folder.mkdir(parents=True, exist_ok=True)

    def place(self, purchase: Purchase, mistake: bool = False) -> None:
        """Send an order (again: under the same number)."""
        case = self.cases.setdefault(purchase.number, Case(purchase))
        words = f"{len(purchase.lines)} lines" + (", one quantity mistyped" if mistake else "")
        group, body = self.send("PO", "850", [order_set(purchase, mistake)], f"850-{purchase.number}")
        self.groups[group] = purchase.number
        case.sendings.append(group)
        self.diary.sent("850", purchase.number, words, body, "edi")

    def send(self, code: str, kind: str, bodies: Sequence[Sequence[str]], name: str) -> tuple[str, bytes]:
        """Write an interchange into the hub's inbox, first under another name so that nobody reads half of it."""
        with self.book.open() as page:
            number, group = page.next("interchange"), page.next("group")
            body = interchange(code, kind, bodies, number, group)
            page.put("sent", f"{number:09d}", {"name": name, "text": body.decode()})
        hidden = self.inbox / f".{name}-{number:09d}.tmp"
        hidden.write_bytes(body)
        hidden.rename(self.inbox / f"{name}-{number:09d}.edi")
        return str(group), body

    def collect(self) -> int:
        """Take in every file the hub has put down; how many there were."""
        files = [
            file for file in self.outbox.iterdir() if file.is_file() and not file.name.startswith(".") and file.suffix != ".tmp"
        ]
        for file in sorted(files, key=lambda file: (file.stat().st_mtime_ns, file.name)):
            body = file.read_bytes()
            letter = read(body)
            if self.is_new(letter, body, file.name):
                self.sort(letter, body)
            file.rename(self.free(file.name))
        return len(files)

    def free(self, name: str) -> Path:
        """A place in the archive that is not taken."""
        place, again = self.archive / name, 1
        while place.exists():
            again += 1
            place = self.archive / f"{name}.{again}"
        return place

    def is_new(self, letter: Letter, body: bytes, name: str) -> bool:
        """The same bytes under the same number are a repeat; other bytes under a used number are a fault."""
        digest = hashlib.sha256(body).hexdigest()
        with self.book.open() as page:
            known = page.get("received", letter.control)
            if known is None:
                page.put("received", letter.control, {"name": name, "digest": digest, "text": body.decode("latin-1")})
                return True
        if known["digest"] == digest:
            self.repeats += 1
            return False
        self.strays.append(f"{name}: control number {letter.control} was used before, for {known['name']}")
        return True

    def sort(self, letter: Letter, body: bytes) -> None:
        """Hand each document to its order, and answer each group."""
        self.strays += [f"interchange {letter.control}: {fault}" for fault in (*letter.faults, *self.misaddressed(letter))]
        told: dict[tuple[str, str], str] = {}
        for group, document in letter.sets():
            for number, words in self.hand_over(document).items():
                told[document.type, number] = words
            if self.used(group.code, group.control, letter.control):
                self.strays.append(f"group number {group.control} of {group.code} was used twice")
        for (kind, number), words in told.items():
            self.diary.got(kind, number, words, body, "edi")
        self.answer(letter, list(dict.fromkeys(number for _, number in told)))

    def used(self, code: str, group: str, interchange: str) -> bool:
        """Whether a group number came before in another interchange."""
        with self.book.open() as page:
            first = page.get("group", f"{code} {group}")
            if first is None:
                page.put("group", f"{code} {group}", interchange)
        return first not in (None, interchange)

    def misaddressed(self, letter: Letter) -> list[str]:
        wanted = {"sender": (letter.sender, HUB), "receiver": (letter.receiver, ME), "ISA15": (letter.usage, "P")}
        return [f"{what} is {got}, not {want}" for what, (got, want) in wanted.items() if got != want]

    def hand_over(self, document: Set) -> dict[str, str]:
        """Give a document to each order it is about; what it says, by order."""
        if document.type == "997":
            return self.take_receipt(document)
        numbers = order_numbers(document)
        known = [self.cases[number] for number in numbers if number in self.cases]
        if len(known) < len(numbers) or not known:
            self.strays.append(f"{document.type} {document.control} is about {', '.join(numbers) or 'no order'}, never ordered")
        purchases: Mapping[str, Purchase] = {number: case.purchase for number, case in self.cases.items()}
        for case in known:
            give(case, document, purchases)
        return {case.purchase.number: words_of(document) for case in known}

    def take_receipt(self, receipt: Set) -> dict[str, str]:
        """A 997 is about a group we sent; those for our own 997s do not exist."""
        group = receipt.first("AK1")[2]
        number = self.groups.get(group)
        if receipt.first("AK1")[1] != "PO" or number is None:
            self.strays.append(f"997 {receipt.control} is about a group we never sent: {receipt.first('AK1')}")
            return {}
        said = verdicts(receipt)
        self.cases[number].verdicts += [(group, verdict) for verdict in said]
        places = [f"{fault.segment} element {fault.element}" for verdict in said for fault in verdict.faults if fault.element]
        accepted = all(verdict.accepted for verdict in said)
        return {number: "accepted" if accepted else f"rejected: {', '.join(places) or 'no place named'}"}

    def answer(self, letter: Letter, orders: Sequence[str]) -> None:
        """A 997 for every group that is not itself made of receipts."""
        for group in letter.groups:
            if group.code != RECEIPTS:
                receipt = receipt_set(group.code, group.control, [(each.type, each.control) for each in group.sets])
                _, body = self.send(RECEIPTS, "997", [receipt], "997")
                for number in orders:
                    kinds = "/".join(sorted({each.type for each in group.sets}))
                    self.diary.sent("997", number, f"accepts the {kinds}", body, "edi")


def order_numbers(document: Set) -> list[str]:
    """The orders a document is about."""
    if document.type == "856":
        return list(dict.fromkeys(row[1] for row in document.all("PRF")))
    place = {"855": ("BAK", 3), "810": ("BIG", 4)}.get(document.type)
    return [document.first(place[0])[place[1]]] if place else []


def give(case: Case, document: Set, purchases: Mapping[str, Purchase]) -> None:
    if document.type == "855":
        case.take_response(document)
    elif document.type == "856":
        case.take_notice(document, purchases)
    elif document.type == "810":
        case.take_invoice(document)
    else:
        case.wrong.append(f"nobody asked for a {document.type}")


def words_of(document: Set) -> str:
    """A document in a few words."""
    if document.type == "855":
        short = sum(row[1] != "IA" for row in document.all("ACK"))
        return "backorders some of it" if short else "accepts all of it"
    if document.type == "856":
        labels = sum(row.tag == "MAN" and row[1] == "GM" for row in document.rows)
        return f"shipment {document.first('BSN')[2]}, {labels} cartons"
    if document.type == "810":
        cents = document.first("TDS")[1]
        return f"invoice {document.first('BIG')[2]}, {cents[:-2] or '0'}.{cents[-2:]} USD"
    return f"control number {document.control}"
