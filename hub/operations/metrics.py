"""Metrics: how the hub stands, as Prometheus reads it. Labels are names out of the settings, never numbers of documents."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from prometheus_client import generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from hub.flow.tally import Tally
from hub.ledger.figures import Figures

MEDIA = "text/plain; version=0.0.4; charset=utf-8"
GONE = "gone"  # one label for all places that are no longer in the settings


class Standing(Collector):
    """The ledger's figures at one moment."""

    def __init__(self, figures: Figures, endpoints: Iterable[str], now: datetime) -> None:
        self._figures, self._known, self._now = figures, set(endpoints), now

    def collect(self) -> Iterator[GaugeMetricFamily]:
        figures = self._figures
        yield self._ages("lag_seconds", "Age of the oldest due delivery", "target", figures.due_since)
        yield self._ages("waiting_arrival_seconds", "Age of the oldest arrival not decided", "endpoint", figures.came_since)
        yield self._ages("poll_age_seconds", "Time since an endpoint was asked", "endpoint", figures.polled)
        yield self._left()
        yield _family("receipts_open", "Messages sent whose receipt is not good", ("receipt",), figures.receipts)
        yield _family("documents_held", "Documents that wait for a person", (), {(): figures.held})
        yield _family("messages_failed", "Messages no machine took, which wait for a person", (), {(): figures.failed})
        yield _family("gates_shut", "Targets left in peace for a while", (), {(): len(figures.shut)})
        yield _family("endpoints_stopped", "Endpoints stopped until a person acts", (), {(): len(figures.stopped)})

    def _ages(self, name: str, words: str, label: str, since: Mapping[str, datetime]) -> GaugeMetricFamily:
        ages: dict[str, float] = {}
        for place, moment in since.items():
            known = place if place in self._known else GONE
            ages[known] = max(ages.get(known, 0.0), (self._now - moment).total_seconds())
        return _family(name, words, (label,), ages)

    def _left(self) -> GaugeMetricFamily:
        counts: dict[tuple[str, str], float] = {}
        for (target, state), count in self._figures.left.items():
            key = (target if target in self._known else GONE, state)
            counts[key] = counts.get(key, 0) + count
        words = "Deliveries that are not at an end; parked ones are dead letters"
        return _family("deliveries_left", words, ("target", "state"), counts)


def _family(name: str, words: str, labels: tuple[str, ...], values: Mapping[Any, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"crossdock_{name}", words, labels=labels)
    for key, value in sorted(values.items()):
        family.add_metric([key] if isinstance(key, str) else list(key), value)
    return family


def exposition(tally: Tally, figures: Figures, endpoints: Iterable[str], now: datetime) -> bytes:
    """The page that is scraped."""
    return generate_latest(tally.registry) + generate_latest(Standing(figures, endpoints, now))
