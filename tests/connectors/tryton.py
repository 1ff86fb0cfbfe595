"""The far side of Tryton, as far as the connector goes: sales that are created, quoted and confirmed, and what is read of them.

The real Tryton is met in tests/journeys/test_tryton.py.
"""

import base64
import json
from datetime import UTC, datetime

from connectors.tryton.records import timestamp
from hub.sdk import Outgoing
from hub.sdk.testing import Served

PASSWORD = "tryton-7c1f9a"
SESSION = "b5d1-session-4411"
WRITES = ("create", "quote", "confirm", "delete")
PARTIES, PRODUCTS = {"acme": 7}, {"WIDGET-001": 3}
KINDS = {
    "sale.sale": {"reference": "char", "party": "many2one", "lines": "one2many", "number": "char", "sale_date": "date"},
    "sale.line": {
        "product": "many2one",
        "quantity": "float",
        "unit_price": "numeric",
        "sequence": "integer",
        "type": "selection",
    },
}
RELATIONS = {"party": "party.party", "product": "product.product", "lines": "sale.line"}


class Tryton(Served):
    secrets = (PASSWORD, SESSION)

    def __init__(self, home):
        super().__init__(home)
        self.sales, self.shipments, self.taken = {}, [], []

    def spoils(self, call):
        """Calls that are answered badly: a sale that is made, and products that are looked up."""
        question = json.loads(call.body)
        products = question["method"] == "model.product.product.search_read" and question["params"][0][0][1] == "in"
        return question["method"].endswith("sale.create") or products

    def settings(self):
        address = {"url": self.server.url, "database": "hub", "user": "crossdock", "password": PASSWORD}
        return {**address, "timeout": 1.0, "page": 2}

    def wrong_settings(self):
        return {**self.settings(), "password": "wrong-0000"}

    def answer(self, call):
        question = json.loads(call.body)
        method, params = question["method"], question["params"]
        if method == "common.db.login":
            good = params[1]["password"] == PASSWORD
            return (200, {"id": 1, "result": [2, SESSION, None]}) if good else (401, {"error": params[1]["password"]})
        session = base64.b64decode(call.headers.get("authorization", " ").split()[-1]).decode()
        if session != f"crossdock:2:{SESSION}":
            return 401, {"error": session}
        _, model, work = method.split(".", 1)[0], method.split(".", 1)[1].rpartition(".")[0], method.rpartition(".")[2]
        return 200, {"id": 1, **getattr(self, work)(model, *params[:-1])}

    def get_preferences(self, model, *_):
        return {"result": {"company": 1, "language": "en"}}

    def fields_get(self, model, _):
        kinds = KINDS.get(model, {})
        return {"result": {name: {"type": kind, "relation": RELATIONS.get(name)} for name, kind in kinds.items()}}

    def on_change(self, model, values, names):
        return {"result": {"payment_term": None, "taxes": {"add": [[0, {"id": 1}]]}}}

    def search_read(self, model, domain, offset, most, order, fields):
        rows = self.rows(model, {tuple(rule[:2]): rule[2] for rule in domain if isinstance(rule, list) and len(rule) == 3})
        return {"result": rows[offset:][:most]}

    def rows(self, model, wanted):
        if model == "party.party":
            return [{"id": PARTIES[code]} for code in [wanted[("code", "=")]] if code in PARTIES] if wanted else []
        if model == "product.product":
            asked = wanted.get(("code", "in")) or [wanted.get(("code", "="))]
            return [{"id": PRODUCTS[code], "code": code} for code in asked if code in PRODUCTS]
        if model == "sale.sale" and ("reference", "=") in wanted:
            return [sale for sale in self.sales.values() if sale["reference"] == wanted[("reference", "=")]]
        since = wanted.get(("write_date", ">="), timestamp(datetime(1, 1, 1, tzinfo=UTC)))
        return [
            row
            for row in self.shipments
            if model == "stock.shipment.out" and list(row["write_date"].values()) >= list(since.values())
        ]

    def create(self, model, values):
        made = len(self.taken) + 1
        (lines,) = (rows for word, rows in values[0]["lines"] if word == "create")
        self.sales[made] = {
            "id": made,
            "state": "draft",
            "number": None,
            **values[0],
            "lines.": [{"id": made * 10, "sequence": 1}],
        }
        self.taken.append(self.body(int(values[0]["reference"][3:]), lines[0]["quantity"]))
        return {"result": [made]}

    def delete(self, model, ids):
        for one in ids:
            del self.sales[one]
        return {"result": None}

    def quote(self, model, ids):
        return self.step(ids, "draft", "quotation")

    def confirm(self, model, ids):
        return self.step(ids, "quotation", "processing")

    def step(self, ids, former, state):
        sale = self.sales[ids[0]]
        if sale["state"] != former:
            return {"error": ["UserError", [f"You can not call this on {sale['reference']}", "", None]]}
        sale.update(state=state, number=str(sale["id"]))
        return {"result": None}

    def read(self, model, ids, fields):
        return {"result": [self.sales[one] for one in ids]}

    def body(self, number, quantity):
        line = {"number": "1", "product": {"code": "WIDGET-001"}, "quantity": quantity, "unit_price": "12.50"}
        return json.dumps({"reference": f"PO-{number}", "party": {"code": "acme"}, "lines": [line]}).encode()

    def outgoing(self, number):
        return Outgoing(f"delivery-{number}", self.body(number, float(number)), f"{number}.json", "order", f"PO-{number}")

    def tells(self):
        return "items", "WIDGET-001"

    def holds(self):
        return [self.body(int(sale["reference"][3:]), sale["lines"][0][1][0]["quantity"]) for sale in self.sales.values()]

    async def offer(self, number):
        now = datetime.now(UTC)
        row = {"id": len(self.shipments) + 1, "write_date": timestamp(now)}
        self.shipments.append(row)
        return json.dumps(
            {"event": "shipment", "at": f"{now:%Y-%m-%dT%H:%M:%SZ}", "record": {"id": row["id"]}}, separators=(",", ":")
        ).encode()
