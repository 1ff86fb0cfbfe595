"""mock-edi as the buyer, over folders: what it writes for us, and what it makes of what we write."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mockedi.server import Config, make_server
from mockedi.testing import Document, Mock

US, BUYER = "CROSSDOCKCO", "BUYCO"
LOOK = 0.01  # seconds between two looks of its server whether it should end
NEVER = 10**9  # milliseconds between two looks of its own: it looks when we ask it to
WIDGETS, BRACKETS = "WIDGET-001", "BRKT-050"  # in its catalogue
DIALECTS = {"x12": {}, "edifact": {"dialect": "EDIFACT", "version": "D:96A:UN"}}
LINES = ({"sku": WIDGETS, "quantity": 100, "price": "12.50"}, {"sku": BRACKETS, "quantity": 40, "price": "4.15"})


class Buyer:
    """One buyer and its two folders."""

    def __init__(self, mock: Mock, folder: Path) -> None:
        self.mock = mock
        self.pickup, self.drop = folder / "pickup", folder / "drop"  # in its words: we pick up here, and drop there

    @property
    def env(self) -> dict[str, str]:
        return {"BUYER_PICKUP": str(self.pickup), "BUYER_DROP": str(self.drop)}

    def order(self, number: str, lines: Any = LINES) -> None:
        """Place an order with us: an 850 appears in the pickup folder."""
        asked = {"partner": US, "po_number": number, "requested_on": "2026-12-15", "lines": list(lines)}
        self.mock.expect("POST", "/_mock/purchase", asked, status=201)

    def look(self) -> int:
        """It reads what we have put down; how many files there were."""
        return len(self.mock.expect("POST", "/_mock/drop/scan")["files"])

    def disagreements(self) -> list[str]:
        """Where our documents do not say what its order says, or one says other than another."""
        return [one["note"] for one in self.mock.expect("GET", "/_mock/disagreements")]

    def sent(self, code: str) -> list[dict[str, Any]]:
        """What it has sent us of one kind, with what became of it."""
        return [row for row in self.mock.documents() if row["direction"] == "out" and row["code"] == code]

    def got(self) -> list[tuple[str, bool]]:
        """What it has got from us, oldest first, and whether it took it."""
        rows = [row for row in self.mock.documents() if row["direction"] == "in"]
        return [(row["code"], bool(row["accepted"])) for row in sorted(rows, key=lambda row: row["id"])]

    def files(self, code: str) -> list[Document]:
        """Our files as it has put them away, of one kind, parsed by its own reader."""
        papers = [Document(path.read_text()) for path in sorted((self.drop / "processed").iterdir())]
        return [paper for paper in papers if code in paper.interchange.codes()]


@contextmanager
def buyer(folder: Path, standard: str = "x12") -> Iterator[Buyer]:
    """A buyer whose clock stands at the hub's noon and who reads its folder only when asked."""
    times = {"start_at": "2026-11-22T12:00:00-06:00", "drop_settle_ms": 0, "drop_interval_ms": NEVER}
    folders = {"pickup_dir": str(folder / "pickup"), "drop_dir": str(folder / "drop")}
    server = make_server(Config(port=0, as2_id=BUYER, name="Buyco Retail", quiet=True, **times, **folders))
    threading.Thread(target=server.serve_forever, args=(LOOK,), daemon=True).start()
    try:
        with Mock(f"http://127.0.0.1:{server.server_address[1]}") as mock:
            us = {"id": US, "role": "supplier", "name": "Journey Works", "test": 0, **DIALECTS[standard]}
            mock.expect("POST", "/_mock/partners", us, status=201)
            yield Buyer(mock, folder)
    finally:
        server.shutdown()
        server.server_close()
