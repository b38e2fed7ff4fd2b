"""Background life: events over all shops at a steady rate, until the rate is set to nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.dice import dice
from sandbox.errors import NothingSuitable

Happen = Callable[[str, str, Mapping[str, Any]], object]

KINDS = {
    "order": 60,
    "refund": 10,
    "customer_update": 8,
    "capture": 6,
    "cancel": 4,
    "void": 2,
    "order_edit": 3,
    "return": 2,
    "exchange": 2,
    "cart": 6,
    "checkout": 14,
    "checkout_update": 6,
    "checkout_complete": 8,
    "inventory_update": 4,
    "product_update": 3,
    "product_create": 1,
    "customer_merge": 1,
}
# Every third checkout was left a while ago, so that abandonment is seen without waiting for it.
LONG_AGO: Mapping[str, Any] = {"minutes_ago": 75}
FASTEST = 6000


class Trickle:
    """One thread while the rate is above zero."""

    def __init__(self, happen: Happen, shops: list[str], *, seed: int) -> None:
        self._happen = happen
        self._shops = shops
        self._dice = dice("trickle", seed)
        self._stop: threading.Event | None = None
        self.per_minute = 0.0

    def set(self, per_minute: float) -> None:
        """Change the rate; zero stops."""
        self.stop()
        self.per_minute = per_minute
        if per_minute:
            self._stop = threading.Event()
            threading.Thread(
                target=self._run, args=(60 / per_minute, self._stop), name="trickle", daemon=True
            ).start()

    def stop(self) -> None:
        """End the background life."""
        if self._stop:
            self._stop.set()
        self._stop, self.per_minute = None, 0.0

    def _run(self, pause: float, stop: threading.Event) -> None:
        while not stop.wait(pause):
            shop = self._dice.choice(self._shops)
            kind = self._dice.choices(list(KINDS), list(KINDS.values()))[0]
            left = kind == "checkout" and self._dice.random() < 1 / 3
            try:
                self._happen(shop, kind, LONG_AGO if left else {})
            except NothingSuitable:
                self._happen(shop, "order", {})
