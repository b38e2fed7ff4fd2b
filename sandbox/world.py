"""All shops of one sandbox, made from (shops, orders, seed, now), and what happens in them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.announcements import Announcement, announcements
from sandbox.dice import dice
from sandbox.errors import SandboxError, UnknownShop
from sandbox.facts import CustomerSaved, Fact
from sandbox.generator import Generator
from sandbox.kinds.registry import kind_named
from sandbox.kinds.scene import Kind, Scene
from sandbox.profiles import profile
from sandbox.state.shop import Shop
from sandbox.tampering import tamper
from sandbox.wishes import only

Listener = Callable[[Shop, list[Announcement]], object]


def _draft(kind: Kind, scene: Scene) -> list[Fact]:
    only(scene.params, kind.wishes)
    mark = scene.shop.ids.mark()
    try:
        return list(kind.draft(scene))
    except SandboxError:
        scene.shop.ids.restore(mark)
        raise


def _wall_clock() -> datetime:
    return datetime.now(UTC)


class World:
    """Deterministic in its arguments and in the actions that follow."""

    def __init__(self, shops: dict[str, Shop], *, orders: int, seed: int, now: datetime) -> None:
        self.shops = shops
        self.orders = orders
        self.seed = seed
        self.now = now
        self.clock: Callable[[], datetime] = _wall_clock
        self.listener: Listener | None = None
        self._actions: Counter[str] = Counter()

    @classmethod
    def generate(
        cls, shops: int = 3, orders: int = 200, seed: int = 7, now: datetime | None = None
    ) -> World:
        """Shops with a year of orders before now."""
        anchor = (now or _wall_clock()).astimezone(UTC).replace(microsecond=0)
        made = [Shop(profile(index, seed=seed)) for index in range(shops)]
        for shop in made:
            Generator(shop, orders=orders, seed=seed, now=anchor).run()
        return cls({s.profile.domain: s for s in made}, orders=orders, seed=seed, now=anchor)

    def shop(self, domain: str) -> Shop:
        """The shop of this domain."""
        try:
            return self.shops[domain]
        except KeyError:
            known = ", ".join(self.shops)
            raise UnknownShop(f"No shop {domain!r}; the shops are {known}.") from None

    def moment(self) -> datetime:
        """Now, to the second as Shopify keeps it, never before the history's end."""
        return max(self.clock().replace(microsecond=0), self.now)

    def happen(
        self,
        domain: str,
        kind: str,
        params: Mapping[str, Any],
        at: datetime | None = None,
        keep: Callable[[datetime], None] | None = None,
    ) -> list[Fact]:
        """Let one event happen in a shop and tell the listener what Shopify would announce.

        `keep` runs inside the lock, so that a journal has the order in which things happened.
        """
        shop, drafted = self.shop(domain), kind_named(kind)
        with shop.lock:
            when = at or self._next_moment(shop)
            facts = _draft(drafted, Scene(shop, self._dice(domain), when, params))
            if keep:
                keep(when)
            told = [one for fact in facts for one in self._recorded(shop, fact)]
            self._actions[domain] += 1
            if self.listener:
                self.listener(shop, told)
        return facts

    def _next_moment(self, shop: Shop) -> datetime:
        """Now, or the last fact's time where the clock stands behind it."""
        return max(self.moment(), shop.history[-1].at) if shop.history else self.moment()

    def _recorded(self, shop: Shop, fact: Fact) -> list[Announcement]:
        is_new = isinstance(fact, CustomerSaved) and fact.customer_id not in shop.customers
        shop.record(fact)
        return announcements(shop, fact, is_new=is_new) if self.listener else []

    def tamper(self, domain: str, cents: int, order_id: int | None = None) -> int:
        """Change one amount of the past in silence; the order's id."""
        shop = self.shop(domain)
        with shop.lock:
            changed = tamper(shop, self._dice(domain), cents, order_id)
            self._actions[domain] += 1
        return changed

    def _dice(self, domain: str) -> random.Random:
        return dice(self.seed, domain, self._actions[domain])
