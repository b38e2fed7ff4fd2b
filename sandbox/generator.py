"""A year of a shop's life before now: scripted corner cases and dice, in order of time."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.dice import dice
from sandbox.errors import NothingSuitable
from sandbox.facts import Placed
from sandbox.kinds.registry import kind_named
from sandbox.kinds.scene import Scene
from sandbox.state.shop import Shop

_YEAR = 365


@dataclass(frozen=True)
class Case:
    """One order that every shop must have, and what comes of it: (days later, kind, wishes)."""

    wishes: Mapping[str, Any]
    then: tuple[tuple[float, str, Mapping[str, Any]], ...] = ()


_PAID: Mapping[str, Any] = {"payment": "paid", "test": False}
CASES = (
    Case({**_PAID, "lines": 1, "quantity": 3, "discount": "none", "shipping": False}),
    Case(
        {**_PAID, "discount": "both", "lines": 3, "quantity": 3},
        ((9, "refund", {"share": "part"}),),
    ),
    Case(
        {**_PAID, "shipping": True, "lines": 2},
        ((40, "refund", {"share": "full", "shipping": True}),),
    ),
    Case(
        {**_PAID, "lines": 2, "quantity": 7, "discount": "order"},
        ((3, "refund", {"share": "part"}), (11, "refund", {"share": "part"}), (20, "cancel", {})),
    ),
    Case({"payment": "pending", "discount": "order", "test": False}, ((2, "cancel", {}),)),
    Case({"payment": "authorized", "test": False}, ((6, "void", {}),)),
    Case({"payment": "authorized", "test": False}, ((1, "capture", {}), (4, "cancel", {}))),
    Case(
        {"payment": "partial", "test": False}, ((5, "refund", {"share": "full", "shipping": True}),)
    ),
    Case({"payment": "cash", "test": False}),
    Case({"payment": "split", "test": False}),
    Case(
        {"payment": "retried", "test": False}, ((5, "refund", {"share": "part", "pending": True}),)
    ),
    Case({**_PAID}, ((8, "refund", {"share": "goodwill"}),)),
    Case({**_PAID, "buyer": "guest_email", "email": "Casey@Example.org"}),
    Case({**_PAID, "buyer": "guest_email", "email": "casey@example.org"}),
    Case({**_PAID, "buyer": "guest_phone"}),
    Case({**_PAID, "buyer": "anonymous"}),
    Case({**_PAID, "buyer": "anonymous"}),
    Case({**_PAID, "gift_card": "only", "shipping": False}),
    Case({**_PAID, "gift_card": True}, ((7, "refund", {"share": "full"}),)),
    Case({**_PAID, "foreign": True}, ((7, "refund", {"share": "part"}),)),
    Case({**_PAID, "imported_days": 5}),
    Case({"test": True, "payment": "paid"}),
    Case({"test": True, "payment": "paid"}, ((2, "delete", {}),)),
)


@dataclass(order=True)
class _Due:
    at: datetime
    turn: int
    kind: str = field(compare=False)
    wishes: Mapping[str, Any] = field(compare=False)
    then: tuple[tuple[float, str, Mapping[str, Any]], ...] = field(compare=False, default=())


class Generator:
    """Plays a shop's history into it, once."""

    def __init__(self, shop: Shop, *, orders: int, seed: int, now: datetime) -> None:
        self._shop = shop
        self._now = now
        self._rng = dice(seed, shop.profile.domain)
        self._turn = 0
        self._queue: list[_Due] = []
        for case, at in zip(self._cases(orders), self._moments(orders), strict=True):
            self._push(at, "order", case.wishes, case.then)
        for _ in range(orders // 25):
            self._push(self._moment(), "customer_create", {})
            self._push(self._moment(), "customer_update", {})

    def run(self) -> None:
        """Let everything happen in order of time."""
        while self._queue:
            self._happen(heapq.heappop(self._queue))

    def _happen(self, due: _Due) -> None:
        scene = Scene(self._shop, self._rng, due.at, due.wishes)
        try:
            facts = kind_named(due.kind).draft(scene)
        except NothingSuitable:
            return
        for fact in facts:
            self._shop.record(fact)
            if isinstance(fact, Placed):
                self._follow_up(fact, due.then or tuple(self._fate(fact)))

    def _follow_up(
        self, placed: Placed, then: tuple[tuple[float, str, Mapping[str, Any]], ...]
    ) -> None:
        for days, kind, wishes in then:
            at = placed.at + timedelta(seconds=int(days * 86400))
            if at <= self._now:
                self._push(at, kind, {**wishes, "order_id": placed.order_id})

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

    def _push(
        self,
        at: datetime,
        kind: str,
        wishes: Mapping[str, Any],
        then: tuple[tuple[float, str, Mapping[str, Any]], ...] = (),
    ) -> None:
        self._turn += 1
        heapq.heappush(self._queue, _Due(at, self._turn, kind, wishes, then))

    def _cases(self, orders: int) -> list[Case]:
        cases = list(CASES[:orders]) + [Case({})] * max(0, orders - len(CASES))
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
