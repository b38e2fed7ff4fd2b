"""What the loop did, told to Dagster over plain HTTP, so that its pages stay the one place to look.

Sums per asset, at most one report a minute and one at each change of state: a report for each pass
would fill Dagster's storage by half a gigabyte a day. Where no Dagster answers, nothing is lost:
the next report says it all.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock, Thread

import httpx

from pipelines.build import BuildResult
from pipelines.refetch import Refetched
from pipelines.webhooks import WebhookLoad

LOG = logging.getLogger(__name__)
LANDED = "landing/webhook_events"
EVERY_SECONDS = 60.0
ANSWER_SECONDS = 5.0
SAID = "By the live loop; figures are sums since the last report."


@dataclass
class Asset:
    """What is to be said of one asset; ``words`` are of a change of state."""

    sums: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    words: str | None = None
    said_at: float = float("-inf")

    def is_due(self, now: float) -> bool:
        """Whether to speak of it."""
        is_time = now - self.said_at >= EVERY_SECONDS
        return self.words is not None or (bool(self.sums) and is_time)


class Reports:
    """Collects from the loop's threads and tells Dagster from one of its own."""

    def __init__(
        self,
        url: str,
        *,
        models: Callable[[], Mapping[str, str]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = url.rstrip("/")
        self._models = models
        self._clock = clock
        self._lock = Lock()
        self._assets: dict[str, Asset] = defaultdict(Asset)
        self._troubles: dict[str, str] = {}

    def loaded(self, load: WebhookLoad) -> None:
        """Landed webhooks were loaded."""
        figures = {"webhooks": load.events, "documents": load.documents, "kept": load.kept}
        more = {"quarantined": load.quarantined, "orders marked": load.marked}
        self._add(LANDED, {**figures, **more, "loads": load.batches})

    def refetched(self, again: Refetched) -> None:
        """Marked orders were read again."""
        self._add(LANDED, {"orders read again": again.orders, "orders gone": again.gone})

    def built(self, build: BuildResult) -> None:
        """Models were built."""
        models = self._models()
        seconds = round(build.duration, 3)
        for node in build.nodes:
            if (asset := models.get(node.rpartition(".")[2])) is not None:
                sums = {"builds": 1, "orders recomputed": build.dirty_orders, "seconds": seconds}
                self._add(asset, sums)

    def failed(self, stage: str, text: str) -> None:
        """A stage failed; said once for each trouble, not for each try."""
        with self._lock:
            if stage not in self._troubles:
                self._assets[LANDED].words = f"The live loop's stage {stage} failed: {text}"
            self._troubles[stage] = text

    def recovered(self, stage: str) -> None:
        """A stage that had failed works again."""
        with self._lock:
            if self._troubles.pop(stage, None) is not None:
                self._assets[LANDED].words = f"The live loop's stage {stage} works again."

    @contextmanager
    def telling(self) -> Iterator["Reports"]:
        """Tell Dagster while the block runs, and what is left at its end."""
        stop = Event()
        thread = Thread(target=self._run, args=(stop,), name="reports", daemon=True)
        thread.start()
        try:
            yield self
        finally:
            stop.set()
            thread.join(2 * ANSWER_SECONDS)

    def tell(self, client: httpx.Client) -> int:
        """Send what is due; returns how many reports Dagster took."""
        return sum(self._tell(client, *due) for due in self._due())

    def _run(self, stop: Event) -> None:
        with httpx.Client(base_url=self._url, timeout=ANSWER_SECONDS, trust_env=False) as client:
            while not stop.wait(1.0):
                self.tell(client)
            self.tell(client)

    def _add(self, asset: str, figures: Mapping[str, float]) -> None:
        with self._lock:
            sums = self._assets[asset].sums
            for name, value in figures.items():
                sums[name] += value

    def _due(self) -> list[tuple[str, dict[str, float], str | None]]:
        """Take what is due out of the book."""
        now, found = self._clock(), []
        with self._lock:
            for name, asset in self._assets.items():
                if asset.is_due(now):
                    found.append((name, dict(asset.sums), asset.words))
                    asset.sums.clear()
                    asset.words, asset.said_at = None, now
        return found

    def _tell(
        self, client: httpx.Client, asset: str, sums: dict[str, float], words: str | None
    ) -> bool:
        kind = "observation" if words else "materialization"
        body = {"metadata": sums, "description": words or SAID}
        try:
            client.post(f"/report_asset_{kind}/{asset}", json=body).raise_for_status()
        except httpx.HTTPError as error:
            LOG.debug("Dagster did not take a report of %s: %s", asset, error)
            self._add(asset, sums)
            return False
        return True
