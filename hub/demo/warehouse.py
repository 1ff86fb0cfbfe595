"""The demo's 3PL: takes ship orders, packs them, and tells the hub what is on the truck."""

import json
import os
import sys
import time
from typing import Any

from pydantic import ValidationError

from hub.demo.book import Book
from hub.demo.diary import Diary
from hub.demo.door import Answer, Call, Refusal, serve
from hub.demo.errand import insist
from hub.demo.packing import notice, pack
from hub.demo.place import Place, port_of
from hub.model import ShipOrder

PAUSE = 0.1  # seconds between two looks into the book


class Warehouse:
    """The desk of the 3PL and the crew behind it."""

    def __init__(self, book: Book, diary: Diary, hub_url: str, token: str) -> None:
        self.book = book
        self.diary = diary
        self.target = f"{hub_url}/in/warehouse/ship_notice"
        self.token = token

    def __call__(self, call: Call) -> Answer:
        """Take a ship order once per key."""
        call.bearer(self.token)
        if (call.method, call.path) != ("POST", "/ship-orders"):
            raise Refusal(404, "NO_SUCH_PLACE", f"{call.method} {call.path}")
        key = call.headers.get("idempotency-key")
        if not key:
            raise Refusal(400, "NO_KEY", "Idempotency-Key is needed")
        asked, order = call.json(), checked(call)
        with self.book.open() as page:
            known = page.get("order", key)
            if known and known["asked"] != asked:
                raise Refusal(409, "OTHER_CONTENT", f"{key} came before with another body")
            fresh = known is None
            known = known or {"reference": f"WO-{page.next('order', 300001)}", "asked": asked}
            page.put("order", key, known)
            if fresh:
                page.put("notice", f"{page.next('notice'):09d}", self.packed(page.next, order))
        if fresh:
            words = f"{known['reference']} for {order.number}, {len(order.lines)} lines"
            self.diary.got("ship-order", order.order_number or order.number, words, call.body)
        return Answer(201 if fresh else 200, {"reference": known["reference"]})

    def packed(self, series: Any, order: ShipOrder) -> dict[str, Any]:
        """The notice of this order's cartons; its numbers are used up in the caller's transaction."""
        cartons = pack([(line.number, line.quantity) for line in order.lines], lambda: series("sscc", 100000))
        said = notice(order, f"SHP-{series('shipment', 500001)}", cartons)
        return {"order": order.order_number, "cartons": len(cartons), "said": said}

    def tell(self) -> None:
        """Tell the hub of everything packed, for ever, oldest first."""
        while True:
            with self.book.open() as page:
                due = page.after("notice", page.get("mark", "told") or "", 50)
            for place, packed in due:
                self.tell_one(place, packed)
            time.sleep(PAUSE)

    def tell_one(self, place: str, packed: dict[str, Any]) -> None:
        said = packed["said"]
        insist(self.target, said["number"], self.token, said)
        with self.book.open() as page:
            page.put("mark", "told", place)
        words = f"{said['number']}, {packed['cartons']} cartons"
        self.diary.sent("ship-notice", packed["order"], words, json.dumps(said, indent=1).encode())


def checked(call: Call) -> ShipOrder:
    """The ship order, or why it is none."""
    try:
        order = ShipOrder.model_validate_json(call.body)
    except ValidationError as error:
        print(error, file=sys.stderr, flush=True)
        raise Refusal(422, "NO_SHIP_ORDER", str(error)) from error
    if not order.lines or any(line.quantity <= 0 for line in order.lines):
        raise Refusal(422, "NOTHING_TO_SHIP", "every line needs a quantity above zero")
    return order


def main() -> None:
    place = Place.from_env(os.environ)
    desk = Warehouse(Book(place.store("warehouse")), Diary(place.folder, "warehouse"), place.hub_url, place.token)
    serve(port_of(place.warehouse_url), desk, desk.tell)


if __name__ == "__main__":
    main()
