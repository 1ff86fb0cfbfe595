"""Xero as far as the connector goes: contacts, invoices under keys, payments, and refresh tokens that are good for once.

Every call is checked against Xero's specification in tests/unit/connectors/test_xero.py.
"""

import base64
import json
import re
from datetime import UTC, datetime
from urllib.parse import parse_qs

from hub.sdk import Outgoing, Request
from hub.sdk.testing import Served
from hub.sdk.webhooks import sign

SECRET, REFRESH, HOOK, OLD_HOOK = "xero-secret-10aa", "refresh-20bb", "hook-30cc", "hook-40dd"
NUMBER = {"Invoices": "InvoiceNumber", "CreditNotes": "CreditNoteNumber", "Contacts": "Name"}


class XeroStandIn(Served):
    secrets = (SECRET, REFRESH, HOOK)

    def __init__(self, home):
        super().__init__(home)
        self.held = {"Invoices": [], "CreditNotes": [], "Contacts": []}
        self.payments, self.keys, self.refresh, self.token = [], {}, REFRESH, "none"

    def spoils(self, call):
        return call.method == "PUT" and not call.path.endswith("/Contacts")

    def settings(self):
        secrets = {"client_id": "app", "client_secret": SECRET, "refresh_token": REFRESH, "webhook_keys": [HOOK, OLD_HOOK]}
        addresses = {"url": f"{self.server.url}/api.xro/2.0", "token_url": f"{self.server.url}/connect/token"}
        return {**addresses, **secrets, "tenant": "tenant-1", "timeout": 1.0, "page": 2}

    def wrong_settings(self):
        return {**self.settings(), "client_secret": "wrong-0000"}

    def answer(self, call):
        if call.path == "/connect/token":
            return self.login(call)
        if call.headers.get("authorization") != f"Bearer {self.token}" or call.headers.get("xero-tenant-id") != "tenant-1":
            return 401, {"Title": "Unauthorized", "Detail": call.headers.get("authorization")}
        resource = call.path.rpartition("/")[2]
        if call.method == "PUT":
            return self.create(resource, call)
        return 200, {resource: self.paid(call.query) if resource == "Payments" else self.rows(resource, call.query)}

    def login(self, call):
        """A refresh token is replaced with each use; whoever was cut off may use the last one again, as at Xero."""
        form = {name: values[0] for name, values in parse_qs(call.body.decode()).items()}
        who = base64.b64decode(call.headers.get("authorization", " ").split()[-1]).decode()
        if who != f"app:{SECRET}" or form.get("refresh_token") not in (self.refresh, REFRESH):
            return 400, {"error": "invalid_grant", "error_description": str(form)}
        count = int(self.token[6:]) + 1 if self.token.startswith("token-") else 1
        self.refresh, self.token = f"refresh-n{count}", f"token-{count}"
        return 200, {"access_token": self.token, "refresh_token": self.refresh, "expires_in": 1800}

    def create(self, resource, call):
        key = call.headers["idempotency-key"]
        if key not in self.keys:
            (given,) = json.loads(call.body)[resource]
            name = NUMBER[resource]
            if any(one[name] == given[name] for one in self.held[resource]):
                element = {**given, "ValidationErrors": [{"Message": f"{name} must be unique"}]}
                return 400, {"ErrorNumber": 10, "Message": "A validation exception occurred", "Elements": [element]}
            identity = f"{resource[:-1]}ID"
            made = {**given, identity: f"00000000-0000-4000-8000-{len(self.keys):012}", "Total": 12.50}
            self.held[resource].append(made)
            self.keys[key] = made
        return 200, {resource: [self.keys[key]]}

    def rows(self, resource, query):
        wanted = dict(re.findall(r'(\w+)=="([^"]*)"', query.get("where", [""])[0]))
        ids = query.get("IDs", [""])[0].split(",") if "IDs" in query else None
        rows = [one for one in self.held[resource] if all(one.get(name) == value for name, value in wanted.items())]
        return [one for one in rows if ids is None or one["InvoiceID"] in ids]

    def paid(self, query):
        page, size = int(query["page"][0]), int(query["pageSize"][0])
        return self.payments[(page - 1) * size :][:size]

    def outgoing(self, number):
        line = {"Description": "Tea", "Quantity": number, "UnitAmount": 4.25, "AccountCode": "200"}
        body = {"Type": "ACCREC", "InvoiceNumber": f"INV-{number}", "Contact": {"Name": "Acme"}, "LineItems": [line]}
        return Outgoing(f"delivery-{number}", json.dumps(body).encode(), f"{number}.json", "invoice", f"INV-{number}")

    def holds(self):
        return [self.outgoing(one["LineItems"][0]["Quantity"]).body for one in self.held["Invoices"] if "LineItems" in one]

    async def offer(self, number):
        """A payment of an invoice that was entered before."""
        at = int(datetime.now(UTC).timestamp()) * 1000
        identity, name = f"10000000-0000-4000-8000-{len(self.payments):012}", f"INV-P{len(self.payments)}"
        invoice = {"InvoiceID": identity, "InvoiceNumber": name, "Type": "ACCREC", "Status": "PAID", "Contact": {"Name": "Acme"}}
        self.held["Invoices"].append(invoice)
        payment = {
            "PaymentID": identity.replace("1", "2", 1),
            "Amount": "12.50",
            "Status": "AUTHORISED",
            "UpdatedDateUTC": f"/Date({at}+0000)/",
        }
        self.payments.append({**payment, "Invoice": {"InvoiceID": identity}})
        told = {**payment, "UpdatedDateUTC": datetime.fromtimestamp(at / 1000, UTC).isoformat().replace("+00:00", "Z")}
        shown = {key: invoice[key] for key in ("InvoiceID", "InvoiceNumber", "Type", "Status", "Contact")}
        return json.dumps({"event": "payment", "payment": told, "invoice": shown}, separators=(",", ":")).encode()

    def posted(self, number):
        event = {"resourceId": f"{number}", "eventCategory": "INVOICE", "eventType": "UPDATE", "tenantId": "tenant-1"}
        body = json.dumps({"events": [event], "firstEventSequence": number, "lastEventSequence": number, "entropy": "E"}).encode()
        return hook(body, sign(HOOK if number % 2 else OLD_HOOK, body))

    def forged(self):
        body = self.posted(1).body
        return [hook(body, ""), hook(body, sign("wrong", body)), hook(body + b" ", sign(HOOK, body))]


def hook(body, signature):
    return Request("POST", "", {"x-xero-signature": signature}, {}, body)
