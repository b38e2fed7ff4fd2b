"""What tests and the demo do to a world: events, tampering, webhooks, trickle, faults, truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sandbox.deliveries import Courier
from sandbox.errors import BadParameter
from sandbox.facts import Fact
from sandbox.faults import Faults
from sandbox.journal import Journal
from sandbox.trickle import Trickle
from sandbox.truth.answer import truth
from sandbox.world import World

Answer = dict[str, Any]
MOST_EVENTS = 5000


class Control:
    """One per server; every action that changes a shop is journalled before it is answered."""

    def __init__(self, world: World, faults: Faults, journal: Journal | None = None) -> None:
        self._world = world
        self._faults = faults
        self._journal = journal
        self._courier = Courier(seed=world.seed)
        self._trickle = Trickle(self._happen, list(world.shops), seed=world.seed)
        world.listener = self._courier.announce

    def shops(self) -> list[Answer]:
        """Every shop with what a tenant needs to be connected."""
        return [
            {
                "shopDomain": shop.profile.domain,
                "name": shop.profile.name,
                "accessToken": shop.profile.access_token,
                "webhookSecret": shop.profile.webhook_secret,
                "currency": shop.profile.currency,
                "timezone": shop.profile.timezone,
                "taxesIncluded": shop.profile.taxes_included,
                "orders": len(shop.orders),
            }
            for shop in self._world.shops.values()
        ]

    def truth(self, domain: str) -> Answer:
        """The true figures of one shop."""
        return truth(self._world.shop(domain))

    def events(self, domain: str, body: Answer) -> Answer:
        """Let something happen, once or `count` times, with wishes for its particulars."""
        count = _whole(body, "count", 1)
        if not 1 <= count <= MOST_EVENTS:
            raise BadParameter(f"count is {count}; give 1 to {MOST_EVENTS}.")
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
        cents, order_id = _whole(body, "cents", 1), body.get("order_id")
        wanted = None if order_id is None else _whole(body, "order_id", 0)
        changed = self._world.tamper(domain, cents, wanted)
        self._keep({"do": "tamper", "shop": domain, "cents": cents, "order_id": wanted})
        return {"order_id": changed, "cents": cents}

    def webhooks(self, body: Answer) -> Answer:
        """Set the target and the knobs."""
        self._courier.knobs.turn(body)
        return asdict(self._courier.knobs)

    def flush(self, body: Answer) -> Answer:
        """Wait for the deliveries that are due."""
        return self._courier.flush(float(body.get("timeout", 60)))

    def trickle(self, body: Answer) -> Answer:
        """Set the rate of background life."""
        self._trickle.set(_number(body, "per_minute"))
        return {"per_minute": self._trickle.per_minute}

    def faults(self, body: Answer) -> Answer:
        """Order what goes wrong next."""
        return self._faults.order(body)

    def close(self) -> None:
        """Stop the threads."""
        self._trickle.stop()
        self._courier.close()

    def _happen(self, domain: str, kind: str, params: Mapping[str, Any]) -> list[Fact]:
        at = self._world.moment()

        def keep() -> None:
            self._keep(
                {
                    "do": "event",
                    "shop": domain,
                    "kind": kind,
                    "params": dict(params),
                    "at": at.isoformat(),
                }
            )

        return self._world.happen(domain, kind, params, at, keep)

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


def _whole(body: Answer, name: str, default: int) -> int:
    value = body.get(name, default)
    if isinstance(value, str) and value.lstrip("-").isdigit():
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise BadParameter(f"{name} is {value!r}; give a whole number.")


def _number(body: Answer, name: str) -> float:
    value = body.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadParameter(f"{name} is {value!r}; give a number.")
    return float(value)
