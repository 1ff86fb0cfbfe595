"""How one gets into a mail server: by a password, or by a token of OAuth 2 (XOAUTH2, as Google and Microsoft want it)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from hub.errors import Misconfigured
from hub.sdk.tokens import Login

Made = TypeVar("Made")


class TokenRefused(Misconfigured):
    """The server does not take this token (any more)."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """Who comes, and what proves it: one of both."""

    user: str
    password: str | None = None
    token: str | None = None

    def __repr__(self) -> str:
        return f"Entrance({self.user})"

    @property
    def xoauth2(self) -> bytes:
        """What the server is told of a token.

        >>> Entrance("a@b.example", token="t").xoauth2
        b'user=a@b.example\\x01auth=Bearer t\\x01\\x01'
        """
        return f"user={self.user}\1auth=Bearer {self.token}\1\1".encode()


async def entering(user: str, password: str | None, login: Login | None, enter: Callable[[Entrance], Awaitable[Made]]) -> Made:
    """Go in; where a token is refused (nothing was done), once more with a new one."""
    if login is None:
        return await enter(Entrance(user, password))
    token = await login.access()
    try:
        return await enter(Entrance(user, token=token))
    except TokenRefused:
        return await enter(Entrance(user, token=await login.access(refused=token)))
