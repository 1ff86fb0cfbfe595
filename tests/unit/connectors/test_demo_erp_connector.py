"""The demo's ERP: its feed page by page, its tables, and answers that are none of its own."""

import json

import pytest

from connectors.demo_erp.connector import DemoErp
from hub.errors import Misconfigured, Unavailable, Unknown
from hub.sdk import Outgoing
from hub.sdk.testing import Served, pulled


class Erp(Served):
    """Answers as the test says."""

    def __init__(self, home):
        super().__init__(home)
        self.calls, self.value = [], {}

    def settings(self):
        return {"url": self.server.url, "api_key": "k3y", "page": 2}

    def answer(self, call):
        self.calls.append(call)
        return 200, self.value(call) if callable(self.value) else self.value


KIND, FAR_SIDE = DemoErp, Erp


def feed(last):
    def page(call):
        after, limit = (int(call.query[name][0]) for name in ("after", "limit"))
        return {"entries": [{"seq": seq, "kind": "confirmation", "data": {}} for seq in range(after + 1, last + 1)][:limit]}

    return page


async def test_the_feed_is_read_page_by_page_from_the_cursor(bench):
    bench.counterpart.value = feed(7)
    async with bench.open() as connector:
        messages = await pulled(connector, "2")
    assert [(message.key, message.cursor) for message in messages] == [(str(seq), str(seq)) for seq in range(3, 8)]
    assert [call.query["after"] for call in bench.counterpart.calls] == [["2"], ["4"], ["6"]]
    assert json.loads(messages[0].body) == {"seq": 3, "kind": "confirmation", "data": {}}


@pytest.mark.parametrize("seqs", [[2, 1], [0], [1, 1], [None]])
async def test_a_feed_out_of_order_is_not_believed(bench, seqs):
    bench.counterpart.value = {"entries": [{"seq": seq} if seq is not None else {} for seq in seqs]}
    async with bench.open() as connector:
        with pytest.raises(Unavailable, match="out of order"):
            await pulled(connector)


async def test_each_kind_goes_to_its_resource_as_it_is(bench):
    bench.counterpart.value = {"goodsIssue": "GI-1"}
    async with bench.open() as connector:
        receipt = await connector.push(Outgoing("1", b'{ "deliveryNote" : "SHP-1" }', "1.json", "ship_notice"))
        with pytest.raises(Misconfigured, match="`invoice`"):
            await connector.push(Outgoing("2", b"{}", "2.json", "invoice"))
    (call,) = bench.counterpart.calls
    assert (call.path, call.body, receipt.reference) == ("/api/goods-issues", b'{ "deliveryNote" : "SHP-1" }', "GI-1")


async def test_an_answer_that_is_none_of_its_own_leaves_a_push_unknown(bench):
    bench.counterpart.value = ["some other service"]
    async with bench.open() as connector:
        with pytest.raises(Unknown):
            await connector.push(Outgoing("1", b"{}", "1.json", "order"))


async def test_items_are_looked_up_many_at_a_time(bench):
    bench.counterpart.value = lambda call: {"items": [{"sku": sku, "onHand": "60"} for sku in call.query["sku"] if sku != "NONE"]}
    async with bench.open() as connector:
        assert await connector.lookup("items", ["A", "NONE", "B"]) == {sku: {"sku": sku, "onHand": "60"} for sku in ("A", "B")}
        with pytest.raises(Misconfigured, match="no table `parties`"):
            await connector.lookup("parties", ["A"])
    assert len(bench.counterpart.calls) == 1
