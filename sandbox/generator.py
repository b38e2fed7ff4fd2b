"""A year of a shop's life before now: scripted corner cases and dice, in order of time."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.cases import ABANDONED, CASES, RARE, RECOVERED, Case, Then
from sandbox.catalogue import LAST_SEASON, opening
from sandbox.dice import dice
from sandbox.errors import NothingSuitable
from sandbox.facts import CheckoutSaved, Fact, Placed
from sandbox.kinds.registry import kind_named
from sandbox.kinds.scene import Scene
from sandbox.state.shop import OPENED, Shop

_YEAR = 365
# The last checkouts lie so far back that each is settled when the history ends.
_SETTLED = timedelta(hours=6)


@dataclass(order=True)
class _Due:
    at: datetime
    turn: int
    kind: str = field(compare=False)
    wishes: Mapping[str, Any] = field(compare=False)
    then: Then = field(compare=False, default=())


class Generator:
    """Plays a shop's history into it, once."""

    def __init__(self, shop: Shop, *, orders: int, seed: int, now: datetime) -> None:
        self._shop = shop
        self._now = now
        self._rng = dice(seed, shop.profile.domain)
        self._turn = 0
        self._queue: list[_Due] = []
        for fact in opening(OPENED):
            shop.record(fact)
        recovered = orders // 15
        plain = orders - recovered
        for case, at in zip(self._cases(plain), self._moments(plain), strict=True):
            self._push(at, "order", case.wishes, case.then)
        self._browse(RECOVERED, recovered, days=_YEAR)
        self._browse(ABANDONED, orders // 8, days=_YEAR)
        self._browse(ABANDONED, orders // 16, days=60)
        for _ in range(orders // 25):
            self._push(self._moment(), "customer_create", {})
            self._push(self._moment(), "customer_update", {})
        self._tend(orders)

    def _browse(self, cases: tuple[Case, ...], count: int, *, days: int) -> None:
        """Checkouts, of which Shopify has purged the older ones that nobody completed."""
        for number in range(count):
            case = cases[number % len(cases)]
            length = sum(day for day, _, _ in case.then)
            last = (_SETTLED + timedelta(days=length)) // timedelta(seconds=1)
            ago = timedelta(seconds=self._rng.randrange(last, days * 86400))
            self._push(self._now - ago, "checkout", case.wishes, case.then)

    def _tend(self, orders: int) -> None:
        """The catalogue, the stock and the records change now and then."""
        for _ in range(2 + orders // 100):
            self._push(self._moment(), "product_update", {})
            self._push(self._moment(), "customer_merge", {})
        for status in ("ACTIVE", "ACTIVE", "DRAFT"):
            self._push(self._moment(), "product_create", {"status": status})
        for _ in range(orders // 20):
            self._push(self._moment(), "inventory_update", {})
        self._push(self._moment(), "customer_delete", {})
        self._push(self._moment(), "inventory_disconnect", {})
        gone = [p for p in self._shop.goods.products.values() if LAST_SEASON in p.tags]
        for product in gone:
            at = self._now - timedelta(days=150)
            self._push(at, "product_delete", {"product_id": product.product_id})

    def run(self) -> None:
        """Let everything happen in order of time."""
        while self._queue:
            self._happen(heapq.heappop(self._queue))
        self._shop.began = self._now
        self._shop.checkouts.seal()

    def _happen(self, due: _Due) -> None:
        scene = Scene(self._shop, self._rng, due.at, due.wishes)
        try:
            facts = kind_named(due.kind).draft(scene)
        except NothingSuitable:
            return
        for fact in facts:
            self._shop.record(fact)
            self._follow_up(fact, due)

    def _follow_up(self, fact: Fact, due: _Due) -> None:
        """What comes of an order, or of a checkout that has just begun."""
        if isinstance(fact, Placed):
            own = due.then or tuple(self._fate(fact))
            self._push_all(fact.at, own, {"order_id": fact.order_id})
        elif isinstance(fact, CheckoutSaved) and due.kind == "checkout":
            self._push_all(fact.at, due.then, {"checkout_token": fact.checkout_token})

    def _push_all(self, begin: datetime, then: Then, subject: Mapping[str, Any]) -> None:
        for days, kind, wishes in then:
            at = begin + timedelta(seconds=int(days * 86400))
            if at <= self._now:
                self._push(at, kind, {**wishes, **subject})

    def _fate(self, placed: Placed) -> Iterator[tuple[float, str, Mapping[str, Any]]]:
        """What usually becomes of an order."""
        roll, days = self._rng.random(), self._rng.uniform(0.02, 60)
        if placed.payments and placed.payments[0].kind == "AUTHORIZATION":
            yield self._rng.uniform(0.01, 3), "void" if roll < 0.15 else "capture", {}
        if roll < 0.10:
            yield days, "refund", {}
        if roll < 0.03:
            yield days + self._rng.uniform(0.1, 30), "refund", {}
        elif 0.10 <= roll < 0.14:
            yield days / 10, "cancel", {}
        elif 0.14 <= roll < 0.17:
            yield days / 20, "order_edit", {}
        elif 0.17 <= roll < 0.20:
            yield days, "return" if roll < 0.185 else "exchange", {}

    def _push(
        self,
        at: datetime,
        kind: str,
        wishes: Mapping[str, Any],
        then: Then = (),
    ) -> None:
        self._turn += 1
        heapq.heappush(self._queue, _Due(at, self._turn, kind, wishes, then))

    def _cases(self, orders: int) -> list[Case]:
        scripted = (*CASES, *RARE)[:orders]
        cases = [*scripted, *[Case({})] * (orders - len(scripted))]
        self._rng.shuffle(cases)
        return cases

    def _moments(self, orders: int) -> list[datetime]:
        """When orders come in: the edges of the shop's days first, then anywhere in the year."""
        edges = [at for at in _edges(self._shop, self._now) if at < self._now][: orders // 4]
        return edges + [self._moment() for _ in range(orders - len(edges))]

    def _moment(self) -> datetime:
        return self._now - timedelta(seconds=self._rng.randrange(60, _YEAR * 86400))


def _edges(shop: Shop, now: datetime) -> Iterator[datetime]:
    """Seconds around midnight on plain days, on both days of a clock change, and at month ends."""
    zone = shop.profile.zone
    days = [now.astimezone(zone).date() - timedelta(days=n) for n in range(2, _YEAR)]
    changes = [day for day in days if _hours(day, zone) != timedelta(hours=24)]
    firsts = [day for day in days if day.day == 1]
    for day in [*changes, *firsts[:4], *days[::60]]:
        start = datetime.combine(day, time(), zone).astimezone(UTC)
        yield start
        yield start - timedelta(seconds=1)
        yield start + _hours(day, zone) - timedelta(seconds=20)


def _hours(day: date, zone: ZoneInfo) -> timedelta:
    begin = datetime.combine(day, time(), zone).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    return end - begin
