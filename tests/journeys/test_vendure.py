"""The real Vendure: what we ask is valid there, an order comes and changes, tracking and stock arrive; and our stand-in is like it.

`tests/journeys/install/vendure.sh` installs it from the registry, once.
"""

import asyncio
import json
import os
import shutil
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import build_client_schema, get_introspection_query, parse, validate

from connectors.vendure import queries
from connectors.vendure.connector import Vendure
from hub.mapping.mapping import load
from hub.sdk import Connector, Outgoing, Request
from hub.sdk.testing import Bench, Counterpart, pulled
from tests.conftest import ROOT

HOME = Path(os.environ.get("CROSSDOCK_COUNTERPARTS") or Path.home() / ".cache" / "crossdock") / "vendure-3.7.3"
HERE = ROOT / "tests" / "journeys" / "install"
FILES = ("vendure.cjs", "vendure_data.json", "vendure_products.csv")
MAPPINGS = ROOT / "mappings" / "json" / "vendure"
SECRET = "only-for-tests"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (HOME / "installed").exists(), reason="Vendure is not installed here: tests/journeys/install/vendure.sh"
    ),
]


class Shop(Counterpart):
    """A Vendure of its own, in memory, and its customer."""

    def __init__(self, home: Path, port: int) -> None:
        super().__init__(home)
        self.url, self.events = f"http://127.0.0.1:{port}", list[Request]()
        self.http = httpx.AsyncClient(timeout=30)

    def settings(self) -> dict[str, Any]:
        return {"url": f"{self.url}/admin-api", "user": "superadmin", "password": "superadmin", "webhook_secrets": [SECRET],
                "since": "2020-01-01T00:00:00Z", "overlap": 5}  # fmt: skip

    async def ask(self, api: str, query: str, token: str | None = None, **variables: Any) -> tuple[Any, str | None]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = await self.http.post(f"{self.url}/{api}", json={"query": query, "variables": variables}, headers=headers)
        told = answer.json()
        assert "errors" not in told, told
        return told["data"], answer.headers.get("vendure-auth-token", token)

    async def admin(self, query: str, **variables: Any) -> Any:
        _, token = await self.ask("admin-api", queries.LOGIN, user="superadmin", password="superadmin")
        return (await self.ask("admin-api", query, token, **variables))[0]

    async def buy(self, sku: str, quantity: int) -> str:
        """A customer orders and pays; says the code of the order."""
        found = await self.admin(queries.VARIANTS, options={"filter": {"sku": {"in": [sku]}}})
        variant, token = found["productVariants"]["items"][0]["id"], None
        address = {"fullName": "小林 Zoë", "streetLine1": "1 High St", "city": "London", "countryCode": "GB"}
        for query, variables in (
            ("mutation($id: ID!, $n: Int!) { addItemToOrder(productVariantId: $id, quantity: $n) { __typename } }", {"id": variant, "n": quantity}),
            ("mutation($c: CreateCustomerInput!) { setCustomerForOrder(input: $c) { __typename } }",
             {"c": {"firstName": "Zoë", "lastName": "小林", "emailAddress": "zoe@example.test"}}),
            ("mutation($a: CreateAddressInput!) { setOrderShippingAddress(input: $a) { __typename } }", {"a": address}),
            ("mutation { setOrderShippingMethod(shippingMethodId: [1]) { __typename } }", {}),
            ('mutation { transitionOrderToState(state: "ArrangingPayment") { __typename } }', {}),
            ('mutation { addPaymentToOrder(input: {method: "dummy", metadata: {}}) { __typename ... on Order { code state } } }', {}),
        ):  # fmt: skip
            told, token = await self.ask("shop-api", query, token, **variables)
        assert told["addPaymentToOrder"].get("state") == "PaymentSettled", told
        return str(told["addPaymentToOrder"]["code"])


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    for name in FILES:
        shutil.copy(HERE / name, HOME / name)
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        port, ear = one.getsockname()[1], other.getsockname()[1]
    found = Shop(tmp_path, port)
    server = await asyncio.start_server(lambda reader, writer: hear(found, reader, writer), "127.0.0.1", ear)
    env = {**os.environ, "PORT": str(port), "HOOK_URL": f"http://127.0.0.1:{ear}/in/shop", "HOOK_SECRET": SECRET}
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        "node", str(HOME / "vendure.cjs"), cwd=HOME, env=env, stdout=pipe, stderr=asyncio.subprocess.STDOUT
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(90):
            while (line := await process.stdout.readline()).strip() != b"ready":
                assert line, "Vendure did not start"
        yield found
    finally:
        process.kill()
        await process.wait()
        await found.http.aclose()
        server.close()


async def hear(shop: Shop, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    shop.events.append(Request("POST", "", headers, {}, await reader.readexactly(int(headers["content-length"]))))
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    await writer.drain()
    writer.close()


def read(body: bytes) -> dict[str, Any]:
    found = load(MAPPINGS / "order.yaml").read(json.loads(body))
    assert found.findings == []
    return found.value


def sheet(document: str, **value: Any) -> Outgoing:
    return Outgoing(f"k-{document}", json.dumps(value).encode(), "x.json", document)


async def test_the_real_vendure(shop: Shop) -> None:
    schema = build_client_schema(await shop.admin(get_introspection_query()))
    assert {name: [one.message for one in validate(schema, parse(text))] for name, text in queries.EVERY.items()} == {
        name: [] for name in queries.EVERY
    }
    async with Bench(Vendure, shop).open() as connector:
        await connector.check()
        code = await shop.buy("SKU-BLU", 3)
        await an_order_comes(connector, code)
        await events_are_genuine(connector, shop)
        await it_changes_and_is_shipped(connector, shop)
        await stock_is_set(connector)


async def an_order_comes(connector: Connector, code: str) -> None:
    (message,) = await pulled(connector)
    value = read(bytes(message.body))
    (line,) = value["lines"]
    assert (value["number"], value["purpose"], value["currency"]) == (code, "replace", "USD")
    assert (line["quantity"], line["price"], line["ids"]["sku"]) == (Decimal(3), Decimal("4.15"), "SKU-BLU")
    assert "🎁" in line["descriptions"][0]["text"]
    assert value["parties"]["ship_to"]["name"] == "小林 Zoë" and "postcode" not in value["parties"]["ship_to"]
    charges = [(one["kind"], one["amount"]) for one in value["adjustments"]]
    assert charges == [("charge", Decimal("5.00"))]
    assert await pulled(connector, message.cursor) == []
    now = datetime.now(UTC)
    assert [key async for key in connector.ids(now - timedelta(hours=1), now + timedelta(hours=1))] == [message.key]


async def events_are_genuine(connector: Connector, shop: Shop) -> None:
    for _ in range(50):
        if shop.events:
            break
        await asyncio.sleep(0.1)
    assert connector.receive(shop.events[-1]).hint


async def it_changes_and_is_shipped(connector: Connector, shop: Shop) -> None:
    (message,) = await pulled(connector)
    value = read(bytes(message.body))
    order, line = value["references"]["store"]["value"], value["lines"][0]["number"]
    cancel = "mutation($i: CancelOrderInput!) { cancelOrder(input: $i) { __typename ... on ErrorResult { message } } }"
    told = await shop.admin(
        cancel, i={"orderId": order, "lines": [{"orderLineId": line, "quantity": 1}], "cancelShipping": False}
    )
    assert told["cancelOrder"]["__typename"] == "Order", told
    (message,) = await pulled(connector, message.cursor)
    assert read(bytes(message.body))["lines"][0]["quantity"] == Decimal(2)
    answer = sheet("order_response", order=order, number="SO-1", verdict="accepted")
    assert await connector.find("k", answer) is None
    assert await connector.push(answer) == await connector.push(answer) == await connector.find("k", answer)
    notice = sheet("ship_notice", number="SHP-1", carrier="UPS", orders=[{"id": "1", "order": order}], parcels=[{"tracking": "1Z1"}],
                   contents=[{"line": line, "quantity": 2}])  # fmt: skip
    assert await connector.find("k", notice) is None
    assert await connector.push(notice) == await connector.push(notice) == await connector.find("k", notice)
    there = (await shop.admin(queries.SHIPPED, id=order))["order"]
    assert [(one["trackingCode"], one["state"]) for one in there["fulfillments"]] == [("1Z1", "Shipped")]
    assert there["state"] == "Shipped"
    (message, *_) = await pulled(connector, message.cursor)
    assert read(bytes(message.body)) == {
        **value,
        **{name: read(bytes(message.body))[name] for name in ("lines", "taxes", "adjustments")},
    }


async def stock_is_set(connector: Connector) -> None:
    await connector.push(sheet("inventory_report", lines=[{"sku": "SKU-RED", "quantity": "12"}]))
    assert (await connector.lookup("stock", ["SKU-RED", "NONE"]))["SKU-RED"]["stockOnHand"] == 12
