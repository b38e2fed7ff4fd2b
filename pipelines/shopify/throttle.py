"""The cost bucket of one shop, as Shopify reports it with each answer: who has to wait how long.

Limits differ by plan, so none is assumed: until the first answer nobody waits. What was reserved
and not yet charged stays reserved: Shopify's figure only ever lowers ours, time raises it.
"""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

Cost = Mapping[str, Any]
# A queue of this many buckets is the longest; more would be a reservation that nobody uses.
LONGEST_QUEUE = 10


class Throttle(Protocol):
    """A bucket from which queries reserve what they will cost."""

    def reserve(self, points: float) -> float:
        """Take the points of a query; answers how many seconds to wait before sending it."""

    def settle(self, reserved: float, cost: Cost) -> None:
        """Take over what Shopify says of its bucket and of a query (``extensions.cost``)."""

    def close(self) -> None:
        """Give back what it holds."""


class OwnThrottle:
    """A bucket that the threads of one process share."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._known = False
        self._available = 0.0
        self._maximum = 0.0
        self._rate = 1.0
        self._seen_at = clock()

    def reserve(self, points: float) -> float:
        """See Throttle."""
        with self._lock:
            if not self._known:
                return 0.0
            self._restore()
            self._available = max(
                self._available - min(points, self._maximum), -LONGEST_QUEUE * self._maximum
            )
            return max(0.0, -self._available / self._rate)

    def settle(self, reserved: float, cost: Cost) -> None:
        """See Throttle."""
        stated = stated_bucket(cost)
        if stated is None:
            return
        available, maximum, rate = stated
        with self._lock:
            self._restore()
            ours = self._available + reserved - charged(cost)
            self._available = min(ours, available) if self._known else available
            self._maximum, self._rate, self._known = maximum, rate, True

    def close(self) -> None:
        """See Throttle."""

    def _restore(self) -> None:
        now = self._clock()
        gained = (now - self._seen_at) * self._rate
        self._available = min(self._maximum, self._available + gained)
        self._seen_at = now


def stated_bucket(cost: Cost) -> tuple[float, float, float] | None:
    """Available points, maximum and points a second, where an answer states them."""
    status = cost.get("throttleStatus")
    if not isinstance(status, Mapping):
        return None
    try:
        available, maximum, rate = (
            float(status[name])
            for name in ("currentlyAvailable", "maximumAvailable", "restoreRate")
        )
    except (KeyError, TypeError, ValueError):
        return None
    return (available, maximum, rate) if maximum > 0 and rate > 0 else None


def charged(cost: Cost) -> float:
    """The points that Shopify took for a query; none for one that it throttled."""
    return float(cost.get("actualQueryCost") or 0.0)
