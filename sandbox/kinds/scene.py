"""What a kind of event has before it when it is drafted: shop, dice, time, wishes."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.errors import BadParameter, NothingSuitable
from sandbox.facts import Fact
from sandbox.state.order import Order
from sandbox.state.shop import Shop
from sandbox.wishes import truth_value, whole


@dataclass(frozen=True)
class Scene:
    """Drafting reads the shop and rolls the dice; it never changes the books."""

    shop: Shop
    rng: random.Random
    at: datetime
    params: Mapping[str, Any]

    def chance(self, name: str, probability: float) -> bool:
        """A wish if there is one, else the dice."""
        if name in self.params:
            return truth_value(self.params, name, False)
        return self.rng.random() < probability

    def count(self, name: str, high: int) -> int | None:
        """A wished number from 1, if there is one."""
        return whole(self.params, name, 1, low=1, high=high) if name in self.params else None

    def choice(self, name: str, weights: Mapping[str, int]) -> str:
        """A wished value, which must be one of the known, else a weighted roll."""
        wish = self.params.get(name)
        if wish is None:
            return self.rng.choices(list(weights), weights=list(weights.values()))[0]
        if wish not in weights:
            raise BadParameter(f"{name} is {wish!r}; give one of {', '.join(weights)}.")
        return str(wish)

    def order(self, fits: Callable[[Order], bool], wanted: str) -> Order:
        """The wished order, else one that fits."""
        wish = self.params.get("order_id")
        if wish is not None:
            order = self.shop.orders.get(whole(self.params, "order_id", 0))
            if order is None or not fits(order):
                raise NothingSuitable(f"Order {wish} is not {wanted}; name another order_id.")
            return order
        found = [order for order in self.shop.orders.values() if fits(order)]
        if not found:
            raise NothingSuitable(f"No order is {wanted}; post an event of kind order first.")
        # Most of life happens to the newer orders.
        return self.rng.choice(found[-200:])


@dataclass(frozen=True)
class Kind:
    """One kind of event: its name, what it does, and how its facts are drafted."""

    name: str
    says: str
    draft: Callable[[Scene], Sequence[Fact]]
    wishes: tuple[str, ...] = ()
