"""The meters of one API process: requests, landing, kept answers, pools.

Each process counts for itself and is scraped at its own port; a sum over processes is the reader's.
Labels are bounded: a route's template, one of a few methods, a status; never an address or a shop.
"""

from collections.abc import Callable, Iterator, Mapping

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import Scope

from api.webhooks import PATH

REQUEST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0)
# Shopify gives a delivery five seconds.
LANDING_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 4.5)
BATCH_EVENTS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
METHODS = frozenset({"GET", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"})
VERSIONED = "/api/v1"
NO_ROUTE = "none"
# The caller hung up before there was an answer.
ABANDONED = 499
# What the landing answers with, in its own words.
VERDICTS = {
    200: "landed",
    400: "malformed",
    401: "bad_signature",
    404: "unknown_shop",
    413: "too_large",
    429: "too_many",
    ABANDONED: "abandoned",
    503: "unavailable",
}
OTHER_VERDICT = "failed"

Read = Callable[[], float]

# The time of making of each series would double what is scraped.
disable_created_metrics()  # type: ignore[no-untyped-call]


class Meters:
    """Counts in memory; ``registry`` is what a scrape reads."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._requests = Histogram(
            "shopmart_http_request_seconds",
            "Requests by the template of their route, their method and the status of the answer.",
            ("route", "method", "status"),
            buckets=REQUEST_SECONDS,
            registry=self.registry,
        )
        self._landing = Histogram(
            "shopmart_landing_seconds",
            "Deliveries of webhooks by what they were answered.",
            ("verdict",),
            buckets=LANDING_SECONDS,
            registry=self.registry,
        )
        self.batches = Histogram(
            "shopmart_landing_batch_events",
            "Deliveries that were committed together.",
            buckets=BATCH_EVENTS,
            registry=self.registry,
        )
        answers = Counter(
            "shopmart_answers",
            "Figures served, by whether the answer was kept already.",
            ("cache",),
            registry=self.registry,
        )
        self._hit, self._miss = answers.labels("hit"), answers.labels("miss")
        # A series is looked up by its labels once; later the look into a dictionary is enough.
        self._routes: dict[tuple[str, str, int], Histogram] = {}
        self._verdicts = {
            verdict: self._landing.labels(verdict)
            for verdict in (*VERDICTS.values(), OTHER_VERDICT)
        }

    def requested(self, scope: Scope, *, status: int | None, seconds: float) -> None:
        """Count a request that was answered, or left by its caller when there is no status."""
        status = status or ABANDONED
        key = (_template(scope), scope["method"], status)
        series = self._routes.get(key)
        if series is None:
            method = key[1] if key[1] in METHODS else "other"
            series = self._requests.labels(key[0], method, str(status))
            if method != "other":
                self._routes[key] = series
        series.observe(seconds)
        if key[0] == PATH and key[1] == "POST":
            self._verdicts[VERDICTS.get(status, OTHER_VERDICT)].observe(seconds)

    def answered(self, *, was_kept: bool) -> None:
        """Count a figure that was served."""
        (self._hit if was_kept else self._miss).inc()

    def watch(self, name: str, told: str, readings: Mapping[str, Read], *, label: str = "") -> None:
        """Add a gauge that is read at each scrape: one reading, or one for each value of a label.

        Raises ValueError for a name that is taken.
        """
        self.registry.register(_Readings(name, told, readings, label))


class _Readings(Collector):
    """Gauges whose values are asked for when they are read."""

    def __init__(self, name: str, told: str, readings: Mapping[str, Read], label: str) -> None:
        self._name, self._told, self._readings, self._label = name, told, readings, label

    def collect(self) -> Iterator[Metric]:
        """The gauge as it stands."""
        family = GaugeMetricFamily(
            self._name, self._told, labels=[self._label] if self._label else []
        )
        for value, read in self._readings.items():
            family.add_metric([value] if self._label else [], read())
        yield family


def _template(scope: Scope) -> str:
    """The route's path with the names of its parameters; what reached no route is counted as one.

    A router's prefix is no part of what its routes know of themselves.
    """
    path = scope["path"]
    if path == PATH:
        return PATH
    template = getattr(scope.get("route"), "path", None)
    if template is None:
        return NO_ROUTE
    return f"{VERSIONED}{template}" if path.startswith(f"{VERSIONED}/") else str(template)
