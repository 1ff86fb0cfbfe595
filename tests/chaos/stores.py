"""The counterparts' own stores after a run: what the retailer sent and got, what the ERP booked. Never the hub's ledger."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hub.demo.book import Book
from hub.demo.place import Place

Segment = list[str]


@dataclass(frozen=True)
class Paper:
    """One file the retailer got: its control number, its bytes by their digest, its segments."""

    name: str
    control: str
    digest: str
    segments: list[Segment]


@dataclass
class Stores:
    """All that a verdict rests on."""

    orders: dict[str, Counter[str]] = field(default_factory=dict)  # placed: number -> quantity by line
    groups: dict[str, str] = field(default_factory=dict)  # control number of the group it was sent in -> number
    papers: list[Paper] = field(default_factory=list)  # every file the hub put down, taken or not
    booked: list[tuple[str, Counter[str]]] = field(default_factory=list)  # the ERP's orders: reference, quantity by line
    posts: Counter[str] = field(default_factory=Counter)  # orders posted to the ERP, repeats too
    shipped: Counter[str] = field(default_factory=Counter)  # ship orders at the 3PL by order
    billed: Counter[str] = field(default_factory=Counter)  # invoices in accounting by order
    complaints: list[str] = field(default_factory=list)  # what the retailer itself says is wrong


def gather(place: Place) -> Stores:
    """Read the stores of all counterparts."""
    stores = Stores()
    _retailer(stores, place)
    with Book(place.store("erp")).open() as page:
        for _, order in page.all("order"):
            asked = order["asked"]
            lines = Counter({row["customerRow"]: float(row["qty"]) for row in asked["rows"]})
            stores.booked.append((asked["externalRef"], lines))  # type: ignore[arg-type]
        stores.posts.update(post["externalRef"] for _, post in page.all("post"))
    with Book(place.store("warehouse")).open() as page:
        stores.shipped.update(order["asked"]["order_number"] for _, order in page.all("order"))
    with Book(place.store("accounting")).open() as page:
        stores.billed.update(invoice["asked"]["order_number"] for _, invoice in page.all("invoice"))
    return stores


def _retailer(stores: Stores, place: Place) -> None:
    with Book(place.store("retailer")).open() as page:
        for _, sent in page.all("sent"):
            segments = split(sent["text"])
            if number := next((segment[3] for segment in segments if segment[0] == "BEG"), None):
                stores.orders[number] = _quantities(segments)
                stores.groups[next(segment[6] for segment in segments if segment[0] == "GS")] = number
    stores.papers = [paper(file) for file in files(place)]
    stores.complaints = complaints(place.folder / "retailer" / "report.json")


def _quantities(segments: list[Segment]) -> Counter[str]:
    return Counter({segment[1]: float(segment[2]) for segment in segments if segment[0] == "PO1"})  # type: ignore[arg-type]


def files(place: Place) -> list[Path]:
    """Everything the retailer took away, and what still lies in its outbox."""
    taken, left = place.folder / "retailer" / "received", place.outbox
    return [file for folder in (taken, left) for file in sorted(folder.iterdir()) if file.is_file() and file.name[0] != "."]


def paper(file: Path) -> Paper:
    """Split by hand: this reader shares no code with the hub."""
    body = file.read_bytes()
    segments = split(body.decode("latin-1"))
    return Paper(file.name, segments[0][13], hashlib.sha256(body).hexdigest(), segments)


def split(text: str) -> list[Segment]:
    element, terminator = text[3], text[105]
    return [segment.strip().split(element) for segment in text.split(terminator) if segment.strip()]


def sets(papers: list[Paper], kind: str) -> Iterator[list[Segment]]:
    """Transaction sets of a type; a file that came again with the same bytes counts once."""
    once = {(paper.control, paper.digest): paper for paper in papers}
    for each in once.values():
        inside: list[Segment] | None = None
        for segment in each.segments:
            if segment[0] == "ST":
                inside = [] if segment[1] == kind else None
            elif segment[0] == "SE" and inside is not None:
                yield inside
                inside = None
            elif inside is not None:
                inside.append(segment)


def complaints(report: Path) -> list[str]:
    """The retailer ties everything out by itself; what did not, in its words."""
    if not report.exists():
        return ["the retailer left no report"]
    said: Mapping[str, Any] = json.loads(report.read_text("utf-8"))
    wrong = [f"retailer: {stray}" for stray in said["strays"]]
    return wrong + [f"retailer: {order['number']}: {one}" for order in said["orders"] for one in order["disagreements"]]
