"""The meters of one loop: what it does in memory, scraped at a port of its own on this machine.

The API tells what the database knows of the loop, that it is at work and how its builds ended; how
often and how long it worked and failed is known to nobody but its process.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from wsgiref.simple_server import WSGIServer

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    start_http_server,
)

from pipelines.build.groups import LIVE, WHOLE
from warehouse.ports import LOOPBACK

LOG = logging.getLogger(__name__)
STAGES = ("load", LIVE, WHOLE)
STAGE_SECONDS = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0)

# The time of making of each series would double what is scraped.
disable_created_metrics()  # type: ignore[no-untyped-call]


class Meters:
    """Counts in memory, and a server of them while the loop is at work; port 0 serves nothing."""

    def __init__(self, port: int = 0) -> None:
        self._port = port
        self._served: tuple[WSGIServer, Thread] | None = None
        self._was_refused = False
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.at_work = Gauge(
            "shopmart_live_at_work",
            "Whether this loop holds the lock; another one that runs stands by.",
            registry=self.registry,
        )
        self.passes = Counter(
            "shopmart_live_passes",
            "Passes that had something to do and did it.",
            registry=self.registry,
        )
        self.webhooks = Counter(
            "shopmart_live_webhooks", "Webhooks that were loaded.", registry=self.registry
        )
        seconds = Histogram(
            "shopmart_live_stage_seconds",
            "Stages that did their work, and how long they took.",
            ("stage",),
            buckets=STAGE_SECONDS,
            registry=self.registry,
        )
        failures = Counter(
            "shopmart_live_stage_failures",
            "Tries of a stage that failed.",
            ("stage",),
            registry=self.registry,
        )
        # Before the first failure there is a series at nought, else its increase is not seen.
        self.seconds = {stage: seconds.labels(stage) for stage in STAGES}
        self.failures = {stage: failures.labels(stage) for stage in STAGES}

    @contextmanager
    def working(self) -> Iterator[None]:
        """Tell that the loop is at work, also to who scrapes; its successor finds the port free."""
        self._was_refused = False
        self.serve()
        self.at_work.set(1)
        try:
            yield
        finally:
            self.at_work.set(0)
            self._close()

    def serve(self) -> None:
        """Open the port, if it is not open; one that is taken is told once, and can be retried.

        Whoever worked before and has lost the lock without a word keeps it until it notices.
        """
        if not self._port or self._served is not None:
            return
        try:
            self._served = start_http_server(self._port, addr=LOOPBACK, registry=self.registry)
        except OSError as error:
            was_refused, self._was_refused = self._was_refused, True
            if was_refused:
                return
            LOG.warning(
                "the loop's meters cannot be scraped: port %d: %s; set SHOPMART_LIVE_METRICS_PORT "
                "to a free one, or to 0 for none",
                self._port,
                error.strerror,
            )

    def _close(self) -> None:
        if self._served is not None:
            server, thread = self._served
            self._served = None
            server.shutdown()
            server.server_close()
            thread.join()
