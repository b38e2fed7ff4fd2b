"""Delivers signed webhooks from a queue, with knobs for what goes wrong on the way.

They go to the target of the knobs, which gets every topic as an app's own configuration would, and
to the addresses that the app has subscribed. Each delivery is tried until it is answered 2xx or
tried out, with Shopify's growing pauses through a `time_factor`; forged copies are extra, so that a
target that accepts one shows itself without anything true being lost.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any

import httpx

from sandbox.announcements import Announcement
from sandbox.dice import dice
from sandbox.knobs import Knobs
from sandbox.platform.addressing import addressed
from sandbox.platform.app import Platform
from sandbox.platform.topics import COMPLIANCE
from sandbox.signing import forged, headers
from sandbox.state.shop import Shop

_TIMEOUT = httpx.Timeout(5.0, connect=1.0)


@dataclass
class Delivery:
    """One request that is due."""

    url: str
    headers: dict[str, str]
    body: bytes
    forged: bool = False
    subscription: int | None = None
    tries: int = 0
    due: float = 0.0
    began: float = 0.0

    @property
    def shop(self) -> str:
        """The domain that it speaks for."""
        return self.headers["X-Shopify-Shop-Domain"]


@dataclass
class Counts:
    """What became of the requests."""

    sent: int = 0
    acknowledged: int = 0
    rejected: int = 0
    forged_sent: int = 0
    forged_accepted: int = 0
    undeliverable: int = 0
    unsubscribed: int = 0
    failures: list[str] = field(default_factory=list)


class Courier:
    """One queue and one thread for all shops."""

    def __init__(self, platform: Platform, *, seed: int, life: str) -> None:
        self._platform = platform
        self._life = life
        self.knobs = Knobs()
        self.counts = Counts()
        self._dice = dice("deliveries", seed)
        self._queue: deque[Delivery] = deque()
        self._held: list[Delivery] = []
        self._triggered: dict[datetime, int] = {}
        self._busy = 0
        self._reached: dict[str, float] = {}
        self.queued = 0
        self._wake = threading.Condition()
        self._closed = False
        self._thread: threading.Thread | None = None

    def hears(self, shop: Shop) -> bool:
        """Whether anybody is told of a shop's checkouts: what nobody heard is history only."""
        installation = self._platform.at(shop.profile.domain)
        heard = self._target() is not None or any(
            one.is_deliverable and one.topic.startswith("CHECKOUTS_")
            for one in installation.subscriptions.all()
        )
        return heard and installation.is_installed

    def announce(self, shop: Shop, told: list[Announcement]) -> int:
        """Queue what an event sets off, for the target and for whoever has subscribed."""
        with self._wake:
            due = [copy for one in told for copy in self._copies(shop, one)]
            for delivery in due:
                is_late = bool(self.knobs.late) and self._dice.random() < self.knobs.late
                (self._held if is_late else self._queue).append(delivery)
            self.queued += len(due)
            if due and self._thread is None:
                self._thread = threading.Thread(target=self._work, name="courier", daemon=True)
                self._thread.start()
            self._wake.notify_all()
        return len(due)

    def flush(self, timeout: float, *, late: bool = False) -> dict[str, Any]:
        """Wait until every queued delivery was answered or tried out, late ones when asked for."""
        with self._wake:
            if late:
                self._queue.extend(self._held)
                self._held.clear()
                self._wake.notify_all()
            self._wake.wait_for(lambda: not self._queue and not self._busy, timeout)
            held, pending = len(self._held), len(self._queue) + self._busy
            return {**vars(self.counts), "pending": pending, "held": held}

    def close(self) -> None:
        """Stop; what is queued is dropped."""
        with self._wake:
            self._closed = True
            self._wake.notify_all()

    def _target(self) -> str | None:
        return self.knobs.url if self.knobs.enabled else None

    def _copies(self, shop: Shop, told: Announcement) -> Iterator[Delivery]:
        first = list(self._first_copies(shop, told))
        for delivery in first:
            yield delivery
            if self._dice.random() < float(self.knobs.duplicates):
                yield replace(delivery)
            if self._dice.random() < float(self.knobs.bad_signatures):
                headers_, body = forged(delivery.headers, delivery.body)
                yield Delivery(delivery.url, headers_, body, forged=True)

    def _first_copies(self, shop: Shop, told: Announcement) -> Iterator[Delivery]:
        installation = self._platform.at(shop.profile.domain)
        if not installation.is_installed and told.topic not in COMPLIANCE:
            return
        subscribed = installation.subscriptions.to(told.topic)
        target = self._target()
        if not target and not subscribed:
            return
        sent = headers(shop.profile, told, self._life, self._nanosecond(told.happened_at))
        if target:
            yield Delivery(target, sent, told.body)
        for one in subscribed:
            self.counts.undeliverable += not one.is_deliverable
            if one.is_deliverable:
                own, body = addressed(sent, told.body, one, installation.client_secret)
                yield Delivery(one.uri, own, body, subscription=one.number)

    def _nanosecond(self, at: datetime) -> int:
        """Later webhooks of one second are triggered later in it: receivers break ties by that."""
        last = self._triggered.get(at, 0)
        self._triggered[at] = min(last + self._dice.randrange(1, 50_000), 999_999_999)
        return self._triggered[at]

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
            if accepted:
                self._reached[delivery.url] = time.monotonic()
            elif again:
                delivery.due = time.monotonic() + self.knobs.pause_after(delivery.tries)
                self._queue.append(delivery)
            else:
                counts.rejected += 1
                if not delivery.forged:
                    self._give_up(delivery, answered)
            self._busy = 0
            self._wake.notify_all()

    def _give_up(self, delivery: Delivery, answered: int | None) -> None:
        """Tried out: a subscription that reached nobody in all that time is deleted."""
        if len(self.counts.failures) < 20:
            self.counts.failures.append(f"{delivery.headers['X-Shopify-Topic']}: {answered}")
        number = delivery.subscription
        if number is None or self._reached.get(delivery.url, 0.0) > delivery.began:
            return
        kept = self._platform.at(delivery.shop).subscriptions
        self.counts.unsubscribed += kept.delete(number)
        mine = (number, delivery.shop)
        self._queue = deque(one for one in self._queue if (one.subscription, one.shop) != mine)


def _try(client: httpx.Client, delivery: Delivery) -> int | None:
    delivery.tries += 1
    delivery.began = delivery.began or time.monotonic()
    try:
        return client.post(
            delivery.url, content=delivery.body, headers=delivery.headers
        ).status_code
    except httpx.HTTPError:
        return None
