"""Payments of sales invoices, as they come into Xero, each with its invoice as it stands."""

import json
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

from connectors.xero.api import Api, Record, moment, plain
from hub.sdk.polling import Once, numbered

GONE = ("DELETED", "VOIDED")
TOLD = (
    "InvoiceID",
    "InvoiceNumber",
    "Type",
    "Status",
    "Reference",
    "CurrencyCode",
    "Total",
    "AmountDue",
    "AmountPaid",
    "Contact",
)


class Payments:
    """Reads them page by page, oldest change first."""

    def __init__(self, api: Api, config: Any) -> None:
        self._api, self._config = api, config

    def pages(self, since: datetime) -> AsyncIterator[Sequence[Any]]:
        return numbered(self._page, since)

    async def _page(self, since: datetime, number: int) -> tuple[Sequence[Once], bool]:
        most = self._config.page
        query = {
            "where": 'PaymentType=="ACCRECPAYMENT"',
            "order": "UpdatedDateUTC ASC",
            "page": str(number),
            "pageSize": str(most),
        }
        found = (await self._api.read("/Payments", query, since)).get("Payments") or []
        counting = [one for one in found if one.get("Status") not in GONE]
        invoices = await self._invoices({str((one.get("Invoice") or {}).get("InvoiceID")) for one in counting})
        told = [_entry(one, invoices[str(one["Invoice"]["InvoiceID"])]) for one in counting if _id(one) in invoices]
        return told, len(found) >= most

    async def _invoices(self, ids: set[str]) -> dict[str, Record]:
        """The invoices that were paid: their own numbers, and what is still due."""
        if not ids:
            return {}
        ours = {"createdByMyApp": "true"} if self._config.only_ours else {}
        found: dict[str, Record] = {}
        wanted = sorted(ids)
        for at in range(0, len(wanted), 40):  # an address has a length
            query = {"IDs": ",".join(wanted[at : at + 40]), "page": "1", "pageSize": "100", **ours}
            answer = await self._api.read("/Invoices", query)
            found |= {str(one["InvoiceID"]): one for one in answer.get("Invoices") or ()}
        return found


def _id(payment: Record) -> str:
    return str((payment.get("Invoice") or {}).get("InvoiceID"))


def _entry(payment: Record, invoice: Record) -> Once:
    """One message of one payment, with the invoice as it stands now."""
    record = {"event": "payment", "payment": plain({name: one for name, one in payment.items() if name != "Invoice"})}
    record["invoice"] = plain({name: invoice[name] for name in TOLD if name in invoice})
    contact = record["invoice"].get("Contact") or {}
    record["invoice"]["Contact"] = {name: contact[name] for name in ("ContactNumber", "Name") if contact.get(name)}
    body = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
    name = f"payment of {invoice.get('InvoiceNumber')}"
    return Once(moment(payment["UpdatedDateUTC"]), f"payment,{payment['PaymentID']}", body, name)
