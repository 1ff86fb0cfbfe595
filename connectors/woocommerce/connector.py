"""WooCommerce over its REST API v3: orders with their refunds come; our number, tracking, state and stock go back."""

import json
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx

from connectors.woocommerce.signing import OAuth1
from hub.sdk import (
    Address,
    Connector,
    Context,
    Message,
    Misconfigured,
    Outgoing,
    Receipt,
    Rejected,
    Reply,
    Request,
    Secret,
    Settings,
    checked,
    parsed,
    polling,
    reading,
    setting,
)
from hub.sdk.webhooks import Guard

OVER = ("cancelled", "refunded", "failed", "trash")  # nothing may be written to these any more
NOT_NEEDED = ("_links", "customer_ip_address", "customer_user_agent", "order_key", "cart_hash", "payment_url")
SECOND = timedelta(seconds=1)
AT_ONCE = 100  # products in one batch, the most the API takes


class WooCommerce(Connector):
    """Reads by time of change; each write is under a meta key of ours, so that a second one changes nothing."""

    title = "WooCommerce"
    docs_url = "https://woocommerce.github.io/woocommerce-rest-api-docs/"
    repeat = "upsert"
    by_time = True
    met = "recorded answers and signed webhooks of WooCommerce 9.3.3, and a stateful server of our own; never a live shop"

    class Config(Settings):
        """Where the shop is and what is read of it."""

        url: Address = setting(description="Address of the shop.", example="https://shop.example")
        path: str = setting("/wp-json/wc/v3", description="Where its API starts.")
        key: str = setting(description="Consumer key; its rights must be read and write.", example="ck_…")
        secret: Secret = setting(description="Consumer secret.")
        webhook_secrets: tuple[Secret, ...] = setting(
            (), max_length=2, description="Secrets of the webhooks; two while one replaces the other."
        )
        since: polling.Start = setting(description="Orders changed before this are never read.", example="2026-11-22T00:00:00Z")
        statuses: tuple[str, ...] = setting(
            ("processing", "completed", "cancelled", "refunded", "trash"),
            description="Orders in these states are read; those nobody has paid for yet are not among them.",
        )
        overlap: int = setting(300, ge=1, le=86400, description="Seconds read again at each poll, for what shows late.")
        page: int = setting(100, ge=1, le=100, description="Orders asked for at a time.")
        prefix: str = setting("_crossdock", description="Beginning of the meta keys we write.")
        tracking_key: str = setting("_tracking_number", description="Meta key that the shop's plugin reads tracking from.")
        shipped: str = setting("completed", description="State of an order once all of it was shipped; empty: left as it is.")
        note: str = setting("", description="Note to the customer with a shipment; {tracking} and {carrier} are put in.")
        timeout: float = setting(30.0, gt=0, le=100, description="Seconds to wait for the next byte of an answer.")

    def __init__(self, config: "WooCommerce.Config", context: Context) -> None:
        super().__init__(config, context)
        secret = config.secret.get_secret_value()
        plain = config.url.startswith("http://")  # there the shop demands that each request is signed
        self._client: httpx.AsyncClient = context.http(
            base_url=config.url + config.path,
            auth=OAuth1(config.key, secret, context.clock) if plain else httpx.BasicAuth(config.key, secret),
            headers={"Cache-Control": "no-cache"},
            timeout=config.timeout,
        )
        self._guard = Guard(config.webhook_secrets, context.clock, tolerance=timedelta(days=1))

    async def check(self) -> None:
        await self._get("/orders", per_page=1)

    def pull(self, cursor: str | None, until: datetime | None = None) -> AsyncIterator[Message]:
        overlap = timedelta(seconds=self.config.overlap)
        return polling.changed(self._pages, cursor, start=self.config.since, until=until, overlap=overlap)

    def ids(self, since: datetime, until: datetime) -> AsyncIterator[str]:
        return polling.keys(self._pages, max(since, self.config.since), until)

    def _pages(self, since: datetime) -> AsyncIterator[Sequence[polling.Entry]]:
        return polling.numbered(self._page, since)

    async def _page(self, since: datetime, number: int) -> tuple[list[polling.Entry], bool]:
        after = f"{since.astimezone(UTC) - SECOND:%Y-%m-%dT%H:%M:%S}"  # it takes `after` at its word, and counts in seconds
        answer = await self._get(
            "/orders",
            modified_after=after,
            dates_are_gmt="true",
            orderby="modified",
            order="asc",
            status=",".join(self.config.statuses),
            per_page=self.config.page,
            page=number,
        )
        orders, pages = parsed(answer), answer.headers.get("x-wp-totalpages", "")
        more = number < int(pages) if pages.isdecimal() else len(orders) == self.config.page
        return [await self._entry(order) for order in orders], more

    async def _entry(self, order: dict[str, Any]) -> polling.Entry:
        """The order as the shop has it, but for what nobody needs to know, and with what was given back of each line."""
        order = {name: value for name, value in (await self._net(order)).items() if name not in NOT_NEEDED}
        body = json.dumps(order, ensure_ascii=False, separators=(",", ":")).encode()
        return polling.Entry(_moment(order["date_modified_gmt"]), str(order["id"]), body, f"order {order['number']}")

    async def _net(self, order: dict[str, Any]) -> dict[str, Any]:
        """Each line with `refunded_quantity` and `refunded_total`, from the refunds of the order; both are negative."""
        if not order["refunds"]:
            return order
        refunds = parsed(await self._get(f"/orders/{order['id']}/refunds", per_page=100))
        back: dict[str, list[dict[str, Any]]] = {}
        for line in (line for refund in refunds for line in refund["line_items"]):
            back.setdefault(str(_meta(line).get("_refunded_item_id")), []).append(line)
        lines = [
            {
                **line,
                "refunded_quantity": sum(one["quantity"] for one in back.get(str(line["id"]), ())),
                "refunded_total": str(sum(Decimal(one["total"]) for one in back.get(str(line["id"]), ()))),
            }
            for line in order["line_items"]
        ]
        return {**order, "line_items": lines}

    def receive(self, request: Request) -> Reply:
        topic = request.headers.get("x-wc-webhook-topic", "")
        if not topic and request.body.startswith(b"webhook_id="):
            return Reply(status=200)  # the shop tries the address when the webhook is made; unsigned, and about nothing
        new = self._guard.admit(request.body, request.headers.get("x-wc-webhook-signature", ""))
        changed = _object(request.body).get("date_modified_gmt")
        if changed:
            self._guard.young(_moment(changed))
        return Reply(status=200, hint=new and topic.startswith("order."))

    async def push(self, outgoing: Outgoing) -> Receipt:
        sheet = _object(outgoing.body)
        if outgoing.document == "order_response":
            await self._write(sheet["order"], {"number": sheet.get("number", ""), "verdict": sheet["verdict"]})
            return Receipt(f"{sheet['order']}:{sheet['verdict']}")
        if outgoing.document == "ship_notice":
            for order in sheet["orders"]:
                await self._ship(order["order"], sheet, order["id"])
            return Receipt(" ".join(f"{order['order']}:{sheet['number']}" for order in sheet["orders"]))
        if outgoing.document == "inventory_report":
            return await self._stock({line["sku"]: line["quantity"] for line in sheet["lines"]})
        raise Misconfigured(f"a shop takes no {outgoing.document.replace('_', ' ')}")

    async def _ship(self, order: str, sheet: Mapping[str, Any], entry: str) -> None:
        mine = {
            name: [one for one in sheet.get(name, ()) if one.get("order") in (None, entry)] for name in ("parcels", "contents")
        }
        tracking = [parcel["tracking"] for parcel in mine["parcels"] if parcel.get("tracking")]
        lines = {line["line"]: str(line["quantity"]) for line in mine["contents"]}
        value = {"carrier": sheet.get("carrier", ""), "tracking": tracking, "lines": lines}
        await self._write(order, {f"shipment_{sheet['number']}": json.dumps(value, ensure_ascii=False)}, tracking)
        if self.config.note:
            text = self.config.note.replace("{carrier}", value["carrier"]).replace("{tracking}", ", ".join(tracking))
            if text not in [note["note"] for note in parsed(await self._get(f"/orders/{order}/notes", type="customer"))]:
                await self._send("POST", f"/orders/{order}/notes", {"note": text, "customer_note": True})

    async def _write(self, order: str, facts: Mapping[str, str], tracking: Sequence[str] = ()) -> None:
        """Meta by key, and the state that follows from all shipments so far, in one request."""
        now = parsed(await self._get(f"/orders/{order}"))
        if now["status"] in OVER and "verdict" not in facts:
            raise Rejected(f"order {now['number']} is {now['status']} in the shop: its goods should come back")
        before = {key: str(value) for key, value in _meta(now).items()}
        meta = {f"{self.config.prefix}_{name}": value for name, value in facts.items()}
        if tracking:
            known = before.get(self.config.tracking_key, "").split(", ")
            meta[self.config.tracking_key] = ", ".join(dict.fromkeys(filter(None, [*known, *tracking])))
        change: dict[str, Any] = {"meta_data": [{"key": key, "value": value} for key, value in meta.items()]}
        if self.config.shipped and await self._complete(now, {**before, **meta}):
            change["status"] = self.config.shipped
        await self._send("PUT", f"/orders/{order}", change)

    async def _complete(self, order: dict[str, Any], meta: Mapping[str, str]) -> bool:
        """Whether all that was not given back has been shipped."""
        lines = (await self._net(order))["line_items"]
        left = {str(line["id"]): Decimal(line["quantity"] + line.get("refunded_quantity", 0)) for line in lines}
        shipments = [json.loads(value) for key, value in meta.items() if key.startswith(f"{self.config.prefix}_shipment_")]
        for line, quantity in (pair for shipment in shipments for pair in shipment["lines"].items()):
            left[line] = left.get(line, Decimal(0)) - Decimal(quantity)
        return bool(shipments) and all(quantity <= 0 for quantity in left.values())

    async def _stock(self, wanted: Mapping[str, Any]) -> Receipt:
        found = await self.lookup("stock", wanted)
        if missing := sorted(set(wanted) - set(found)):
            raise Rejected(f"the shop has no product with the SKU {', '.join(missing[:5])}")
        shelves: dict[str, list[dict[str, Any]]] = {}
        for sku, product in found.items():
            shelf = f"/products/{product['parent_id']}/variations" if product.get("parent_id") else "/products"
            row = {"id": product["id"], "manage_stock": True, "stock_quantity": int(Decimal(str(wanted[sku])))}
            shelves.setdefault(shelf, []).append(row)
        for shelf, rows in shelves.items():
            for first in range(0, len(rows), AT_ONCE):
                answer = await self._send("POST", f"{shelf}/batch", {"update": rows[first : first + AT_ONCE]})
                if wrong := [row for row in answer.get("update", ()) if "error" in row]:
                    raise Rejected(f"the shop refused the stock of {len(wrong)} products: {wrong[0]['error'].get('message')}")
        return Receipt(f"stock of {len(found)}: {', '.join(found)}"[:200])

    async def lookup(self, table: str, keys: Iterable[str]) -> Mapping[str, Any]:
        if table not in ("items", "stock"):
            raise Misconfigured(f"there is no table `{table}`; there are `items` and `stock`")
        skus, found = list(keys), dict[str, Any]()
        for first in range(0, len(skus), AT_ONCE):
            some = ",".join(skus[first : first + AT_ONCE])
            found |= {one["sku"]: one for one in parsed(await self._get("/products", sku=some, per_page=AT_ONCE))}
        return {sku: found[sku] for sku in skus if sku in found}

    async def _get(self, path: str, **query: Any) -> httpx.Response:
        async def once() -> httpx.Response:
            answer = checked(await self._client.get(path, params=query), now=self.context.clock.now())
            parsed(answer)
            return answer

        return await reading(self.context.clock, once)

    async def _send(self, method: str, path: str, value: Mapping[str, Any]) -> Any:
        return parsed(checked(await self._client.request(method, path, json=value), now=self.context.clock.now()))

    async def close(self) -> None:
        await self._client.aclose()


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise Rejected("this is not a JSON object")
    return value


def _meta(holder: Mapping[str, Any]) -> dict[str, Any]:
    return {one["key"]: one["value"] for one in holder["meta_data"]}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
