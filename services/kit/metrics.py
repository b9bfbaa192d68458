"""Prometheus metrics of a process."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from itertools import accumulate

from prometheus_client import CollectorRegistry, Counter, Gauge
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

# From a trivial call to a generation; about two buckets per doubling where most calls are.
_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class ServerMetrics(Collector):
    """Latency, number and concurrency of the calls that a server answers.

    Counted by the event loop alone, so without the locks of prometheus_client's own histogram, which took a tenth of
    a short call's CPU. A scrape from another thread may see a call in the count that is not in the sum yet.

    Args:
        registry: Where the metrics are registered; one per process, or one per test.
        subsystem: "grpc" or "http".
    """

    def __init__(self, registry: CollectorRegistry, subsystem: str = "grpc") -> None:
        self._name = f"steward_{subsystem}"
        self._in_flight: defaultdict[str, int] = defaultdict(int)
        self._counts: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * (len(_BUCKETS) + 1))
        self._sums: defaultdict[tuple[str, str], float] = defaultdict(float)
        registry.register(self)

    def started(self, method: str) -> None:
        """A call of ``method`` has arrived."""
        self._in_flight[method] += 1

    def finished(self, method: str, code: str, seconds: float) -> None:
        """A call of ``method`` has ended with ``code``."""
        self._in_flight[method] -= 1
        self.observe(method, code, seconds)

    def observe(self, method: str, code: str, seconds: float) -> None:
        """Counts one call without having counted its arrival."""
        key = method, code
        self._counts[key][bisect_left(_BUCKETS, seconds)] += 1
        self._sums[key] += seconds

    def collect(self) -> Iterable[Metric]:
        """What Prometheus reads."""
        seconds = HistogramMetricFamily(
            f"{self._name}_handling_seconds",
            "Time from the arrival of a call to the end of its answer.",
            labels=("method", "code"),
        )
        for key, counts in list(self._counts.items()):
            bounds = [*(str(float(bound)) for bound in _BUCKETS), "+Inf"]
            seconds.add_metric(key, list(zip(bounds, accumulate(counts), strict=True)), self._sums[key])
        in_flight = GaugeMetricFamily(f"{self._name}_in_flight", "Calls that are being answered.", labels=("method",))
        for method, count in list(self._in_flight.items()):
            in_flight.add_metric((method,), count)
        return seconds, in_flight


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
