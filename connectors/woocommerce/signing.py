"""OAuth 1.0a of one leg, which a shop without TLS demands: each request is signed in its query, so no secret travels."""

from collections.abc import Generator

import httpx
from oauthlib import oauth1

from hub.sdk import Clock


class OAuth1(httpx.Auth):
    """Signs with a time and a nonce of its own each time a request is sent."""

    def __init__(self, key: str, secret: str, clock: Clock) -> None:
        self._key, self._secret, self._clock = key, secret, clock

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        signer = oauth1.Client(
            self._key,
            client_secret=self._secret,
            signature_method=oauth1.SIGNATURE_HMAC_SHA256,
            signature_type=oauth1.SIGNATURE_TYPE_QUERY,
            timestamp=str(int(self._clock.now().timestamp())),
        )
        address, _, _ = signer.sign(str(request.url), request.method)  # type: ignore[arg-type]  # its stubs want a literal
        request.url = httpx.URL(address)
        yield request
