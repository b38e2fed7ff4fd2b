"""The cost bucket of the app at one shop: queries take points from it, time gives them back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

MAXIMUM, RESTORE = 2000.0, 100.0
# Shopify refuses a dearer query on every plan, however full the bucket.
DEAREST_QUERY = 1000


class Bucket:
    """Leaky: `restore` points a second come back, up to `maximum`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self.maximum, self.restore = MAXIMUM, RESTORE
        self._level = MAXIMUM
        self._seen = clock()
        self.refused = 0

    def take(self, points: float) -> bool:
        """Take a query's points, if the bucket holds them."""
        with self._lock:
            self._leak()
            if points > self._level:
                self.refused += 1
                return False
            self._level -= points
            return True

    def give_back(self, points: float) -> None:
        """Return what a query asked for and did not use."""
        with self._lock:
            self._leak()
            self._level = min(self.maximum, self._level + points)

    def set(self, *, maximum: float, restore: float, available: float | None) -> None:
        """Become a bucket of another plan, or as full as somebody wants it."""
        with self._lock:
            self._leak()
            self.maximum, self.restore = maximum, restore
            self._level = min(maximum, self._level if available is None else available)

    def status(self) -> dict[str, int]:
        """Shopify's `throttleStatus`."""
        with self._lock:
            self._leak()
            return {
                "maximumAvailable": int(self.maximum),
                "currentlyAvailable": int(self._level),
                "restoreRate": int(self.restore),
            }

    def _leak(self) -> None:
        now = self._clock()
        self._level = min(self.maximum, self._level + (now - self._seen) * self.restore)
        self._seen = now
