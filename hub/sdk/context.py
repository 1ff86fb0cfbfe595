"""What the hub lends a connector: clients, clock, log, durable state. Connectors open nothing else."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from hub.clock import Clock

if TYPE_CHECKING:
    import httpx  # slow to load, and only named here


class State(Protocol):
    """A few small values of this endpoint that survive a restart (tokens, cursors of its own).

    `expires:NAME` with a moment in ISO 8601 says when a certificate or token expires: somebody is told in time.
    """

    async def get(self, name: str) -> str | None: ...

    async def set(self, name: str, value: str) -> None: ...


Renew = Callable[[str, Callable[[], Awaitable[str]]], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Context:
    """Lent to one connector for one endpoint."""

    endpoint: str  # name of the channel or system
    clock: Clock
    log: logging.Logger
    http: Callable[..., "httpx.AsyncClient"]  # makes clients; keyword arguments as httpx.AsyncClient
    state: State
    renew: Renew  # renew(name, fn): run fn once in the cluster and share its result
    home: Path = field(default_factory=Path)  # relative paths in settings start here
