"""All shops of one sandbox, made from (shops, orders, seed, now), and what happens in them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sandbox.announcements import GENERATIONS, Announcement, announcements, before
from sandbox.dice import dice
from sandbox.errors import BadParameter, SandboxError, UnknownShop
from sandbox.facts import CheckoutFact, Fact
from sandbox.generator import Generator
from sandbox.kinds.registry import kind_named
from sandbox.kinds.scene import Kind, Scene
from sandbox.profiles import profile
from sandbox.state.shop import Shop
from sandbox.tampering import tamper
from sandbox.wishes import only

Listener = Callable[[Shop, list[Announcement]], object]
Audience = Callable[[Shop], bool]


def _draft(kind: Kind, scene: Scene) -> list[Fact]:
    only(scene.params, kind.wishes)
    mark = scene.shop.ids.mark()
    try:
        return list(kind.draft(scene))
    except SandboxError:
        scene.shop.ids.restore(mark)
        raise


def _generation(params: Mapping[str, Any]) -> str:
    wish = params.get("generation", GENERATIONS[0])
    if wish not in GENERATIONS:
        raise BadParameter(f"generation is {wish!r}; give one of {', '.join(GENERATIONS)}.")
    return str(wish)


def _marked(fact: Fact, generation: str | None) -> Fact:
    """Facts before an order remember whether a webhook has told them."""
    return replace(fact, told=generation) if isinstance(fact, CheckoutFact) else fact


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
        self.audience: Audience | None = None
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
        keep: Callable[[datetime, bool], None] | None = None,
        told: bool | None = None,
    ) -> list[Fact]:
        """Let one event happen in a shop and tell the listener what Shopify would announce.

        `keep` runs inside the lock, so that a journal has the order in which things happened;
        `told` says, when they happen again, whether somebody had heard of them.
        """
        shop, drafted = self.shop(domain), kind_named(kind)
        generation = _generation(params)
        wishes = {name: wish for name, wish in params.items() if name != "generation"}
        with shop.lock:
            when = at or self._next_moment(shop)
            facts = _draft(drafted, Scene(shop, self._dice(domain), when, wishes))
            heard = self._is_heard(shop) if told is None else told
            facts = [_marked(fact, generation if heard else None) for fact in facts]
            if keep:
                keep(when, heard)
            said = [one for fact in facts for one in self._recorded(shop, fact, generation)]
            self._actions[domain] += 1
            if self.listener:
                self.listener(shop, said)
        return facts

    def _is_heard(self, shop: Shop) -> bool:
        """Whether a webhook of this moment reaches somebody."""
        return self.audience(shop) if self.audience else self.listener is not None

    def _next_moment(self, shop: Shop) -> datetime:
        """Now, or the last fact's time where the clock stands behind it."""
        return max(self.moment(), shop.latest)

    def _recorded(self, shop: Shop, fact: Fact, generation: str) -> list[Announcement]:
        was = before(shop, fact)
        shop.record(fact)
        return announcements(shop, fact, was, generation) if self.listener else []

    def tamper(self, domain: str, cents: int, order_id: int | None = None) -> int:
        """Change one amount of the past in silence; the order's id."""
        shop = self.shop(domain)
        with shop.lock:
            changed = tamper(shop, self._dice(domain), cents, order_id)
            self._actions[domain] += 1
        return changed

    def _dice(self, domain: str) -> random.Random:
        return dice(self.seed, domain, self._actions[domain])
