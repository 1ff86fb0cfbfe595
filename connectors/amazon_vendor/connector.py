"""Amazon Vendor Central, retail procurement: purchase orders in; acknowledgements, shipment confirmations, invoices back."""

import json
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import httpx

from connectors.amazon_vendor.sent import Sent
from connectors.amazon_vendor.shapes import Record, moment, submitted, told
from hub.sdk import (
    Address,
    Connector,
    Context,
    Grant,
    Login,
    Message,
    Misconfigured,
    Outgoing,
    Receipt,
    Rejected,
    Secret,
    Settings,
    Unavailable,
    Unknown,
    checked,
    oauth,
    reading,
    setting,
)
from hub.sdk.polling import Once, changed, keys

ORDERS = "/vendor/orders/v1/purchaseOrders"
SUBMISSIONS = {
    "order_response": ("/vendor/orders/v1/acknowledgements", "acknowledgements"),
    "ship_notice": ("/vendor/shipping/v1/shipmentConfirmations", "shipmentConfirmations"),
    "invoice": ("/vendor/payments/v1/invoices", "invoices"),
}
STEP = timedelta(days=7)  # asked for at a time
LATEST = 60.0  # seconds; a limit of 0.01 a second is not waited for longer
UNCONFIRMED = "UNCONFIRMED"


class AmazonVendor(Connector):
    """One vendor group of one region. Every submission is a transaction whose end is asked for."""

    title = "Amazon Vendor Central"
    docs_url = "https://developer-docs.amazon.com/sp-api/docs/vendor-orders-api"
    repeat = "lookup"
    met = "Amazon's own models with their sandbox pairs, in process; never Amazon"

    class Config(Settings):
        """Which region, who we are, and from when on."""

        url: Address = setting(
            "https://sellingpartnerapi-na.amazon.com", description="Endpoint of the region, or of its sandbox."
        )
        token_url: Address = setting("https://api.amazon.com/auth/o2/token", description="Where Login with Amazon gives tokens.")
        client_id: str = setting(description="Client id of the application.", example="amzn1.application-oa2-client.example")
        client_secret: Secret = setting(description="Client secret of the application.")
        refresh_token: Secret = setting(description="Refresh token of the vendor group that authorised it.")
        since: datetime = setting(
            description="Purchase orders from before this moment are never read.", example="2026-11-01T00:00:00Z"
        )
        vendor_code: str | None = setting(None, description="Only orders to this vendor code; by default all of the group.")
        page: int = setting(100, ge=1, le=100, description="Purchase orders asked for at a time.")
        patience: float = setting(
            30.0, ge=0, le=100, description="Seconds to wait for the end of a transaction before trying later."
        )
        settle: float = setting(
            900.0, ge=0, description="Seconds until Amazon shows what it took, for submissions that were cut off."
        )
        timeout: float = setting(30.0, gt=0, le=100, description="Seconds to wait for the next byte of an answer.")

    def __init__(self, config: "AmazonVendor.Config", context: Context) -> None:
        super().__init__(config, context)
        self._client: httpx.AsyncClient = context.http(base_url=config.url, timeout=config.timeout)
        secrets = [config.client_id, config.client_secret, config.refresh_token]
        self._login = Login(context, self._log_in, secrets)
        self._sent = Sent(context.state, context.clock)

    async def check(self) -> None:
        now = self.context.clock.now()
        await self._read(ORDERS, {"limit": 1, "createdAfter": _text(now - timedelta(hours=1)), "createdBefore": _text(now)})

    def pull(self, cursor: str | None, until: datetime | None = None) -> AsyncIterator[Message]:
        return changed(self._pages, cursor, start=self.config.since, until=until)

    def ids(self, since: datetime, until: datetime) -> AsyncIterator[str]:
        return keys(self._pages, since, until)

    async def _pages(self, since: datetime) -> AsyncIterator[Sequence[Once]]:
        """Amazon sorts by creation only, so a window is read whole, for what is new in it and for what changed in it."""
        now = self.context.clock.now()
        while since <= now:
            end = since + STEP
            found = [entry for kind in ("created", "changed") async for entry in self._window(kind, since, end)]
            yield sorted(found, key=lambda entry: (entry.updated, entry.id))
            since = end

    async def _window(self, kind: str, since: datetime, end: datetime) -> AsyncIterator[Once]:
        query = {f"{kind}After": _text(since), f"{kind}Before": _text(end), "limit": self.config.page, "includeDetails": "true"}
        query |= {"sortOrder": "ASC"} | ({"orderingVendorCode": self.config.vendor_code} if self.config.vendor_code else {})
        field = "purchaseOrderDate" if kind == "created" else "purchaseOrderChangedDate"
        more: dict[str, str] = {}
        while True:
            answer = await self._read(ORDERS, {**query, **more})
            for order in answer.get("orders") or ():
                at = moment((order.get("orderDetails") or {}).get(field)) or since
                yield _entry(order, max(at, since))  # an order may become available later than it was placed
            token = (answer.get("pagination") or {}).get("nextToken")
            if not token:
                return
            more = {"nextToken": token}

    async def push(self, outgoing: Outgoing) -> Receipt:
        path, name = _submission(outgoing)
        transaction = await self._sent.transaction(outgoing.key)
        if transaction is None:
            await self._sent.note(outgoing.key, "")
            body = {name: [submitted(json.loads(outgoing.body))]}
            answer = _payload(await self._called("POST", path, json=body))
            transaction = str(answer.get("transactionId") or "")
            if not transaction:
                raise Unknown("the answer names no transaction; Amazon may have taken it")
            await self._sent.note(outgoing.key, transaction)
        return await self._ended(outgoing.key, transaction)

    async def find(self, key: str, outgoing: Outgoing) -> Receipt | None:
        transaction = await self._sent.transaction(key)
        if transaction is not None:
            return await self._ended(key, transaction)
        if outgoing.document != "order_response":
            raise Rejected("Amazon cannot be asked whether it has this; look in Vendor Central, then `crossdock retry`")
        number = json.loads(outgoing.body)["purchaseOrderNumber"]
        answer = await self._read("/vendor/orders/v1/purchaseOrdersStatus", {"purchaseOrderNumber": number})
        items = [item for order in answer.get("ordersStatus") or () for item in order.get("itemStatus") or ()]
        states = {(item.get("acknowledgementStatus") or {}).get("confirmationStatus", UNCONFIRMED) for item in items}
        if states and UNCONFIRMED not in states:
            return Receipt(number, {"confirmation": sorted(states)})
        wait = await self._sent.since(key, self.config.settle)
        if wait > 0:
            raise Unavailable(f"{number} is not acknowledged at Amazon yet; it may take a while to show", after=wait)
        return None

    async def _ended(self, key: str, transaction: str) -> Receipt:
        """What became of the transaction, once Amazon has worked it off."""
        waited, wait = 0.0, 1.0
        while True:
            answer = await self._read(f"/vendor/transactions/v1/transactions/{transaction}", {})
            state = answer.get("transactionStatus") or {}
            if state.get("status") == "Success":
                return Receipt(transaction, {"status": "Success"})
            if state.get("status") == "Failure":
                await self._sent.forget(key)
                words = "; ".join(f"{one.get('code')}: {one.get('message')}" for one in state.get("errors") or ())
                raise Rejected(
                    f"Amazon took the transaction {transaction} and refused what was in it: {words[:500] or 'no words'}"
                )
            if waited + wait > self.config.patience:
                raise Unavailable(f"Amazon still works on the transaction {transaction}; it is not sent again", after=60.0)
            await self.context.clock.sleep_until(self.context.clock.now() + timedelta(seconds=wait))
            waited, wait = waited + wait, wait * 2

    async def _read(self, path: str, query: Record) -> Record:
        try:
            return _payload(await reading(self.context.clock, partial(self._called, "GET", path, params=query)))
        except Rejected as refusal:
            raise Misconfigured(str(refusal)) from refusal
        except Unknown as error:
            raise Unavailable(str(error), after=error.after) from error

    async def _called(self, method: str, path: str, **more: Any) -> httpx.Response:
        """A token that has run out is refused with 403, like a role that is missing: it is renewed once, then believed."""

        async def call(token: str) -> httpx.Response:
            return await self._client.request(method, path, headers={"x-amz-access-token": token}, **more)

        response = await self._login.calling(call, refusals=(401, 403))
        if response.status_code == 429 and "retry-after" not in response.headers:
            raise Unavailable(f"{path}: too many calls", after=_pause(response.headers.get("x-amzn-ratelimit-limit", "")))
        return checked(response, now=self.context.clock.now())

    async def _log_in(self, refresh: str | None) -> Grant:
        config = self.config
        form = {"grant_type": "refresh_token", "refresh_token": refresh or config.refresh_token.get_secret_value()}
        form |= {"client_id": config.client_id, "client_secret": config.client_secret.get_secret_value()}
        return await oauth(self.context, self._client, config.token_url, form)

    async def close(self) -> None:
        await self._client.aclose()


def _submission(outgoing: Outgoing) -> tuple[str, str]:
    if outgoing.document not in SUBMISSIONS:
        raise Misconfigured(f"Amazon takes {', '.join(SUBMISSIONS)}; there is no place for a {outgoing.document}")
    return SUBMISSIONS[outgoing.document]


def _entry(order: Record, updated: datetime) -> Once:
    value, version = told(order)
    number = order["purchaseOrderNumber"]
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Once(updated, f"{number},{version}", body, number)


def _payload(response: httpx.Response) -> Record:
    try:
        return dict(response.json()["payload"])
    except (ValueError, TypeError, KeyError):
        raise Unknown("the answer is not the JSON of Amazon's API; is it something else at that address?") from None


def _pause(limit: str) -> float | None:
    """Seconds until one more call fits: the header says how many fit into a second."""
    try:
        return min(1 / float(limit), LATEST)
    except (ValueError, ZeroDivisionError):
        return None


def _text(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
