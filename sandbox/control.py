"""What tests and the demo do to a world: events, tampering, webhooks, trickle, faults, truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sandbox.deliveries import Courier
from sandbox.facts import Fact
from sandbox.faults import Faults
from sandbox.graph.schema import schema
from sandbox.journal import Journal
from sandbox.platform.app import platform_of
from sandbox.platform.notices import Notices
from sandbox.trickle import FASTEST, Trickle
from sandbox.truth.answer import THRESHOLD, truth
from sandbox.wishes import moment, number, only, truth_value, whole
from sandbox.world import World

Answer = dict[str, Any]
MOST_EVENTS = 5000
MOST_CENTS = 1_000_000


class Control:
    """One per server; every action that changes a shop is journalled before it is answered."""

    def __init__(self, world: World, faults: Faults, journal: Journal | None = None) -> None:
        self._world = world
        self._faults = faults
        self._journal = journal
        self.platform = platform_of(world)
        self._courier = Courier(self.platform, seed=world.seed, life=world.now.isoformat())
        self._trickle = Trickle(self._happen, list(world.shops), seed=world.seed)
        world.listener = self.tell = self._courier.announce
        self.notices = Notices(world, self.platform, self.tell)
        world.audience = self._courier.hears

    def shops(self) -> list[Answer]:
        """Every shop with what a tenant needs to be connected."""
        return [
            {
                "shopDomain": shop.profile.domain,
                "name": shop.profile.name,
                **self.platform.credentials(shop.profile.domain),
                "webhookSecret": shop.profile.webhook_secret,
                "currency": shop.profile.currency,
                "timezone": shop.profile.timezone,
                "taxesIncluded": shop.profile.taxes_included,
                "orders": len(shop.orders),
            }
            for shop in self._world.shops.values()
        ]

    def truth(self, domain: str, wishes: Mapping[str, str]) -> Answer:
        """The true figures of one shop, those of checkouts as they are at the wished moment."""
        only(wishes, ("now", "threshold"))
        now = moment(wishes, "now", self._world.moment())
        threshold = whole(wishes, "threshold", THRESHOLD, low=1, high=525_600)
        return truth(self._world.shop(domain), now=now, threshold=threshold)

    def events(self, domain: str, body: Answer) -> Answer:
        """Let something happen, once or `count` times, with wishes for its particulars."""
        count = whole(body, "count", 1, low=1, high=MOST_EVENTS)
        params = {name: wish for name, wish in body.items() if name not in ("kind", "count")}
        before = self._courier.queued
        facts = [
            fact
            for _ in range(count)
            for fact in self._happen(domain, str(body.get("kind")), params)
        ]
        queued = self._courier.queued - before
        return {"happened": [_told(fact) for fact in facts], "deliveries": queued}

    def tamper(self, domain: str, body: Answer) -> Answer:
        """Change one amount of the past in silence."""
        only(body, ("cents", "order_id"))
        cents = whole(body, "cents", 1, low=-MOST_CENTS, high=MOST_CENTS)
        wanted = whole(body, "order_id", 0) or None
        changed = self._world.tamper(domain, cents, wanted)
        self._keep({"do": "tamper", "shop": domain, "cents": cents, "order_id": wanted})
        return {"order_id": changed, "cents": cents}

    def webhooks(self, body: Answer) -> Answer:
        """Set the target and the knobs."""
        self._courier.knobs.turn(body)
        return asdict(self._courier.knobs)

    def flush(self, body: Answer) -> Answer:
        """Wait for the deliveries that are due; with `late` also for those held back."""
        only(body, ("timeout", "late"))
        timeout = number(body, "timeout", 60, low=0, high=600)
        return self._courier.flush(timeout, late=truth_value(body, "late", False))

    def trickle(self, body: Answer) -> Answer:
        """Set the rate of background life."""
        self._trickle.set(number(body, "per_minute", 0, low=0, high=FASTEST))
        return {"per_minute": self._trickle.per_minute}

    def faults(self, body: Answer) -> Answer:
        """Order what goes wrong next."""
        return self._faults.order(body)

    def drift(self, body: Answer) -> Answer:
        """Change the schema as a release of Shopify's does."""
        return self._faults.drift.turn(body, schema())

    def close(self) -> None:
        """Stop the threads."""
        self._trickle.stop()
        self._courier.close()

    def _happen(self, domain: str, kind: str, params: Mapping[str, Any]) -> list[Fact]:
        def keep(at: datetime, told: bool) -> None:
            self._keep(
                {
                    "do": "event",
                    "shop": domain,
                    "kind": kind,
                    "params": dict(params),
                    "at": at.isoformat(),
                    "told": told,
                }
            )

        return self._world.happen(domain, kind, params, keep=keep)

    def _keep(self, action: Answer) -> None:
        if self._journal:
            self._journal.write(action)


def _told(fact: Fact) -> Answer:
    ids = ("order_id", "customer_id", "refund_id", "number")
    at: datetime = fact.at
    return {
        "fact": type(fact).__name__,
        "at": at.isoformat(),
        **{name: getattr(fact, name) for name in ids if hasattr(fact, name)},
    }
