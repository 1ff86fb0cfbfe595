"""Documents over HTTP: posted to a system that keeps to idempotency keys, and posted to the hub by one."""

import json
from datetime import datetime
from urllib.parse import quote

import httpx
from pydantic import model_validator

from hub.sdk import Body, Connector, Context, Message, Misconfigured, Outgoing, Receipt, Rejected, Reply, Request, spool, webhooks
from hub.sdk.answers import checked
from hub.sdk.retrying import reading
from hub.sdk.settings import Address, Secret, Settings, setting

KEY, DOCUMENT, NUMBER = "Idempotency-Key", "X-Crossdock-Document", "X-Crossdock-Number"
SIGNATURE, TIMESTAMP = "X-Crossdock-Signature", "X-Crossdock-Timestamp"


class Http(Connector):
    """Pushes by POST with an idempotency key; receives what is posted to the hub."""

    title = "HTTP"
    docs_url = "https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/"
    repeat = "native"
    met = "servers of our own over real sockets"

    class Config(Settings):
        """Where documents are posted, and how those who post to us prove who they are."""

        url: Address | None = setting(None, description="Address documents are posted to.", example="https://wms.example/orders")
        token: Secret | None = setting(None, description="Sent as `Authorization: Bearer …` with every call.")
        health: Address | None = setting(
            None, description="Address that answers 2xx to a GET when the system is well.", example="https://wms.example/health"
        )
        timeout: float = setting(30.0, gt=0, le=100, description="Seconds to wait for the next byte of an answer.")
        accept_tokens: tuple[Secret, ...] = setting(
            (), max_length=2, description="Bearer tokens of those who may post to the hub; two while one replaces the other."
        )
        signing_secrets: tuple[Secret, ...] = setting(
            (), max_length=2, description="Secrets of those who sign what they post to the hub; two while one replaces the other."
        )
        tolerance: int = setting(300, gt=0, le=3600, description="Seconds a signature stays good, and clocks may differ.")

        @model_validator(mode="after")
        def _useful(self) -> "Http.Config":
            if self.url is None and not (self.accept_tokens or self.signing_secrets):
                raise ValueError("give `url` to send, or `accept_tokens` or `signing_secrets` to receive")
            return self

    def __init__(self, config: "Http.Config", context: Context) -> None:
        super().__init__(config, context)
        bearer = {"Authorization": f"Bearer {config.token.get_secret_value()}"} if config.token else {}
        self._client: httpx.AsyncClient = context.http(headers=bearer, timeout=config.timeout)
        self._url = None if config.url is None else httpx.URL(config.url)  # read once: that takes longer than the headers

    async def check(self) -> None:
        if self.config.health is not None:
            await reading(self.context.clock, self._health)

    async def _health(self) -> None:
        checked(await self._client.get(self.config.health), now=self.context.clock.now())

    async def push(self, outgoing: Outgoing) -> Receipt:
        if self._url is None:
            raise Misconfigured("url: it is not set, so nothing can be sent")
        facts = {KEY: outgoing.key, DOCUMENT: outgoing.document, NUMBER: outgoing.number or ""}
        headers = {name: quote(value, safe=" !#$&'()*+,/:;=?@[]|~") for name, value in facts.items() if value}
        headers["Content-Type"] = outgoing.media_type
        response = await self._client.post(self._url, content=outgoing.body, headers=headers)
        checked(response, now=self.context.clock.now())
        return Receipt(reference=_reference(response), detail={"status": response.status_code})

    def receive(self, request: Request) -> Reply:
        sent_key = request.headers.get(KEY.lower(), "")
        kind = request.headers.get(DOCUMENT.lower()) or request.path.strip("/").rpartition("/")[2]
        self._admit(request, sent_key, kind)
        if request.method != "POST":
            raise Rejected("documents are posted")
        if not request.content:
            raise Rejected("there is no document in the request")
        # The body is part of the key: another document under a used key is a second arrival, never dropped unseen.
        # Without a key equal bytes are one arrival, since a sender without keys can only repeat blindly.
        digest = spool.digest(request.content)
        key = f"{sent_key}:{digest[:16]}" if sent_key else f"sha256:{digest}"
        message = Message(
            key=key,
            body=request.content,
            name=sent_key or kind or None,
            media_type=request.headers.get("content-type"),
            headers={"document": kind} if kind else {},
        )
        return Reply((message,), body=json.dumps({"accepted": key}).encode(), headers={"content-type": "application/json"})

    def _admit(self, request: Request, key: str, kind: str) -> None:
        """Raise Misconfigured unless the token or the signature is right."""
        _, _, token = request.headers.get("authorization", "").partition(" ")
        tokens = [secret.get_secret_value() for secret in self.config.accept_tokens]
        if not (webhooks.equals_any(token, tokens) or self._signed(request, key, kind)):
            raise Misconfigured("the token or signature is missing or wrong")

    def _signed(self, request: Request, key: str, kind: str) -> bool:
        given, moment = request.headers.get(SIGNATURE.lower(), ""), request.headers.get(TIMESTAMP.lower(), "")
        secrets = [secret.get_secret_value() for secret in self.config.signing_secrets]
        right = webhooks.equals_any(given, [sign(secret, moment, kind, key, request.content) for secret in secrets])
        return (
            right
            and "\n" not in kind + key
            and moment.isdecimal()
            and _close(moment, self.context.clock.now(), self.config.tolerance)
        )

    async def close(self) -> None:
        await self._client.aclose()


def sign(secret: str, moment: str, kind: str, key: str, body: Body) -> str:
    """The signature header: HMAC-SHA256 over time, kind and idempotency key, a line each (may be empty), and the raw body."""
    return "sha256=" + webhooks.sign(secret, f"{moment}\n{kind}\n{key}\n".encode(), "hex", body=body)


def _close(moment: str, now: datetime, tolerance: int) -> bool:
    return len(moment) < 13 and abs(int(moment) - now.timestamp()) <= tolerance


def _reference(response: httpx.Response) -> str | None:
    try:
        answer = response.json()
    except ValueError:
        return None
    reference = answer.get("reference") if isinstance(answer, dict) else None
    return str(reference) if reference is not None else None
