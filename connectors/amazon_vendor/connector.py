"""Amazon Vendor Central, retail procurement: purchase orders in; acknowledgements, shipment confirmations, invoices back."""

import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from connectors.amazon_vendor.api import Api
from connectors.amazon_vendor.orders import ORDERS, Orders
from connectors.amazon_vendor.settings import VendorSettings
from connectors.amazon_vendor.shapes import submitted, text
from hub.sdk import Connector, Context, Message, Misconfigured, Outgoing, Receipt, Rejected, Unavailable, Unknown
from hub.sdk.polling import changed, keys
from hub.sdk.submissions import Submissions, turns

SUBMISSIONS = {
    "order_response": ("/vendor/orders/v1/acknowledgements", "acknowledgements"),
    "ship_notice": ("/vendor/shipping/v1/shipmentConfirmations", "shipmentConfirmations"),
    "invoice": ("/vendor/payments/v1/invoices", "invoices"),
}
UNCONFIRMED = "UNCONFIRMED"


class AmazonVendor(Connector):
    """One vendor group of one region. Every submission is a transaction whose end is asked for."""

    title = "Amazon Vendor Central"
    docs_url = "https://developer-docs.amazon.com/sp-api/docs/vendor-orders-api"
    repeat = "lookup"
    met = "Amazon's own models with their sandbox pairs, also through Prism; never Amazon"

    class Config(VendorSettings):
        """Which region, who we are, and from when on."""

    def __init__(self, config: "AmazonVendor.Config", context: Context) -> None:
        super().__init__(config, context)
        self._api = Api(config, context)
        self._orders = Orders(self._api, config, context.clock)
        self._sent = Submissions(context.state, context.clock)

    async def check(self) -> None:
        now = self.context.clock.now()
        await self._api.read(ORDERS, {"limit": 1, "createdAfter": text(now - timedelta(hours=1)), "createdBefore": text(now)})

    def pull(self, cursor: str | None, until: datetime | None = None) -> AsyncIterator[Message]:
        return changed(self._orders.pages, cursor, start=self.config.since, until=until)

    def ids(self, since: datetime, until: datetime) -> AsyncIterator[str]:
        return keys(self._orders.pages, since, until)

    async def push(self, outgoing: Outgoing) -> Receipt:
        path, name = _submission(outgoing)
        transaction = await self._sent.transaction(outgoing.key)
        if transaction is None:
            await self._sent.note(outgoing.key, "")
            body = {name: [submitted(json.loads(outgoing.body))]}
            answer = await self._api.submit(path, body)
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
        answer = await self._api.read("/vendor/orders/v1/purchaseOrdersStatus", {"purchaseOrderNumber": number})
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
        async for _ in turns(self.context.clock, self.config.patience):
            answer = await self._api.read(f"/vendor/transactions/v1/transactions/{transaction}", {})
            state = answer.get("transactionStatus") or {}
            if state.get("status") == "Success":
                return Receipt(transaction, {"status": "Success"})
            if state.get("status") == "Failure":
                await self._sent.forget(key)
                words = "; ".join(f"{one.get('code')}: {one.get('message')}" for one in state.get("errors") or ())
                raise Rejected(
                    f"Amazon took the transaction {transaction} and refused what was in it: {words[:500] or 'no words'}"
                )
        raise Unavailable(f"Amazon still works on the transaction {transaction}; it is not sent again", after=60.0)

    async def close(self) -> None:
        await self._api.client.aclose()


def _submission(outgoing: Outgoing) -> tuple[str, str]:
    if outgoing.document not in SUBMISSIONS:
        raise Misconfigured(f"Amazon takes {', '.join(SUBMISSIONS)}; there is no place for a {outgoing.document}")
    return SUBMISSIONS[outgoing.document]
