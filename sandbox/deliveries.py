"""Delivers signed webhooks from a queue, with knobs for what goes wrong on the way.

Each delivery is tried until it is answered 2xx or tried out; forged copies are extra, so that
a target that accepts one shows itself without anything true being lost.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
import time
import uuid
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from sandbox.announcements import Announcement
from sandbox.dice import dice
from sandbox.errors import BadParameter
from sandbox.state.shop import Shop
from sandbox.wishes import number, only, text, truth_value, whole

VERSION = "2026-10"
TRIES = 6
_TIMEOUT = httpx.Timeout(5.0, connect=1.0)


@dataclass
class Knobs:
    """Where deliveries go and how badly they behave."""

    url: str | None = None
    enabled: bool = False
    duplicates: float = 0.0
    shuffle: int = 0
    bad_signatures: float = 0.0

    def turn(self, wishes: dict[str, Any]) -> None:
        """Take in posted wishes; what is not named stays."""
        only(wishes, tuple(vars(self)))
        url = text(wishes, "url") if "url" in wishes else self.url
        if url is not None and not url.startswith(("http://", "https://")):
            raise BadParameter(f"url is {url!r}; give an address that starts with http.")
        enabled = truth_value(wishes, "enabled", self.enabled)
        duplicates = number(wishes, "duplicates", self.duplicates, low=0, high=1)
        shuffle = whole(wishes, "shuffle", self.shuffle, high=10_000)
        forged = number(wishes, "bad_signatures", self.bad_signatures, low=0, high=1)
        self.url, self.enabled, self.duplicates = url, enabled, duplicates
        self.shuffle, self.bad_signatures = shuffle, forged


@dataclass
class Delivery:
    """One request that is due."""

    url: str
    headers: dict[str, str]
    body: bytes
    forged: bool = False
    tries: int = 0


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

    def __init__(self, *, seed: int) -> None:
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
        headers = _headers(shop, told, self._uuid(), self._nanosecond(told.happened_at))
        copies = [Delivery(url, headers, told.body)]
        if self._dice.random() < float(self.knobs.duplicates):
            copies.append(Delivery(url, dict(headers), told.body))
        if self._dice.random() < float(self.knobs.bad_signatures):
            copies.append(_forged(url, headers, told.body, self._uuid()))
        return copies

    def _nanosecond(self, at: datetime) -> int:
        """Later webhooks of one second are triggered later in it: receivers break ties by that."""
        second, last = self._triggered
        step = self._dice.randrange(1, 50_000)
        self._triggered = (at, min(last + step, 999_999_999) if at == second else step)
        return self._triggered[1]

    def _uuid(self) -> str:
        return str(uuid.UUID(int=self._dice.getrandbits(128), version=4))

    def _work(self) -> None:
        with httpx.Client(timeout=_TIMEOUT) as client:
            while True:
                with self._wake:
                    self._wake.wait_for(lambda: bool(self._queue) or self._closed)
                    if self._closed:
                        return
                    delivery = self._next()
                    self._busy = 1
                answered = _try(client, delivery)
                self._settle(delivery, answered)

    def _next(self) -> Delivery:
        window = min(len(self._queue), max(1, int(self.knobs.shuffle)))
        at = self._dice.randrange(window) if window > 1 else 0
        delivery = self._queue[at]
        del self._queue[at]
        return delivery

    def _settle(self, delivery: Delivery, answered: int | None) -> None:
        accepted = answered is not None and 200 <= answered < 300
        counts = self.counts
        if not accepted and not delivery.forged and delivery.tries < TRIES:
            time.sleep(min(2.0, 0.1 * 2**delivery.tries))
        with self._wake:
            counts.sent += 1
            counts.forged_sent += delivery.forged
            counts.forged_accepted += delivery.forged and accepted
            counts.acknowledged += accepted
            if not accepted and not delivery.forged and delivery.tries < TRIES:
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


def signature(secret: str, body: bytes) -> str:
    """Shopify's: base64 of HMAC-SHA256 over the raw bytes."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def _headers(shop: Shop, told: Announcement, webhook_id: str, nanoseconds: int) -> dict[str, str]:
    profile = shop.profile
    event = uuid.uuid5(uuid.NAMESPACE_DNS, f"{profile.domain}:{told.event}")
    return {
        "Content-Type": "application/json",
        "User-Agent": "Shopify-Captain-Hook",
        "X-Shopify-Topic": told.topic,
        "X-Shopify-Hmac-Sha256": signature(profile.webhook_secret, told.body),
        "X-Shopify-Shop-Domain": profile.domain,
        "X-Shopify-API-Version": VERSION,
        "X-Shopify-Webhook-Id": webhook_id,
        "X-Shopify-Event-Id": str(event),
        "X-Shopify-Triggered-At": f"{told.happened_at:%Y-%m-%dT%H:%M:%S}.{nanoseconds:09d}Z",
    }


def _forged(url: str, headers: dict[str, str], body: bytes, webhook_id: str) -> Delivery:
    """A changed body under the signature of the true one."""
    changed = {**headers, "X-Shopify-Webhook-Id": webhook_id}
    return Delivery(url, changed, body[:-1] + b',"forged":true}', forged=True)
