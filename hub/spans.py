"""Spans for OpenTelemetry: where the time of a walk goes, with the ids that log lines carry. Without `begin` nothing is imported."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from hub.errors import Misconfigured
from hub.logs import ids as about

ASKED_BY = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_TRACES_EXPORTER")
MOST = 100  # ids of a kind on one span
Note = Callable[..., None]
_tracer: Any = None
_provider: Any = None


def begin(environment: Mapping[str, str] = os.environ) -> bool:
    """Send spans from here on where OpenTelemetry's own variables say so. Raises Misconfigured when its packages are missing."""
    if not any(environment.get(name, "none") not in ("", "none") for name in ASKED_BY):
        return False
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise Misconfigured(f"spans are asked for, but {error.name} is not installed: pip install crossdock[otel]") from error
    provider = TracerProvider(resource=Resource.create({"service.name": environment.get("OTEL_SERVICE_NAME", "crossdock")}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    use(provider)
    return True


def use(provider: Any) -> None:
    """Spans go to this tracer provider; None: nowhere."""
    global _tracer, _provider  # one for the process, as the logs are
    _provider, _tracer = provider, provider.get_tracer("crossdock") if provider is not None else None


def seen() -> bool:
    """Whether anybody measures."""
    return _tracer is not None


def end() -> None:
    """Send what is left."""
    if _provider is not None:
        _provider.shutdown()
        use(None)


def span(name: str, **ids: Any) -> AbstractContextManager[Note]:
    """What is done inside is one span; gives a function that notes further ids on it."""
    return _UNSEEN if _tracer is None else _spanned(name, ids)


@contextmanager
def _spanned(name: str, ids: Mapping[str, Any]) -> Iterator[Note]:
    with _tracer.start_as_current_span(name, attributes=attributes({**about(), **ids})) as current:
        yield lambda **more: current.set_attributes(attributes(more))


def _nothing(**ids: Any) -> None:
    """Nobody measures."""


_UNSEEN = nullcontext(_nothing)


def attributes(ids: Mapping[str, Any]) -> dict[str, Any]:
    """Ids as a span carries them.

    >>> attributes({"message": 7, "orders": {3}, "number": None})
    {'crossdock.message': 7, 'crossdock.orders': [3]}
    """
    plain = {name: value if isinstance(value, str | int) else list(value or ())[:MOST] for name, value in ids.items()}
    return {f"crossdock.{name}": value for name, value in plain.items() if value != []}
