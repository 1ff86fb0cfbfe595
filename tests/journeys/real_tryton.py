"""The real Tryton as a process of its own on a copy of the built database, and its staff."""

import base64
import json
import shutil
import socket
import subprocess
import time
import urllib.request

from hub.sdk import Outgoing
from hub.sdk.testing import Counterpart
from tests.journeys.install import tryton as installed

ADMIN, HUB = ("admin", installed.ADMIN), ("crossdock", "only-for-tests-too")


class RealTryton(Counterpart):
    """What the hub pushes there, and what the people there do with it."""

    secrets = (HUB[1],)

    def launch(self):
        """The server on a port of its own; it answers when this returns."""
        shutil.copy(installed.ready(), self.home / "hub.sqlite")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        config = self.home / "trytond.conf"
        config.write_text(f"[database]\nuri = sqlite://\npath = {self.home}\n[web]\nlisten = 127.0.0.1:{self.port}\n")
        command = [installed.root() / "venv" / "bin" / "trytond", "-c", config, "-d", "hub"]
        with (self.home / "trytond.log").open("wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        self._wait()
        self.session = None
        number, token, *_ = self.call("common.db.login", ADMIN[0], {"password": ADMIN[1]}, context=False)
        self.session = base64.b64encode(f"{ADMIN[0]}:{number}:{token}".encode()).decode()
        self.context = self.call("model.res.user.get_preferences", True, {}, context=False) | {"company": 1}

    def _wait(self):
        for _ in range(300):
            try:
                return socket.create_connection(("127.0.0.1", self.port)).close()
            except OSError:
                assert self.process.poll() is None, (self.home / "trytond.log").read_text()[-2000:]
                time.sleep(0.1)
        raise AssertionError("Tryton does not answer")

    def end(self):
        self.process.terminate()
        self.process.wait(60)

    def call(self, method, *params, context=True):
        """As the staff. Raises what Tryton says."""
        given = [*params, self.context] if context else list(params)
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Session {self.session}"} if self.session else {})
        body = json.dumps({"id": 1, "method": method, "params": given}).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/hub/rpc/", body, headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            told = json.load(answer)
        if told.get("error"):
            raise LookupError(told["error"])
        return told["result"]

    def search(self, model, domain, *fields):
        return self.call(f"model.{model}.search_read", domain, 0, None, [["id", "ASC"]], list(fields))

    def customer(self, code, name, country="DE"):
        """A party that may buy, on the terms of the one that came with the database."""
        (known,) = self.search("party.party", [["code", "=", "acme"]], "customer_payment_term")
        (land,) = self.search("country.country", [["code", "=", country]])
        address = {"street_unstructured": "1 Main Street", "postal_code": "10115", "city": "Berlin", "country": land["id"]}
        terms = {"customer_payment_term": known["customer_payment_term"]}
        self.call("model.party.party.create", [{"code": code, "name": name, **terms, "addresses": [["create", [address]]]}])

    def trade_in(self, code, rate):
        """A currency besides the company's own, and what one euro is in it."""
        day = {"__class__": "date", "year": 2020, "month": 1, "day": 1}
        first = {"date": day, "rate": {"__class__": "Decimal", "decimal": rate}}
        self.call(
            "model.currency.currency.create", [{"name": code, "code": code, "symbol": code, "rates": [["create", [first]]]}]
        )

    def number(self, kind, prefix):
        """Give the papers of a kind numbers as a company has them; they begin at a bare 1, too short for a BSN02."""
        found = self.search("ir.sequence", [["sequence_type.name", "=", kind]])
        self.call("model.ir.sequence.write", [one["id"] for one in found], {"prefix": prefix, "padding": 5})

    def country(self, code):
        self.call("model.country.country.create", [{"name": code, "code": code}])

    def product(self, code, price):
        """Goods like those that came with the database, a hundred of them in stock."""
        made = self._made(code, price, "goods")
        (storage,) = self.search("stock.location", [["code", "=", "STO"]])
        line = {"product": made, "quantity": 100.0}
        given = {"location": storage["id"], "lines": [["create", [line]]]}
        self.insist("model.stock.inventory.confirm", self.call("model.stock.inventory.create", [given]))

    def service(self, code):
        """What charges and allowances are lines of."""
        self._made(code, "0", "service")

    def _made(self, code, price, kind):
        (like,) = self.search("product.product", [["code", "=", "WIDGET-001"]], "default_uom", "template.account_category")
        cost = {"__class__": "Decimal", "decimal": price}
        values = {"name": code, "type": kind, "salable": True, "list_price": cost, "default_uom": like["default_uom"]}
        values |= {"sale_uom": like["default_uom"], "account_category": like["template."]["account_category"]}
        self.call("model.product.template.create", [{**values, "products": [["create", [{"suffix_code": code}]]]}])
        (made,) = self.search("product.product", [["code", "=", code]])
        return made["id"]

    def insist(self, method, ids):
        """Press a button, and confirm each warning once, as a person does."""
        while True:
            try:
                return self.call(method, ids)
            except LookupError as refused:
                kind, details = refused.args[0]
                if kind != "UserWarning":
                    raise
                self.call("model.res.user.warning.create", [{"user": 1, "name": details[0], "always": False}])

    def ship(self, reference, tracking):
        """Pick, pack into one carton with a tracking number, ship."""
        (sale,) = self.search("sale.sale", [["reference", "=", reference]], "shipments")
        (shipment,) = sale["shipments"]
        self.insist("model.stock.shipment.out.assign_try", [shipment])
        self.insist("model.stock.shipment.out.pick", [shipment])
        (record,) = self.call("model.stock.shipment.out.read", [shipment], ["outgoing_moves"])
        carton = {"type": 1, "shipment": f"stock.shipment.out,{shipment}", "company": 1, "shipping_reference": tracking}
        self.call("model.stock.package.create", [{**carton, "moves": [["add", record["outgoing_moves"]]]}])
        for step in ("pack", "ship", "do"):
            self.insist(f"model.stock.shipment.out.{step}", [shipment])

    def bill(self, reference):
        """Post the invoice of a sale; its id."""
        (sale,) = self.search("sale.sale", [["reference", "=", reference]], "invoices")
        self.insist("model.account.invoice.post", sale["invoices"])
        return sale["invoices"][0]

    def settings(self):
        return {"url": f"http://127.0.0.1:{self.port}", "database": "hub", "user": HUB[0], "password": HUB[1]}

    def wrong_settings(self):
        return {**self.settings(), "password": "wrong-0000"}

    def outgoing(self, number):
        return Outgoing(f"delivery-{number}", self._body(number, float(number)), f"{number}.json", "order", f"PO-{number}")

    def _body(self, number, quantity):
        line = {"number": "1", "product": {"code": "WIDGET-001"}, "quantity": quantity, "unit_price": "12.50"}
        return json.dumps({"reference": f"PO-{number}", "party": {"code": "acme"}, "lines": [line]}).encode()

    def holds(self):
        """Sales that were confirmed, in the order in which they came."""
        rows = self.search("sale.sale", [["state", "not in", ["draft", "quotation"]]], "reference", "lines.quantity")
        return [self._body(int(row["reference"][3:]), sum(line["quantity"] for line in row["lines."])) for row in rows]
