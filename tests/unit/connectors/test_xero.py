"""Every call of the Xero connector against Xero's specification; what the stand-in alone cannot tell."""

import functools
import json
import re
from pathlib import Path

import pytest
import yaml

from connectors.xero.connector import Xero
from hub.errors import Misconfigured, Rejected
from hub.mapping.mapping import load
from hub.model import Invoice, Remittance
from hub.registry import mappings_root
from hub.sdk import Outgoing
from hub.sdk.testing import Bench, fails, pulled
from hub.sdk.webhooks import sign
from tests.connectors.xero import HOOK, SECRET, XeroStandIn, hook

jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
SPEC = Path(__file__).parents[4] / "shared" / "specs" / "xero" / "xero_accounting.yaml"
here = pytest.mark.skipif(not SPEC.exists(), reason="Xero's specification (../shared/specs/xero) is not here")


@functools.cache
def specification():
    return yaml.load(SPEC.read_text(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def conforms(call):
    """Raises what is wrong with a call by the specification: its path, its parameters, its headers, its body."""
    spec, path = specification(), call.path.removeprefix("/api.xro/2.0")
    operation = spec["paths"][path][call.method.lower()]
    given = [*spec["paths"][path].get("parameters", ()), *operation.get("parameters", ())]
    parameters = [spec["components"]["parameters"][one["$ref"].rpartition("/")[2]] if "$ref" in one else one for one in given]
    names = {(one["in"], one["name"].lower()) for one in parameters}
    assert {("query", name.lower()) for name in call.query} <= names, call.query
    own = {name for name in call.headers if name in ("idempotency-key", "if-modified-since", "xero-tenant-id")}
    assert {("header", name) for name in own} <= names | {("header", "xero-tenant-id")}
    assert len(call.headers.get("idempotency-key", "")) <= 128
    if call.method == "PUT":
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        jsonschema.Draft4Validator({**schema, "components": spec["components"]}).validate(json.loads(call.body))
        known = spec["components"]["schemas"][
            {"Invoices": "Invoice", "CreditNotes": "CreditNote", "Contacts": "Contact"}[path[1:]]
        ]
        (one,) = json.loads(call.body)[path[1:]]
        assert set(one) <= set(known["properties"]), "a field that Xero does not know"
        assert all(set(line) <= set(spec["components"]["schemas"]["LineItem"]["properties"]) for line in one.get("LineItems", ()))


class Strict(XeroStandIn):
    """The stand-in, which also looks whether each call is one of the specification."""

    def __init__(self, home):
        super().__init__(home)
        self.calls = []

    def answer(self, call):
        self.calls.append(call)
        try:
            if call.path != "/connect/token":
                conforms(call)
        except (AssertionError, KeyError, jsonschema.ValidationError) as wrong:
            return 400, {"Message": f"the specification does not know this: {wrong!r}"[:280]}
        return super().answer(call)


KIND, FAR_SIDE = Xero, Strict


def mapping(name):
    return load(mappings_root() / "json" / "xero" / f"{name}.yaml", f"json/xero/{name}")


def billed(**more):
    line = {
        "number": "1",
        "quantity": "24",
        "price": "4.2575",
        "ids": {"vendor_part": "TEA"},
        "descriptions": [{"text": "Grüner Tee 茶 🍵"}],
    }
    parties = {"bill_to": {"name": "Acme Stores"}}
    values = {
        "number": "INV-9",
        "order_number": "PO-1",
        "partner": "acme",
        "currency": "EUR",
        "invoiced_on": "2026-11-22",
        "total": "102.18",
    }
    document = Invoice.model_validate({**values, "parties": parties, "lines": [line], **more})
    writing = mapping("invoice").write(document)
    assert writing.findings == []
    return Outgoing(f"key {document.number}", json.dumps(writing.value).encode(), "1.json", "invoice", document.number)


@here
async def test_an_invoice_a_credit_note_and_a_payment(far_side):
    async with Bench(Xero, far_side).open() as connector:
        await connector.check()
        receipt = await connector.push(billed())
        credit = await connector.push(billed(number="CN-1", type="credit"))
        assert (receipt.reference, credit.reference) == ("INV-9", "CN-1")
        assert await connector.find("key INV-9", billed()) == receipt
        (invoice,), (note,), (contact,) = far_side.held["Invoices"], far_side.held["CreditNotes"], far_side.held["Contacts"]
        assert invoice["Contact"] == note["Contact"] == {"ContactID": contact["ContactID"]}  # made once
        assert invoice["LineItems"][0] == {
            "Description": "Grüner Tee 茶 🍵",
            "Quantity": 24,
            "UnitAmount": 4.2575,
            "AccountCode": "200",
        }
        invoice.update(Status="PAID", AmountDue=0.0, CurrencyCode="EUR")
        paid = {"PaymentID": "p1", "Date": "/Date(1795305600000+0000)/", "Amount": 102.18, "Status": "AUTHORISED"}
        far_side.payments = [
            {**paid, "UpdatedDateUTC": "/Date(1795376760625+0000)/", "Invoice": {"InvoiceID": invoice["InvoiceID"]}}
        ]
        far_side.payments += [{**far_side.payments[0], "PaymentID": "p2", "Status": "DELETED"}]
        far_side.payments += [{**far_side.payments[0], "PaymentID": "p3", "Invoice": {"InvoiceID": "somebody else's"}}]
        (message,) = await pulled(connector)
    reading = mapping("payment").read(json.loads(message.body))
    assert reading.findings == []
    remittance = Remittance.model_validate(reading.value)
    (settled,) = remittance.settled
    assert (settled.invoice, settled.order_number, str(settled.paid), settled.state) == ("INV-9", "PO-1", "102.18", "paid")
    assert str(remittance.paid_on) == "2026-11-22"


@here
async def test_pages_and_what_changes_while_they_are_read(far_side):
    for number in range(5):
        await far_side.offer(number)
    async with Bench(Xero, far_side).open() as connector:
        messages = await pulled(connector)
        assert len({message.key for message in messages}) == 5
        assert await pulled(connector, messages[-1].cursor) == []
    asked = [call.headers["if-modified-since"] for call in far_side.calls if call.path.endswith("/Payments")]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text) for text in asked)


@here
async def test_refusals_are_in_xeros_words_and_for_a_person(far_side):
    async with Bench(Xero, far_side).open() as connector:
        await connector.push(billed())
        far_side.held["Invoices"][0]["Type"] = "ACCPAY"  # another kind under the same number: not found, and not unique
        again = Outgoing("another key", billed().body, "1.json", "invoice")
        assert str(await fails(connector.push(again), Rejected)) == "Xero refuses it: InvoiceNumber must be unique"
        await fails(connector.push(billed(number='9" OR 1')), Rejected)
        await fails(connector.push(Outgoing("k", b"{}", "1.json", "invoice")), Rejected)
        await fails(connector.push(Outgoing("k", b"{}", "1.json", "order")), Misconfigured)


@here
async def test_refresh_tokens_are_used_once_and_survive_a_restart(far_side):
    bench = Bench(Xero, far_side)
    for _ in range(3):
        async with bench.open() as connector:
            await connector.check()
        bench.clock.advance(1800)
    assert json.loads(bench.state.values["login"])["refresh"] == "refresh-n3"
    sent = [call.body.decode() for call in far_side.calls if call.path == "/connect/token"]
    assert [re.search(r"refresh_token=([\w-]+)", body)[1] for body in sent] == ["refresh-20bb", "refresh-n1", "refresh-n2"]
    assert all(SECRET not in body for body in sent)


async def test_the_intent_to_receive_is_answered_by_the_signature_alone(tmp_path):
    """Xero sends five without events, some of them signed wrongly: 200 and 401, and nothing in the answer."""
    body = b'{"events":[],"firstEventSequence":0,"lastEventSequence":0,"entropy":"S0m3r4nd0mt3xt"}'
    there = XeroStandIn(tmp_path)
    async with Bench(Xero, there).open() as connector:
        reply = connector.receive(hook(body, sign(HOOK, body)))
        assert (reply.status, reply.body, reply.hint, reply.messages) == (200, b"", False, ())
        await fails(wrongly(connector, body), Misconfigured)
    async with Bench(Xero, there).open({**there.settings(), "webhook_keys": []}) as connector:
        await fails(wrongly(connector, body), Misconfigured)


async def wrongly(connector, body):
    return connector.receive(hook(body, sign("wrong", body)))
