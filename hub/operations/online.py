"""Whether every place can be reached and lets us in: what `crossdock check --online` asks."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from hub.errors import Misconfigured, Rejected, Unavailable, mistake
from hub.sdk import Connector

PATIENCE = 30.0  # seconds for one place


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of asking one place."""

    name: str
    state: str
    words: str = ""

    @property
    def well(self) -> bool:
        return self.state == "well"

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


async def answers(connectors: Mapping[str, Connector], patience: float = PATIENCE) -> AsyncIterator[Answer]:
    """All places are asked at once; each answer as it comes."""
    for asked in asyncio.as_completed([_asked(name, one, patience) for name, one in connectors.items()]):
        yield await asked


async def _asked(name: str, connector: Connector, patience: float) -> Answer:
    try:
        async with asyncio.timeout(patience):
            await connector.check()
    except (Misconfigured, Rejected) as error:
        return Answer(name, "refused", str(error))
    except Unavailable as error:
        return Answer(name, "cannot be reached", str(error))
    except TimeoutError:
        return Answer(name, "cannot be reached", f"no answer within {patience:g} seconds")
    except Exception as error:  # our bug in one connector must not hide what becomes of the others
        return Answer(name, "failed", mistake(error))
    return Answer(name, "well")
