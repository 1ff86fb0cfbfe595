"""Logs: what a line is about travels with the work; lines are text for people or JSON for machines."""

import json
import logging
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Literal, TextIO

Form = Literal["text", "json"]
CHATTY = ("httpx", "httpcore", "uvicorn", "asyncio", "procrastinate", "alembic", "psycopg.pool")
_about: ContextVar[Mapping[str, Any]] = ContextVar("about", default={})  # noqa: B039  # never changed in place


class about:  # noqa: N801  # read as a word: with about(order=7). A generator's context takes three times as long
    """Lines logged inside carry these ids too: of a message, a document, orders. Tasks and threads begun inside take them along."""

    __slots__ = ("_ids", "_token")

    def __init__(self, **ids: Any) -> None:
        self._ids = ids

    def __enter__(self) -> None:
        known = {name: value for name, value in self._ids.items() if value is not None and value != [] and value != ()}
        self._token = _about.set({**_about.get(), **known})

    def __exit__(self, *error: object) -> None:
        _about.reset(self._token)


def ids() -> Mapping[str, Any]:
    """What lines logged now are about."""
    return _about.get()


def only_about(**ids: Any) -> None:
    """For the first line of a task: what it is about, whatever the task was about that began it."""
    _about.set(ids)


class Text(logging.Formatter):
    """A line for people; the ids at its end."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # the name is logging's
        ids = " ".join(f"{name}={value}" for name, value in _about.get().items())
        return super().formatMessage(record) + (f"  [{ids}]" if ids else "")


class Json(logging.Formatter):
    """One JSON object a line: `at` (UTC), `level`, `from`, `text`, the ids, and `trace` of an exception."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = {"at": at, "level": record.levelname.lower(), "from": record.name, "text": record.getMessage(), **_about.get()}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def begin(form: Form, verbose: bool = False, stream: TextIO | None = None) -> None:
    """Log from here on, to stderr unless told otherwise."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Json() if form == "json" else Text())
    # Neither form shows where in the code a line is from, nor in which thread: looking takes half of the time of a line.
    logging._srcfile = None  # as "Optimization" in the how-to of `logging` says
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging.basicConfig(level=logging.DEBUG if verbose else logging.INFO, handlers=[handler], force=True)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
