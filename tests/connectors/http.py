"""The far side of HTTP: a warehouse that does each idempotency key once."""

import time

from connectors.http.connector import sign
from hub.sdk import Outgoing, Request
from hub.sdk.testing import Served

TOKEN, ACCEPTED, SIGNING = "send-7f3a9c1e", "post-51bd20aa", "sign-c0ffee42"


class Warehouse(Served):
    secrets = (TOKEN, ACCEPTED, SIGNING)

    def __init__(self, home):
        super().__init__(home)
        self.taken = {}

    def settings(self):
        return {
            "url": f"{self.server.url}/orders",
            "health": f"{self.server.url}/health",
            "token": TOKEN,
            "timeout": 1.0,
            "accept_tokens": [ACCEPTED],
            "signing_secrets": [SIGNING],
        }

    def wrong_settings(self):
        return {**self.settings(), "token": "wrong-0000"}

    def answer(self, call):
        if call.headers.get("authorization") != f"Bearer {TOKEN}":
            return 401, {"error": f"not {TOKEN}"}
        if call.method == "GET":
            return (200, {"well": True}) if call.path == "/health" else (404, {})
        known = self.taken.setdefault(call.headers["idempotency-key"], call.body)
        number = list(self.taken).index(call.headers["idempotency-key"])
        return (200, {"reference": f"WO-{number}"}) if known == call.body else (409, {"error": "another body"})

    def outgoing(self, number):
        body = b'{"number": "PO-%d"}' % number
        return Outgoing(f"delivery-{number}", body, f"{number}.json", "order", f"PO-{number}", "application/json")

    def holds(self):
        return list(self.taken.values())

    def posted(self, number):
        headers = {"authorization": f"Bearer {ACCEPTED}", "idempotency-key": str(number), "content-type": "application/json"}
        return Request("POST", "ship_notice", headers, {}, b'{"number": "SHP-%d"}' % number)

    def forged(self):
        body, now = b'{"number": "SHP-1"}', str(int(time.time()))
        old = str(int(time.time()) - 3000)
        signed = {"x-crossdock-timestamp": now, "x-crossdock-signature": sign(SIGNING, now, "", "", body)}
        return [
            Request("POST", "", {}, {}, body),
            Request("POST", "", {"authorization": "Bearer wrong"}, {}, body),
            Request("POST", "", {"authorization": "Bearer "}, {}, body),
            Request("POST", "", signed, {}, body + b" "),
            Request("POST", "", {**signed, "idempotency-key": "another"}, {}, body),
            Request("POST", "", {**signed, "x-crossdock-document": "invoice"}, {}, body),
            Request("POST", "invoice", signed, {}, body),
            Request("POST", "", {**signed, "x-crossdock-timestamp": str(int(now) + 1)}, {}, body),
            Request(
                "POST", "", {"x-crossdock-timestamp": old, "x-crossdock-signature": sign(SIGNING, old, "", "", body)}, {}, body
            ),
            Request(
                "POST", "", {"x-crossdock-timestamp": now, "x-crossdock-signature": sign("wrong", now, "", "", body)}, {}, body
            ),
        ]
