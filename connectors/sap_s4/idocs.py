"""IDocs as XML over HTTP: orders go to SAP's port for them; deliveries and bills SAP posts to the hub."""

import base64
import hashlib
import re
from collections.abc import Awaitable, Callable
from typing import Any

from lxml import etree

from connectors.sap_s4.feeds import SALES
from connectors.sap_s4.odata import Entity, Gateway
from hub.sdk import Context, Message, Misconfigured, Outgoing, Rejected, Reply, Request, Unavailable, webhooks, xml
from hub.sdk.submissions import Submissions, turns

MEDIA = "text/xml; charset=utf-8"
TAKEN = "taken"  # in place of a number, where the port names none
REFUSED = re.compile(r"<STATUS>(51|56|68)</STATUS>(?:<STATUS_TEXT>([^<]*))?")
NUMBER = re.compile(r"<DOCNUM>\s*(\d{1,16})\s*</DOCNUM>")


class Idocs:
    """What was handed over is asked about until SAP has made an order of it, and never handed over twice."""

    def __init__(self, gateway: Gateway, config: Any, context: Context) -> None:
        self._gateway, self._config, self._clock = gateway, config, context.clock
        self._sent = Submissions(context.state, context.clock)

    async def posted(self, outgoing: Outgoing, look: Callable[[], Awaitable[Entity | None]]) -> Entity:
        """The order that SAP makes of it; `look` says whether it is there yet."""
        number = await self._sent.transaction(outgoing.key) or await self._hand_over(outgoing)
        async for _ in turns(self._clock, self._config.patience):
            if found := await look():
                return found
        raise Unavailable(f"SAP has made no order of IDoc {number} yet (WE02 tells); it is not sent again", after=60.0)

    async def _hand_over(self, outgoing: Outgoing) -> str:
        await self._sent.note(outgoing.key, "")
        service, _ = SALES[self._config.odata]
        answer = (await self._gateway.post(self._config.idoc_port, outgoing.body, MEDIA, f"{service}/")).text
        number = found[1] if (found := NUMBER.search(answer)) else TAKEN
        if refused := REFUSED.search(answer):
            await self._sent.forget(outgoing.key)
            raise Rejected(
                f"SAP keeps IDoc {number} and makes no order of it: {refused[1]} {refused[2] or ''}; process it there (BD87)"
            )
        await self._sent.note(outgoing.key, number)
        return number

    async def gone(self, key: str) -> None:
        """Returns when it is certain that SAP makes no order of what was handed over. Raises Unavailable before."""
        if number := await self._sent.transaction(key):
            raise Unavailable(f"SAP has made no order of IDoc {number} yet (WE02 tells); it is not sent again", after=60.0)
        if (left := await self._sent.since(key, self._config.settle)) > 0:
            raise Unavailable("the IDoc was cut off on its way; SAP may still make an order of it", after=left)

    def receive(self, request: Request) -> Reply:
        """What SAP's HTTP destination posts: one IDoc, or a packet of them."""
        self._admit(request.headers.get("authorization", ""))
        if request.method != "POST":
            raise Rejected("IDocs are posted")
        return Reply(tuple(map(_message, _apart(request.body))), status=200)

    def _admit(self, given: str) -> None:
        user = self._config.idoc_user
        known = [f"{user}:{secret.get_secret_value()}" for secret in self._config.idoc_passwords] if user else []
        expected = [f"Basic {base64.b64encode(text.encode()).decode()}" for text in known]
        if not webhooks.equals_any(given, expected):
            raise Misconfigured("the user or the password of the HTTP destination is missing or wrong")


def described(body: bytes) -> Entity:
    """What an order's IDoc is known by, in the words of the sales order service."""
    whole = xml.parsed(body, Rejected)
    buyer, number = whole.findtext("IDOC/E1EDKA1[PARVW='AG']/PARTN"), whole.findtext("IDOC/E1EDK01/BELNR")
    items = [{"number": item.findtext("POSEX")} for item in whole.iterfind("IDOC/E1EDP01")]
    return {"PurchaseOrderByCustomer": number, "SoldToParty": buyer, "to_Item": items}


def _apart(body: bytes) -> list[bytes]:
    """Each IDoc of a packet as a document of its own."""
    whole = xml.parsed(body, Rejected)
    found = whole.findall("IDOC")
    if not found:
        raise Rejected(f"<{whole.tag}> holds no IDoc")
    if len(found) == 1:
        return [body]
    bodies = []
    for idoc in found:
        alone = etree.Element(whole.tag)
        alone.append(idoc)
        bodies.append(etree.tostring(alone, xml_declaration=True, encoding="UTF-8"))
    return bodies


def _message(body: bytes) -> Message:
    """Its number makes it one arrival, however often it is posted; with other content it is another."""
    number = xml.parsed(body, Rejected).findtext("IDOC/EDI_DC40/DOCNUM") or ""
    return Message(f"idoc,{number}:{hashlib.sha256(body).hexdigest()[:16]}", body, f"IDoc {number}", "text/xml")
