"""Errors are instructions: the class says what the hub does next, the docstring is the default message.

CrossdockError
├── Unavailable       try again later (`after` says when, if the far side did)
│   └── Unknown       as above, but the far side may have taken it: ask or repeat safely first
├── Rejected          this document will never be taken as it is: a person must look
├── Misconfigured     stop this endpoint and tell the operator
├── Conflict          somebody else did it first; nothing to do
├── Unreadable        the bytes are not a document we know
└── Purged            it was taken away by policy: say when and by which
"""

from datetime import datetime


class CrossdockError(Exception):
    """Something went wrong in the hub."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


class Unavailable(CrossdockError):
    """The far side cannot be reached or asks us to come back; nothing was taken. The hub tries again later."""

    def __init__(self, message: str | None = None, *, after: datetime | float | None = None) -> None:
        super().__init__(message)
        self.after = after  # a moment, or seconds from now; None: by the retry policy


class Unknown(Unavailable):
    """The connection broke after the first byte: the far side may or may not have taken it."""


class Rejected(CrossdockError):
    """The far side refuses this document; it will not be sent again until a person asks."""


class Misconfigured(CrossdockError):
    """The endpoint cannot work as configured (credentials, address, permission); it is stopped."""


class Conflict(CrossdockError):
    """Another process did this first."""


class Unreadable(CrossdockError):
    """These bytes are not a document we know."""


class Purged(CrossdockError):
    """It was taken away by policy."""


def mistake(error: BaseException) -> str:
    """Words for what none of these is: a mistake in the hub.

    >>> mistake(KeyError("number"))
    "internal error (KeyError: 'number'); please report it"
    """
    return f"internal error ({type(error).__name__}: {error}); please report it"
