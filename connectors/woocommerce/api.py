"""The shop's API: logged in, read with patience, and refunds put where they belong."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import httpx

from connectors.woocommerce.signing import OAuth1
from hub.sdk import Context, checked, keyed, parsed, reading

CHARGES = ("shipping_lines", "fee_lines")
AT_ONCE = 100  # products in one call, the most it takes


class Api:
    """Calls one shop."""

    def __init__(self, address: str, key: str, secret: str, timeout: float, context: Context) -> None:
        plain = address.startswith("http://")  # there the shop demands that each request is signed
        self._clock = context.clock
        self._client: httpx.AsyncClient = context.http(
            base_url=address,
            auth=OAuth1(key, secret, context.clock) if plain else httpx.BasicAuth(key, secret),
            headers={"Cache-Control": "no-cache"},
            timeout=timeout,
        )

    async def get(self, path: str, **query: Any) -> Any:
        found, _ = await self.page(path, **query)
        return found

    async def page(self, path: str, **query: Any) -> tuple[Any, int | None]:
        """What is there, and how many pages there are where the shop says so."""

        async def once() -> tuple[Any, int | None]:
            answer = checked(await self._client.get(path, params=query), now=self._clock.now())
            pages = answer.headers.get("x-wp-totalpages", "")
            return parsed(answer), int(pages) if pages.isdecimal() else None

        return await reading(self._clock, once)

    async def send(self, method: str, path: str, value: Mapping[str, Any]) -> Any:
        return parsed(checked(await self._client.request(method, path, json=value), now=self._clock.now()))

    async def net(self, order: dict[str, Any]) -> dict[str, Any]:
        """Each line with `refunded_quantity` and `refunded_total`, from the refunds of the order; both are negative. Shipping and
        fees, which have no pieces, are what is left of them, and so is the tax of the order without theirs."""
        if not order["refunds"]:
            return order
        refunds = await self.get(f"/orders/{order['id']}/refunds", per_page=100)
        back = {name: _given_back(refunds, name) for name in ("line_items", *CHARGES)}
        lines = [{**line, **_returned(back["line_items"].get(str(line["id"]), []))} for line in order["line_items"]]
        charges = {name: [_left(line, back[name].get(str(line["id"]), [])) for line in order.get(name, ())] for name in CHARGES}
        tax = sum(_sum(some, "total_tax") for name in CHARGES for some in back[name].values())
        return {**order, "line_items": lines, **charges, **({"total_tax": str(Decimal(order["total_tax"]) + tax)} if tax else {})}

    async def products(self, skus: Iterable[str]) -> dict[str, Any]:
        """Products and variations by SKU; those that the shop does not have are left out."""
        wanted, found = list(skus), dict[str, Any]()
        for first in range(0, len(wanted), AT_ONCE):
            some = ",".join(wanted[first : first + AT_ONCE])
            found |= keyed(await self.get("/products", sku=some, per_page=AT_ONCE), "sku", wanted)
        return found

    async def close(self) -> None:
        await self._client.aclose()


def meta(holder: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that plugins, and we, keep beside an order or a line."""
    return {one["key"]: one["value"] for one in holder.get("meta_data") or ()}


def _given_back(refunds: Iterable[Mapping[str, Any]], name: str) -> dict[str, list[Mapping[str, Any]]]:
    """What refunds say of each line of one kind, by the line's id."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for refund in refunds:
        for line in refund.get(name) or ():
            found.setdefault(str(meta(line).get("_refunded_item_id")), []).append(line)
    return found


def _left(line: dict[str, Any], back: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    total = _sum(back, "total")
    return {**line, "total": str(Decimal(line["total"]) + total), "refunded_total": str(total)} if total else line


def _sum(lines: Iterable[Mapping[str, Any]], name: str) -> Decimal:
    return sum((Decimal(line.get(name) or 0) for line in lines), Decimal(0))


def _returned(lines: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    lines = list(lines)
    return {"refunded_quantity": sum(one["quantity"] for one in lines), "refunded_total": str(_sum(lines, "total"))}
