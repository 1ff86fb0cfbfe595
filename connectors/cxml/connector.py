"""cXML over HTTPS: requests of a buyer or a network are taken and answered at once; our own are posted and their answer read."""

import hashlib
import hmac
import re
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import httpx

from connectors.cxml.envelope import parsed, unsecret
from hub.sdk import Connector, Context, Message, Misconfigured, Outgoing, Receipt, Rejected, Reply, Request, Unavailable, Unknown
from hub.sdk.answers import checked
from hub.sdk.retrying import reading
from hub.sdk.settings import Address, Secret, Settings, setting

MEDIA = "text/xml; charset=UTF-8"
TAKEN = ("OrderRequest", "ConfirmationRequest", "ShipNoticeRequest", "InvoiceDetailRequest")
ROOT = re.compile(rb"<cXML\b([^>]*)>")
OWN = re.compile(rb'\s(?:payloadID|timestamp)="[^"]*"')


class Cxml(Connector):
    """Pushes by POST under a lasting payloadID; receives what is posted to the hub."""

    title = "cXML"
    docs_url = "https://cxml.org/"
    repeat = "native"
    met = "a buyer of our own over real sockets"

    class Config(Settings):
        """Who we are, who they are, and the secrets that prove it."""

        url: Address | None = setting(None, description="Where our requests are posted.", example="https://buyer.example/cxml")
        us: str = setting(description="Our identity, as they know it.", example="AN01000000001")
        them: str = setting(description="Their identity.", example="AN01000000002")
        domain: str = setting("NetworkID", description="Kind of both identities.", example="DUNS")
        secret: Secret | None = setting(None, description="Shared secret that we show them.")
        accept_secrets: tuple[Secret, ...] = setting(
            (), max_length=2, description="Shared secrets that they may show us; two while one replaces the other."
        )
        timeout: float = setting(60.0, gt=0, le=100, description="Seconds to wait for the next byte of an answer.")

    def __init__(self, config: "Cxml.Config", context: Context) -> None:
        super().__init__(config, context)
        self._client: httpx.AsyncClient = context.http(timeout=config.timeout)

    async def check(self) -> None:
        """A ProfileRequest asks what they take, and changes nothing."""
        if self.config.url is not None:
            await reading(self.context.clock, self._profile)

    async def _profile(self) -> None:
        name = f"profile-{self.context.clock.now().timestamp()}"
        await self._ask(name, b"<cXML><Request><ProfileRequest/></Request></cXML>")

    async def push(self, outgoing: Outgoing) -> Receipt:
        return await self._ask(outgoing.key, outgoing.body)

    async def _ask(self, key: str, body: bytes) -> Receipt:
        if self.config.url is None or self.config.secret is None:
            raise Misconfigured("url, secret: both are needed to send")
        name = f"{hashlib.sha256(key.encode()).hexdigest()[:24]}@{self.config.us}"
        content, headers = self._addressed(name, body), {"Content-Type": MEDIA}
        response = await self._client.post(self.config.url, content=content, headers=headers)
        return self._receipt(checked(response, now=self.context.clock.now()), name)

    def _addressed(self, name: str, body: bytes) -> bytes:
        """The request with its header; the secret is never part of what the hub keeps."""
        now = self.context.clock.now().isoformat(timespec="seconds")
        attributes = f" payloadID={quoteattr(name)} timestamp={quoteattr(now)}".encode()
        match = ROOT.search(body)
        if match is None:
            raise Rejected("the document is no cXML")
        start = b"<cXML" + attributes + OWN.sub(b"", match[1]) + b">" + self._header().encode()
        return body[: match.start()] + start + body[match.end() :]

    def _header(self) -> str:
        assert self.config.secret is not None
        us, them = (self._credential(name) for name in (self.config.us, self.config.them))
        shown = self._credential(self.config.us, f"<SharedSecret>{escape(self.config.secret.get_secret_value())}</SharedSecret>")
        return f"<Header><From>{us}</From><To>{them}</To><Sender>{shown}<UserAgent>Crossdock</UserAgent></Sender></Header>"

    def _credential(self, name: str, more: str = "") -> str:
        return f"<Credential domain={quoteattr(self.config.domain)}><Identity>{escape(name)}</Identity>{more}</Credential>"

    def _receipt(self, response: httpx.Response, name: str) -> Receipt:
        """What the Response says. A 5xx there is a later time, a 4xx a person's matter."""
        status = parsed(response.content, Unknown).find("Response/Status")
        code = "" if status is None else status.get("code", "")
        if status is None or not code.isdecimal():
            raise Unknown("the answer is no cXML Response; they may have taken it")
        said = f"they answered {code} {status.get('text', '')}: {(status.text or '').strip()[:200]}"
        if code == "401" or code == "403":
            raise Misconfigured(f"{said}; look at the identities and the secret")
        if code[0] == "5":
            raise Unavailable(said)
        if code[0] != "2":
            raise Rejected(said)
        return Receipt(name, {"status": int(code)})

    def receive(self, request: Request) -> Reply:
        if request.method != "POST":
            raise Rejected("requests are posted")
        root = parsed(request.body, Rejected)
        self._admit(root)
        kind = next((str(one.tag) for one in root.iterfind("Request/*")), "")
        body = unsecret(request.body, Rejected)
        digest = hashlib.sha256(body).hexdigest()
        if kind not in TAKEN:
            return Reply((), 200, self._response(digest, 450, "Not Implemented", f"{kind or 'this'} is not taken here"))
        # Equal names with other content are two arrivals: nothing is dropped unseen.
        name = root.get("payloadID", "")
        message = Message(f"{name}:{digest[:16]}", body, name or None, "text/xml")
        return Reply((message,), 200, self._response(digest, 200, "OK", ""), {"content-type": MEDIA})

    def _admit(self, root: Any) -> None:
        """Raise Misconfigured unless the secret is right; all are compared, each in constant time."""
        given = (root.findtext("Header/Sender/Credential/SharedSecret") or "").strip().encode()
        known = [secret.get_secret_value().encode() for secret in self.config.accept_secrets]
        if not sum(hmac.compare_digest(given, secret) for secret in known):
            raise Misconfigured("the shared secret is missing or wrong")

    def _response(self, digest: str, code: int, text: str, words: str) -> bytes:
        now: datetime = self.context.clock.now()
        head = f"<cXML payloadID={quoteattr(f'{digest[:24]}@{self.config.us}')} timestamp={quoteattr(now.isoformat(timespec='seconds'))}>"
        status = f'<Response><Status code="{code}" text={quoteattr(text)}>{escape(words)}</Status></Response>'
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}{status}</cXML>\n'.encode()

    async def close(self) -> None:
        await self._client.aclose()
