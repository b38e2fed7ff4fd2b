"""The cost bucket of one shop, as Shopify reports it with each answer, shared by our threads."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any


class Throttle:
    """Makes a caller wait until Shopify's bucket should hold the points of the next query.

    Limits differ by plan, so none is assumed: until the first answer nobody waits.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._available = float("inf")
        self._maximum = float("inf")
        self._restored_per_second = 0.0
        self._seen_at = clock()

    def reserve(self, cost: float) -> float:
        """Take the points of a query; answers how many seconds to wait before sending it."""
        with self._lock:
            self._restore()
            cost = min(cost, self._maximum)
            missing = cost - self._available
            self._available -= cost
            if missing <= 0 or self._restored_per_second <= 0:
                return 0.0
            return missing / self._restored_per_second

    def observe(self, cost: Mapping[str, Any]) -> None:
        """Take over what Shopify says of its bucket (``extensions.cost``)."""
        status = cost.get("throttleStatus") or {}
        if not status:
            return
        with self._lock:
            self._maximum = float(status["maximumAvailable"])
            self._available = float(status["currentlyAvailable"])
            self._restored_per_second = float(status["restoreRate"])
            self._seen_at = self._clock()

    def refused(self, cost: Mapping[str, Any]) -> float:
        """Observe a throttled answer; the seconds until the bucket holds what the query asked."""
        self.observe(cost)
        with self._lock:
            missing = float(cost.get("requestedQueryCost") or 0) - self._available
            if self._restored_per_second <= 0:
                return 1.0
            return max(missing / self._restored_per_second, 0.1)

    def _restore(self) -> None:
        now = self._clock()
        gained = (now - self._seen_at) * self._restored_per_second
        self._available = min(self._maximum, self._available + gained)
        self._seen_at = now
