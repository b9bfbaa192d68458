"""Prometheus metrics of a process."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

# From a trivial call to a generation; about two buckets per doubling where most calls are.
_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class ServerMetrics:
    """Latency, number and concurrency of the calls that a server answers.

    Args:
        registry: Where the metrics are registered; one per process, or one per test.
        subsystem: "grpc" or "http".
    """

    def __init__(self, registry: CollectorRegistry, subsystem: str = "grpc") -> None:
        self._seconds = Histogram(
            "handling_seconds",
            "Time from the arrival of a call to the end of its answer.",
            ("method", "code"),
            namespace="steward",
            subsystem=subsystem,
            buckets=_BUCKETS,
            registry=registry,
        )
        self._in_flight = Gauge(
            "in_flight",
            "Calls that are being answered.",
            ("method",),
            namespace="steward",
            subsystem=subsystem,
            registry=registry,
        )
        # Looking a child up by its labels costs more than counting; there are few of them.
        self._observers: dict[tuple[str, str], Histogram] = {}
        self._gauges: dict[str, Gauge] = {}

    def started(self, method: str) -> None:
        """A call of ``method`` has arrived."""
        if (gauge := self._gauges.get(method)) is None:
            gauge = self._gauges[method] = self._in_flight.labels(method)
        gauge.inc()

    def finished(self, method: str, code: str, seconds: float) -> None:
        """A call of ``method`` has ended with ``code``."""
        self._gauges[method].dec()
        self.observe(method, code, seconds)

    def observe(self, method: str, code: str, seconds: float) -> None:
        """Counts one call without having counted its arrival."""
        if (observer := self._observers.get((method, code))) is None:
            observer = self._observers[method, code] = self._seconds.labels(method, code)
        observer.observe(seconds)


class WorkerMetrics:
    """How busy a pool of workers is."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.queued = Gauge(
            "queue_length", "Tasks that wait for a worker.", namespace="steward", subsystem="workers", registry=registry
        )
        self.refused = Counter(
            "refused",
            "Tasks refused because the queue was full.",
            namespace="steward",
            subsystem="workers",
            registry=registry,
        )
