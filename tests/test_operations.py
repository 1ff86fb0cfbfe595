"""What a machine asks of a running hub: metrics, readiness, spans; and that it stops in order."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from hub import spans
from hub.app import Hub
from hub.errors import Misconfigured, Rejected, Unavailable
from hub.flow import pulse
from hub.ledger import deliveries
from hub.sdk import Message, Receipt
from tests.journey import bring, hub_for, wire
from tests.test_steady import another
from tests.test_walk import ORDER, sent


async def page(hub: Hub) -> dict[str, float]:
    """The metrics by name and labels."""
    body, media = await hub.metrics()
    assert media.startswith("text/plain")
    lines = [line for line in body.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


async def test_metrics_say_what_waits_where_and_what_was_done(hub: Hub) -> None:
    wire(hub, "erp").trouble = [Rejected("no"), Unavailable("down")]
    for number in (1, 2, 3):
        await bring(hub, "acme", another(number) if number > 1 else ORDER, f"{number}.edi")
    await hub.clock.advance(timedelta(seconds=1))  # type: ignore[attr-defined]
    found = await page(hub)
    assert found['crossdock_arrivals_total{endpoint="acme"}'] == 3
    assert found['crossdock_documents_total{kind="order",state="accepted"}'] == 3
    assert found['crossdock_documents_total{kind="acknowledgement",state="accepted"}'] == 3
    assert found['crossdock_deliveries_left{state="parked",target="erp"}'] == 1
    assert found['crossdock_deliveries_left{state="due",target="erp"}'] == 1
    assert found['crossdock_lag_seconds{target="erp"}'] == 1
    assert found['crossdock_pushes_total{outcome="parked",target="erp"}'] == 1
    assert found['crossdock_pushes_total{outcome="retry",target="erp"}'] == 1
    assert found['crossdock_pushes_total{outcome="done",target="acme"}'] == 3
    assert found['crossdock_delivery_seconds_count{target="acme"}'] == 3
    assert found['crossdock_poll_age_seconds{endpoint="acme"}'] >= 0
    assert found["crossdock_gates_shut"] == found["crossdock_documents_held"] == found["crossdock_endpoints_stopped"] == 0


async def test_a_place_that_is_no_longer_there_makes_no_label(hub: Hub, tmp_path: Path) -> None:
    wire(hub, "erp").trouble = [Rejected("no")]
    await bring(hub, "acme", ORDER, "1.edi")
    hub.company.systems.pop("erp")  # type: ignore[attr-defined]
    found = await page(hub)
    assert found['crossdock_deliveries_left{state="parked",target="gone"}'] == 1
    assert not [name for name in found if "deliveries_left" in name and "erp" in name]


async def test_ready_is_told_apart_from_alive(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await hub.unready() == "the hub is starting or stopping"
    hub._beating = asyncio.create_task(asyncio.Event().wait())  # type: ignore[arg-type]
    assert await hub.unready() == "the pulse does not beat"
    await hub.work()
    assert await hub.unready() is None
    await hub.clock.advance(timedelta(seconds=11))  # type: ignore[attr-defined]
    assert await hub.unready() == "the pulse does not beat"
    await hub.work()
    assert hub.site.high_water is not None
    hub.site.high_water.raise_to({"message": 70})
    hub.site.high_water._sound = False
    assert "until `crossdock forward`" in str(await hub.unready())

    async def gone(fn: object) -> None:
        raise Unavailable("the database refuses")

    monkeypatch.setattr(hub.ledger, "read", gone)
    assert await hub.unready() == "the ledger cannot be reached"
    hub._beating.cancel()


async def test_spans_carry_the_ids_of_what_they_are_about(hub: Hub) -> None:
    sdk = pytest.importorskip("opentelemetry.sdk.trace", reason="opentelemetry is not installed")
    export = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter")
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor

    memory, provider = export.InMemorySpanExporter(), sdk.TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(memory))
    spans.use(provider)
    try:
        await bring(hub, "acme", ORDER, "1.edi")
    finally:
        spans.use(None)
    found: dict[str, dict[str, object]] = {}
    for span in memory.get_finished_spans():
        found.setdefault(span.name, {}).update(span.attributes)
    assert set(found) == {"receive", "read", "decide", "render", "push", "settle"}
    assert found["receive"]["crossdock.endpoint"] == "acme"
    assert found["read"]["crossdock.message"] == found["decide"]["crossdock.message"] == 1
    assert found["decide"]["crossdock.documents"] == (1, 2) and found["decide"]["crossdock.orders"] == (1,)
    assert found["push"]["crossdock.outbound"] and found["push"]["crossdock.documents"]
    assert found["settle"]["crossdock.orders"] == (1,)


def test_spans_cost_nothing_unless_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert spans.begin({}) is False
    assert spans.begin({"OTEL_TRACES_EXPORTER": "none"}) is False
    monkeypatch.setitem(__import__("sys").modules, "opentelemetry.exporter", None)
    with pytest.raises(Misconfigured, match=r"pip install crossdock\[otel\]"):
        spans.begin({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318"})


async def test_a_stop_waits_for_the_push_in_flight_and_takes_nothing_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with hub_for(tmp_path) as hub:
        begun, go_on, pushes = asyncio.Event(), asyncio.Event(), list[str]()

        async def push(outgoing: object) -> Receipt:
            pushes.append(outgoing.number)  # type: ignore[attr-defined]
            begun.set()
            await go_on.wait()
            return Receipt(reference="S-1")

        monkeypatch.setattr(wire(hub, "erp"), "push", push)
        wire(hub, "acme").waiting += [Message(f"{n}", another(n), f"{n}.edi") for n in (2, 3, 4)]
        working = asyncio.create_task(hub.work())
        await asyncio.wait_for(begun.wait(), 30)
        stopping = asyncio.create_task(hub.stop())
        await asyncio.sleep(0)
        wire(hub, "acme").waiting.append(Message("5", another(5), "5.edi"))
        assert not stopping.done()
        go_on.set()
        await asyncio.wait_for(stopping, 30)
        assert len(pushes) == 1, "what had not begun stays where it is"
        rows = hub.ledger.look(lambda connection: deliveries.of_documents(connection, range(1, 20)))
        assert sorted(row.state for row in rows if row.target == "erp") == ["done", "due", "due"]
        assert "sending" not in hub.ledger.look(deliveries.counts)
        assert [message.key for message in wire(hub, "acme").waiting] == ["5"]
        working.cancel()
    async with hub_for(tmp_path) as hub:
        wire(hub, "acme").waiting.append(Message("5", another(5), "5.edi"))
        await hub.work()
        assert len(sent(hub, "erp")) == 3


def test_the_pulse_beats_often_enough_for_readiness() -> None:
    from hub.app import SLOW

    assert pulse.BEAT * 10 < SLOW
