"""Signatures of webhooks: an HMAC over the raw body, compared in constant time, by one of two secrets; old ones are refused.

A webhook is a hint and the poll is the truth: most connectors answer it with `Reply(hint=True)` and hand over nothing.
"""

import base64
import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

from pydantic import SecretStr

from hub.clock import Clock
from hub.errors import Misconfigured
from hub.sdk.spool import Body, pieces

Encoding = Literal["base64", "hex"]
REMEMBERED = 10_000  # signatures; a hint that comes again after more than these costs one poll


def sign(secret: str, material: bytes, encoding: Encoding = "base64", digest: str = "sha256", body: Body = b"") -> str:
    """The HMAC of what is signed, and of a body after it, as text.

    >>> sign("s3", b"{}", "hex")[:16]
    '5356d278f9946a10'
    """
    growing = hmac.new(secret.encode(), material, digest)
    for piece in pieces(body):
        growing.update(piece)
    code = growing.digest()
    return base64.b64encode(code).decode() if encoding == "base64" else code.hex()


def equals_any(given: str, expected: Iterable[str]) -> bool:
    """Whether it is one of these. All are compared, each in constant time, so that the time taken tells nothing."""
    return sum(hmac.compare_digest(given.encode(), value.encode()) for value in expected) > 0


class Guard:
    """Lets in what is signed with one of our secrets, and tells what came before."""

    def __init__(
        self,
        secrets: Sequence[SecretStr],
        clock: Clock,
        *,
        encoding: Encoding = "base64",
        digest: str = "sha256",
        tolerance: timedelta = timedelta(minutes=5),
    ) -> None:
        self._secrets, self._clock = secrets, clock
        self._encoding, self._digest = encoding, digest
        self.tolerance = tolerance  # how long a signature stays good, and clocks may differ
        self._seen: OrderedDict[bytes, datetime] = OrderedDict()

    def admit(self, material: bytes, given: str, at: datetime | None = None) -> bool:
        """Whether this is new. Raises Misconfigured when the signature is missing, wrong or too old.

        `material` is what the far side signs, the raw body in most cases; `at` the moment that is part of it. False when the
        very same came within the tolerance: a hint need not be followed twice. What is handed over as messages is told apart
        by its keys instead, since a sender that did not hear our answer may insist.
        """
        expected = [sign(secret.get_secret_value(), material, self._encoding, self._digest) for secret in self._secrets]
        if not expected:
            raise Misconfigured("no secret for webhooks is set, so none can be genuine")
        if not equals_any(given, expected):
            raise Misconfigured("the signature of the webhook is missing or wrong")
        if at is not None:
            self.young(at)
        return self._remember(hashlib.sha256(material).digest(), self._clock.now())

    def young(self, at: datetime) -> None:
        """Raise Misconfigured when this moment, part of what was signed, is further from now than the tolerance."""
        if abs(self._clock.now() - at) > self.tolerance:
            raise Misconfigured(f"the webhook speaks of {at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC: too old, or of a wrong clock")

    def _remember(self, code: bytes, now: datetime) -> bool:
        while self._seen and (len(self._seen) >= REMEMBERED or now - next(iter(self._seen.values())) > self.tolerance):
            self._seen.popitem(last=False)
        new = code not in self._seen
        self._seen.setdefault(code, now)
        return new
