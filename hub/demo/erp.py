"""The demo's ERP: its own shapes over HTTP. Orders and goods issues come in, a feed tells what became of them."""

import hmac
import json
import os
from pathlib import Path
from typing import Any

from hub.demo.book import Book, Page
from hub.demo.diary import Diary
from hub.demo.door import Answer, Call, Desk, Refusal, serve
from hub.demo.erp_checks import checked_issue, checked_order, same
from hub.demo.erp_issues import issue_goods
from hub.demo.erp_orders import new_order, on_hand, orders_named
from hub.demo.place import Place, port_of

LIMIT = 100


class Erp:
    """The desk of the ERP."""

    def __init__(self, book: Book, diary: Diary, key: str) -> None:
        self.book = book
        self.diary = diary
        self.key = key
        self.routes: dict[tuple[str, str], Desk] = {
            ("GET", "/api/ping"): lambda call: Answer(200, {"system": "demo-erp"}),
            ("POST", "/api/sales-orders"): self.take_order,
            ("GET", "/api/sales-orders"): self.find_orders,
            ("GET", "/api/items"): self.items,
            ("GET", "/api/feed"): self.feed,
            ("POST", "/api/goods-issues"): self.take_issue,
        }

    def __call__(self, call: Call) -> Answer:
        if not hmac.compare_digest(call.headers.get("x-api-key", "").encode(), self.key.encode()):
            raise Refusal(401, "BAD_KEY", "X-Api-Key is missing or wrong")
        route = self.routes.get((call.method, call.path))
        if route is None:
            raise Refusal(404, "NO_SUCH_PLACE", f"{call.method} {call.path}")
        return route(call)

    def take_order(self, call: Call) -> Answer:
        """Create it; the same once more is the same order; other content under its reference is a conflict."""
        asked = checked_order(call.json())
        name = identity(asked)
        with self.book.open() as page:
            page.put("post", f"{page.next('post'):09d}", {"externalRef": asked["externalRef"], "customer": asked.get("customer")})
            known = page.get("order", name)
            if known is None:
                known = new_order(page, name, asked)
                status = 201
            else:
                status = 200 if same(known["asked"], asked) else 409
        if status == 409:
            raise Refusal(409, "OTHER_CONTENT", f"{asked['externalRef']} is {known['salesOrder']}, with other content")
        if status == 201:
            words = f"booked as {known['salesOrder']}, {len(known['rows'])} rows"
            self.diary.got("sales-order", asked["externalRef"], words, call.body)
        return Answer(status, summary(known))

    def find_orders(self, call: Call) -> Answer:
        """Orders under a reference; an empty list proves that there is none."""
        reference, customer = first(call, "externalRef"), first(call, "customer")
        with self.book.open() as page:
            found = orders_named(page, reference or "", customer)
        return Answer(200, {"salesOrders": [summary(order) for _, order in found]})

    def items(self, call: Call) -> Answer:
        with self.book.open() as page:
            found = [(sku, page.get("item", sku)) for sku in call.query.get("sku", [])]
            held = {sku: on_hand(page, sku) for sku, item in found if item}
        return Answer(
            200, {"items": [{"sku": sku, "onHand": str(held[sku]), "text": item["text"]} for sku, item in found if item]}
        )

    def feed(self, call: Call) -> Answer:
        """What happened after a sequence number; asked again, the same is answered again."""
        after, limit = number(call, "after", 0), min(number(call, "limit", LIMIT), LIMIT)
        with self.book.open() as page:
            entries = [entry for _, entry in page.after("feed", f"{after:09d}", limit)]
            fresh = [entry for entry in entries if page.get("told", str(entry["seq"])) is None]
            for entry in fresh:
                page.put("told", str(entry["seq"]), True)
        for entry in fresh:
            self.diary.sent(entry["kind"], entry["data"]["externalRef"], words_of(entry), json.dumps(entry, indent=1).encode())
        return Answer(200, {"entries": entries, "last": entries[-1]["seq"] if entries else after})

    def take_issue(self, call: Call) -> Answer:
        """Book what has left the house, once per delivery note."""
        asked = checked_issue(call.json())
        note = asked["deliveryNote"]
        with self.book.open() as page:
            known = page.get("issue", note)
            if known is not None and not same(known["asked"], asked):
                raise Refusal(409, "OTHER_CONTENT", f"{note} is {known['goodsIssue']}, with other content")
            fresh = known is None
            known = known or issue_goods(page, asked)
        if fresh:
            for order in asked["orders"]:
                self.diary.got("goods-issue", order["externalRef"], f"{known['goodsIssue']} for {note}", call.body)
        return Answer(201 if fresh else 200, {"goodsIssue": known["goodsIssue"], "deliveryNote": note})


def identity(asked: dict[str, Any]) -> str:
    """Two customers may use one number."""
    return json.dumps([asked.get("customer"), asked["externalRef"]])


def summary(order: dict[str, Any]) -> dict[str, Any]:
    rows = [{"pos": row["pos"], "customerRow": row["customerRow"]} for row in order["rows"]]
    return {
        "salesOrder": order["salesOrder"],
        "externalRef": order["asked"]["externalRef"],
        "state": order["state"],
        "rows": rows,
    }


def words_of(entry: dict[str, Any]) -> str:
    """An entry of the feed in a few words."""
    data = entry["data"]
    if entry["kind"] == "confirmation":
        short = sum(part["how"] != "accepted" for row in data["rows"] for part in row["confirmed"])
        return f"{data['salesOrder']}, " + (f"{short} of {len(data['rows'])} rows short" if short else "all rows in full")
    if entry["kind"] == "release":
        return f"{data['release']}, {len(data['rows'])} rows to ship"
    return f"{data['invoice']}, {data['total']} {data['currencyCode']}"


def first(call: Call, name: str) -> str | None:
    values = call.query.get(name)
    return values[0] if values else None


def number(call: Call, name: str, default: int) -> int:
    text = first(call, name)
    if text is not None and not text.isdigit():
        raise Refusal(400, "BAD_NUMBER", f"{name} is no number")
    return int(text) if text else default


def stock(page: Page, file: Path) -> None:
    """Take over the opening stock, once."""
    if file.exists() and not page.all("item"):
        for sku, item in json.loads(file.read_text("utf-8")).items():
            page.put("item", sku, item)


def main() -> None:
    place = Place.from_env(os.environ)
    book = Book(place.store("erp"))
    with book.open() as page:
        stock(page, place.folder / "erp" / "stock.json")
    serve(port_of(place.erp_url), Erp(book, Diary(place.folder, "erp"), place.erp_key))


if __name__ == "__main__":
    main()
