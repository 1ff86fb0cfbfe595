"""Xero: invoices and credit notes are entered, with their contact; payments of them are read back."""

import hashlib
import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from connectors.xero.api import Api, Record
from connectors.xero.payments import GONE, Payments
from connectors.xero.settings import XeroSettings
from hub.sdk import Connector, Context, Message, Misconfigured, Outgoing, Receipt, Rejected, Reply, Request, Unknown
from hub.sdk.polling import changed, keys
from hub.sdk.webhooks import Guard

CREDIT = "ACCRECCREDIT"
NUMBERS = {"Invoices": "InvoiceNumber", "CreditNotes": "CreditNoteNumber"}


class Xero(Connector):
    """One organisation. An invoice is known again by its number, and for a while by the key it was sent under."""

    title = "Xero"
    docs_url = "https://developer.xero.com/documentation/api/accounting/overview"
    repeat = "lookup"
    met = "Xero's own specification, through Prism, and a stand-in of ours; never Xero"

    class Config(XeroSettings):
        """Which organisation, and who we are."""

    def __init__(self, config: XeroSettings, context: Context) -> None:
        super().__init__(config, context)
        self._api = Api(config, context)
        self._payments = Payments(self._api, config)
        self._guard = Guard(config.webhook_keys, context.clock)

    async def check(self) -> None:
        await self._api.read("/Invoices", {"page": "1", "pageSize": "1", "summaryOnly": "true"})

    async def push(self, outgoing: Outgoing) -> Receipt:
        resource, given = _document(outgoing)
        found = await self._found(resource, given)
        if found is None:
            given["Contact"] = {"ContactID": await self._contact(given.get("Contact") or {}, outgoing.key)}
            found = _first(resource, await self._api.create(f"/{resource}", {resource: [given]}, _key(outgoing.key)))
        return _receipt(resource, found)

    async def find(self, key: str, outgoing: Outgoing) -> Receipt | None:
        resource, given = _document(outgoing)
        found = await self._found(resource, given)
        return _receipt(resource, found) if found else None

    async def _found(self, resource: str, given: Record) -> Record | None:
        """The document of this number that counts; Xero keeps deleted ones under their number."""
        name = NUMBERS[resource]
        query = {"where": f'Type=="{given["Type"]}" AND {name}=="{_quotable(given[name], name)}"', "page": "1"}
        answer = await self._api.read(f"/{resource}", query)
        found = [one for one in answer.get(resource) or () if one.get("Status") not in GONE]
        return found[0] if found else None

    async def _contact(self, wanted: Record, key: str) -> str:
        """Who is billed: by our number for them, by their name, or entered anew."""
        for name in ("ContactNumber", "Name"):
            if wanted.get(name):
                answer = await self._api.read("/Contacts", {"where": f'{name}=="{_quotable(wanted[name], name)}"'})
                if found := answer.get("Contacts"):
                    return str(found[0]["ContactID"])
        if not (wanted.get("Name") or wanted.get("ContactNumber")):
            raise Rejected("`Contact`: an invoice needs to say who is billed")
        new = {"Name": wanted.get("ContactNumber"), **wanted}
        made = _first("Contacts", await self._api.create("/Contacts", {"Contacts": [new]}, _key(f"{key} contact")))
        return str(made["ContactID"])

    def pull(self, cursor: str | None, until: datetime | None = None) -> AsyncIterator[Message]:
        return changed(self._payments.pages, cursor, start=self.config.since, until=until)

    def ids(self, since: datetime, until: datetime) -> AsyncIterator[str]:
        return keys(self._payments.pages, since, until)

    def receive(self, request: Request) -> Reply:
        """The signature decides, also of the test that Xero makes of us: 200 or 401, and nothing in the answer."""
        new = self._guard.admit(request.body, request.headers.get("x-xero-signature", ""))
        try:
            events = json.loads(request.body).get("events")
        except (ValueError, AttributeError):
            raise Misconfigured("a signed webhook that is no JSON of Xero's") from None
        return Reply(status=200, hint=new and bool(events))

    async def close(self) -> None:
        await self._api.client.aclose()


def _document(outgoing: Outgoing) -> tuple[str, Record]:
    """Where it is entered, and what."""
    if outgoing.document != "invoice":
        raise Misconfigured(f"Xero takes invoices and credit notes; there is no place for a {outgoing.document}")
    given: Record = {"Type": "ACCREC", **json.loads(outgoing.body)}
    number = given.get("InvoiceNumber")
    if not number:
        raise Rejected("`InvoiceNumber`: a document is known again by its number")
    if given["Type"] != CREDIT:
        return "Invoices", given
    given["CreditNoteNumber"] = given.pop("InvoiceNumber")
    return "CreditNotes", given


def _quotable(text: Any, name: str) -> str:
    if '"' in str(text):
        raise Rejected(f'`{name}`: Xero cannot be asked for a value with a " in it')
    return str(text)


def _key(key: str) -> str:
    """Never longer than Xero's 128 characters, and none that a header cannot hold."""
    return hashlib.sha256(key.encode()).hexdigest()


def _first(resource: str, answer: Record) -> Record:
    try:
        return dict(answer[resource][0])
    except (LookupError, TypeError):
        raise Unknown(f"the answer names none of the {resource} entered") from None


def _receipt(resource: str, found: Record) -> Receipt:
    identity = found.get("InvoiceID") or found.get("CreditNoteID")
    return Receipt(str(found[NUMBERS[resource]]), {"id": identity, "status": found.get("Status"), "total": found.get("Total")})
