"""Delivers signed webhooks from a queue, with knobs for what goes wrong on the way.

Each delivery is tried until it is answered 2xx or tried out; forged copies are extra, so that
a target that accepts one shows itself without anything true being lost.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

import httpx

from sandbox.announcements import Announcement
from sandbox.dice import dice
from sandbox.errors import BadParameter
from sandbox.signing import forged, headers
from sandbox.state.shop import Shop
from sandbox.wishes import number, only, text, truth_value, whole

_TIMEOUT = httpx.Timeout(5.0, connect=1.0)


@dataclass
class Knobs:
    """Where deliveries go and how badly they behave."""

    url: str | None = None
    enabled: bool = False
    duplicates: float = 0.0
    shuffle: int = 0
    bad_signatures: float = 0.0
    tries: int = 8

    def turn(self, wishes: dict[str, Any]) -> None:
        """Take in posted wishes; what is not named stays."""
        only(wishes, tuple(vars(self)))
        url = text(wishes, "url") if "url" in wishes else self.url
        if url is not None and not url.startswith(("http://", "https://")):
            raise BadParameter(f"url is {url!r}; give an address that starts with http.")
        enabled = truth_value(wishes, "enabled", self.enabled)
        duplicates = number(wishes, "duplicates", self.duplicates, low=0, high=1)
        shuffle = whole(wishes, "shuffle", self.shuffle, high=10_000)
        share_forged = number(wishes, "bad_signatures", self.bad_signatures, low=0, high=1)
        self.url, self.enabled, self.duplicates = url, enabled, duplicates
        tries = whole(wishes, "tries", self.tries, low=1, high=20)
        self.shuffle, self.bad_signatures, self.tries = shuffle, share_forged, tries


@dataclass
class Delivery:
    """One request that is due."""

    url: str
    headers: dict[str, str]
    body: bytes
    forged: bool = False
    tries: int = 0
    due: float = 0.0


@dataclass
class Counts:
    """What became of the requests."""

    sent: int = 0
    acknowledged: int = 0
    rejected: int = 0
    forged_sent: int = 0
    forged_accepted: int = 0
    failures: list[str] = field(default_factory=list)


class Courier:
    """One queue and one thread for all shops."""

    def __init__(self, *, seed: int, life: str) -> None:
        self._life = life
        self.knobs = Knobs()
        self.counts = Counts()
        self._dice = dice("deliveries", seed)
        self._queue: deque[Delivery] = deque()
        self._triggered = (datetime.min, 0)
        self._busy = 0
        self.queued = 0
        self._wake = threading.Condition()
        self._closed = False
        self._thread: threading.Thread | None = None

    def announce(self, shop: Shop, told: list[Announcement]) -> int:
        """Queue what an event sets off; nothing while no target is set."""
        if not self.knobs.enabled or not self.knobs.url:
            return 0
        url = self.knobs.url
        with self._wake:
            due = [copy for one in told for copy in self._copies(shop, one, url)]
            self._queue.extend(due)
            self.queued += len(due)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="courier", daemon=True)
                self._thread.start()
            self._wake.notify_all()
        return len(due)

    def flush(self, timeout: float) -> dict[str, Any]:
        """Wait until every queued delivery was answered or tried out."""
        with self._wake:
            self._wake.wait_for(lambda: not self._queue and not self._busy, timeout)
            return {**vars(self.counts), "pending": len(self._queue) + self._busy}

    def close(self) -> None:
        """Stop; what is queued is dropped."""
        with self._wake:
            self._closed = True
            self._wake.notify_all()

    def _copies(self, shop: Shop, told: Announcement, url: str) -> list[Delivery]:
        nanosecond = self._nanosecond(told.happened_at)
        sent = headers(shop.profile, told, self._life, nanosecond)
        copies = [Delivery(url, sent, told.body)]
        if self._dice.random() < float(self.knobs.duplicates):
            copies.append(Delivery(url, sent, told.body))
        if self._dice.random() < float(self.knobs.bad_signatures):
            copies.append(Delivery(url, *forged(sent, told.body), forged=True))
        return copies

    def _nanosecond(self, at: datetime) -> int:
        """Later webhooks of one second are triggered later in it: receivers break ties by that."""
        second, last = self._triggered
        step = self._dice.randrange(1, 50_000)
        self._triggered = (at, min(last + step, 999_999_999) if at == second else step)
        return self._triggered[1]

    def _work(self) -> None:
        with httpx.Client(timeout=_TIMEOUT) as client:
            while True:
                delivery = self._wait()
                if delivery is None:
                    return
                self._settle(delivery, _try(client, delivery))

    def _wait(self) -> Delivery | None:
        """The next delivery when its time has come; nothing once the courier is closed."""
        with self._wake:
            while not self._closed:
                now = time.monotonic()
                delivery = self._next(now)
                if delivery:
                    self._busy = 1
                    return delivery
                until = min((waiting.due for waiting in self._queue), default=now + 3600)
                self._wake.wait(max(0.0, until - now))
        return None

    def _next(self, now: float) -> Delivery | None:
        """One of the first that are due: which, is for the shuffle to say."""
        window = max(1, self.knobs.shuffle)
        ready = list(islice((at for at, one in enumerate(self._queue) if one.due <= now), window))
        if not ready:
            return None
        at = self._dice.choice(ready)
        delivery = self._queue[at]
        del self._queue[at]
        return delivery

    def _settle(self, delivery: Delivery, answered: int | None) -> None:
        accepted = answered is not None and 200 <= answered < 300
        again = not accepted and not delivery.forged and delivery.tries < self.knobs.tries
        with self._wake:
            counts = self.counts
            counts.sent += 1
            counts.forged_sent += delivery.forged
            counts.forged_accepted += delivery.forged and accepted
            counts.acknowledged += accepted
            if again:
                delivery.due = time.monotonic() + 0.1 * 2**delivery.tries
                self._queue.append(delivery)
            elif not accepted:
                counts.rejected += 1
                if not delivery.forged and len(counts.failures) < 20:
                    counts.failures.append(f"{delivery.headers['X-Shopify-Topic']}: {answered}")
            self._busy = 0
            self._wake.notify_all()


def _try(client: httpx.Client, delivery: Delivery) -> int | None:
    delivery.tries += 1
    try:
        return client.post(
            delivery.url, content=delivery.body, headers=delivery.headers
        ).status_code
    except httpx.HTTPError:
        return None
