"""Tally: what this process has done since it started, counted for Prometheus. Labels are endpoints, kinds and states: a bounded set."""

from collections.abc import Iterable, Sequence

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

SECONDS = (0.1, 0.5, 1, 2.5, 5, 15, 60, 300, 1800, 7200, 36000, 129600)
disable_created_metrics()  # type: ignore[no-untyped-call]  # nobody reads when a counter was born


class Tally:
    """Counters of one hub."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._arrivals = self._counter("arrivals", "Arrivals stored that were new", "endpoint")
        self._documents = self._counter("documents", "Documents decided", "kind", "state")
        self._pushes = self._counter("pushes", "Attempts to send a message", "target", "outcome")
        self._left = self._counter("leftovers", "Places that no rule uses, seen for the first time", "endpoint")
        self._seconds = Histogram(
            "crossdock_delivery_seconds",
            "From the decision that a document is to go there until it was taken",
            ("target",),
            buckets=SECONDS,
            registry=self.registry,
        )

    def _counter(self, name: str, words: str, *labels: str) -> Counter:
        return Counter(f"crossdock_{name}", words, labels, registry=self.registry)

    def received(self, endpoint: str, new: int) -> None:
        self._arrivals.labels(endpoint).inc(new)

    def decided(self, counted: Iterable[tuple[str, str, int]]) -> None:
        """Kind, state, and how many documents."""
        for kind, state, count in counted:
            self._documents.labels(kind, state).inc(count)

    def left(self, endpoint: str, new: int) -> None:
        self._left.labels(endpoint).inc(new)

    def delivered(self, target: str, seconds: Sequence[float]) -> None:
        """One message for each; how long it took from the decision."""
        self._pushes.labels(target, "done").inc(len(seconds))
        taking = self._seconds.labels(target)
        for one in seconds:
            taking.observe(max(0.0, one))

    def failed(self, target: str, state: str) -> None:
        self._pushes.labels(target, "retry" if state == "due" else state).inc()
