"""What a connector says about itself, what it keeps to itself, and whether `check` finds what is wrong."""

import contextlib
import logging
import re
import traceback
from collections.abc import AsyncIterator, Awaitable, Iterator
from typing import Annotated, Any, get_args

from pydantic import SecretStr, TypeAdapter, ValidationError

from hub.errors import CrossdockError, Misconfigured, Unavailable
from hub.sdk.connector import Connector, Repeat
from hub.sdk.testing.bench import BUSY, GONE, OPEN, REFUSING, Bench
from hub.sdk.testing.question import fails, pulled, question

SECRET_NAME = re.compile(r"(token|secret|password|api_key|passphrase)s?$")


@question()
async def says_what_it_is(bench: Bench) -> None:
    kind = bench.kind
    assert kind.title.strip()
    assert re.match(r"https?://|[\w./-]+\.md$", kind.docs_url)
    assert kind.repeat in get_args(Repeat)
    assert kind.met != Connector.met, "say what it was proved against, even if that is little"
    assert kind.offers("check")
    assert any(kind.offers(way) for way in ("pull", "push", "receive"))
    assert kind.repeat != "lookup" or kind.offers("find")


@question()
async def settings_are_described(bench: Bench) -> None:
    fields = bench.kind.Config.model_fields
    assert fields
    for name, field in fields.items():
        assert field.description and field.description.endswith((".", "…")), f"{name} needs a sentence that describes it"
        if not field.is_required():
            kind: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
            TypeAdapter(kind).validate_python(field.get_default(call_default_factory=True, validated_data={}))


@question()
async def unknown_settings_are_refused(bench: Bench) -> None:
    try:
        bench.kind.Config.model_validate({**bench.counterpart.settings(), "no_such_setting": 1})
    except ValidationError:
        return
    raise AssertionError("a name that does not exist is a mistake")


@question()
async def secrets_are_declared(bench: Bench) -> None:
    for name, field in bench.kind.Config.model_fields.items():
        if SECRET_NAME.search(name):
            assert SecretStr in _types(field.annotation), f"{name} must be a Secret"


def _types(annotation: Any) -> set[Any]:
    return {annotation} | {kind for inner in get_args(annotation) for kind in _types(inner)}


@question()
async def secrets_are_never_told(bench: Bench) -> None:
    """Not by repr, nor in errors with all their causes, nor in the log, whatever the far side does."""
    with _listening() as told:
        for settings in (bench.counterpart.settings(), bench.counterpart.wrong_settings()):
            async with bench.open(settings) as connector:
                told += [repr(connector), repr(connector.config), str(connector.config), connector.config.model_dump_json()]
                told += [line for manner in (OPEN, REFUSING, BUSY) async for line in _words(bench, connector, manner)]
        told.append(_complaint(bench))
    text = "\n".join(told)
    assert text
    assert [secret for secret in bench.counterpart.secrets if secret in text] == []


async def _words(bench: Bench, connector: Connector, manner: str) -> AsyncIterator[str]:
    """What is said when something goes wrong in everything it can do."""
    counterpart = bench.counterpart
    await counterpart.behave(manner)
    work: list[Awaitable[Any]] = [connector.check()]
    if connector.offers("push"):
        work.append(connector.push(counterpart.outgoing(1)))
    if connector.offers("pull"):
        work.append(pulled(connector))
    for one in work:
        try:
            yield repr(await one)
        except Exception as error:
            yield "".join(traceback.format_exception(error))


def _complaint(bench: Bench) -> str:
    """What pydantic says about settings with a mistake beside the secrets."""
    try:
        bench.kind.Config.model_validate({**bench.counterpart.settings(), "no_such_setting": 1})
    except ValidationError as error:
        return str(error)
    return ""


class _Ear(logging.Handler):
    """Hears everything that is logged."""

    def __init__(self, told: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self._told = told

    def emit(self, record: logging.LogRecord) -> None:
        self._told.append(self.format(record))


@contextlib.contextmanager
def _listening() -> Iterator[list[str]]:
    told: list[str] = []
    handler = _Ear(told)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield told
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


@question("check")
async def check_passes(bench: Bench) -> None:
    async with bench.open() as connector:
        await connector.check()


@question("check")
async def check_finds_bad_credentials(bench: Bench) -> None:
    async with bench.open(bench.counterpart.wrong_settings()) as connector:
        await fails(connector.check(), Misconfigured)


@question("check")
async def check_finds_a_far_side_that_is_gone(bench: Bench) -> None:
    await bench.counterpart.behave(GONE)
    async with bench.open() as connector:
        assert isinstance(await fails(connector.check(), CrossdockError), Unavailable | Misconfigured)
