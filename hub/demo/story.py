"""What the diaries of all counterparts tell together: lines as things happen, the summary and the table at the end."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from hub.demo.diary import read_notes

Note = dict[str, Any]
CHAPTERS = {
    "PO-1001": "A clean order",
    "PO-1002": "An order with more than is in stock: part of it later, with a second shipment and invoice",
    "PO-1003": "An order with a mistake: refused, corrected, sent again under the same number",
}


class Story:
    """All notes so far."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "diary"
        self.marks: dict[Path, int] = {}
        self.notes: list[Note] = []

    def fresh(self) -> list[Note]:
        """Notes written since the last call, oldest first."""
        found: list[Note] = []
        for file in sorted(self.folder.glob("*.jsonl")):
            notes, self.marks[file] = read_notes(file, self.marks.get(file, 0))
            found += notes
        found.sort(key=lambda note: str(note["at"]))
        self.notes += found
        return found

    def orders(self) -> list[str]:
        """The retailer's orders, in the order they were first spoken of."""
        return list(dict.fromkeys(note["order"] for note in self.notes if note["what"] == "850"))


def line(note: Note) -> str:
    """A note as one readable line."""
    at = datetime.fromisoformat(note["at"]).astimezone()
    way = f"{note['from']} → {note['to']}" if note["to"] else str(note["from"])
    return f"{at:%H:%M:%S}  {way:<17}  {note['what']:<12}  {note['order']:<8}  {note['words']}"


def summary(notes: Iterable[Note], states: Mapping[str, str]) -> dict[str, Any]:
    """The EDI documents of each order, as the hub saw them come in and go out."""
    papers: dict[str, list[dict[str, str]]] = {number: [] for number in states}
    for note in sorted(notes, key=lambda note: str(note["at"])):
        if note["what"].isdigit() and note["order"] in papers:
            papers[note["order"]].append(document(note))
    return {"orders": [{"number": number, "state": state, "documents": papers[number]} for number, state in states.items()]}


def document(note: Note) -> dict[str, str]:
    incoming = note["to"] == "hub"
    return {
        "type": note["what"],
        "direction": "in" if incoming else "out",
        "with": note["from"] if incoming else note["to"],
        "file": note["file"],
        "at": note["at"],
    }


def table(told: Mapping[str, Any]) -> list[str]:
    """One line an order: its state, and how many documents of each type went each way."""
    heads = ("850 in", "997 out", "855 out", "856 out", "810 out", "997 in")
    lines = [f"{'order':<10}{'state':<10}" + "".join(f"{head:>9}" for head in heads)]
    for order in told["orders"]:
        ways = [f"{document['type']} {document['direction']}" for document in order["documents"]]
        lines.append(f"{order['number']:<10}{order['state']:<10}" + "".join(f"{ways.count(head):>9}" for head in heads))
    return lines
