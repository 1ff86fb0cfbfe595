"""What a question is, and which of them fit a connector.

Each is a function of a bench; an assertion or an error of the wrong kind is a wrong answer.
"""

import importlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, get_args

from hub.sdk.connector import Connector, Message, Repeat
from hub.sdk.testing.bench import Bench, Counterpart

Asking = Callable[[Bench], Awaitable[None]]
Failure = TypeVar("Failure", bound=Exception)
TOPICS = ("declared", "pushing", "pulling", "receiving", "answering")


@dataclass(frozen=True, slots=True)
class Question:
    """One thing every connector that offers these abilities must do."""

    name: str
    needs: tuple[str, ...]
    repeat: tuple[str, ...]
    ask: Asking


QUESTIONS: dict[str, Question] = {}


def question(*needs: str, repeat: Sequence[str] = get_args(Repeat)) -> Callable[[Asking], Asking]:
    """Ask this of connectors that offer all of `needs` and repeat in one of these ways."""

    def enter(ask: Asking) -> Asking:
        QUESTIONS[ask.__name__] = Question(ask.__name__, needs, tuple(repeat), ask)
        return ask

    return enter


def asked(kind: type[Connector], counterpart: type[Counterpart]) -> list[str]:
    """Names of the questions that fit, without those the counterpart exempts."""
    for topic in TOPICS:
        importlib.import_module(f"hub.sdk.testing.{topic}")
    return [
        entry.name
        for entry in QUESTIONS.values()
        if all(kind.offers(need) for need in entry.needs) and kind.repeat in entry.repeat and entry.name not in counterpart.exempt
    ]


async def fails(work: Awaitable[Any], kind: type[Failure]) -> Failure:
    """The error of this kind that the work raised; any other outcome is a wrong answer."""
    try:
        outcome = await work
    except kind as error:
        return error
    raise AssertionError(f"{kind.__name__} was expected, there came {outcome!r}")


async def pulled(connector: Connector, cursor: str | None = None) -> list[Message]:
    """All messages after the cursor."""
    return [message async for message in connector.pull(cursor)]
