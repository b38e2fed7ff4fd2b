"""One shop: its profile, its facts, and the books that they have made."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime

from sandbox.facts import (
    CheckoutFact,
    CustomerDeleted,
    CustomerSaved,
    CustomersMerged,
    Deleted,
    Fact,
    GoodsFact,
    OrderFact,
    Placed,
    ShopChanged,
)
from sandbox.identifiers import Identifiers
from sandbox.profiles import Profile
from sandbox.state.checkouts import Checkouts
from sandbox.state.goods import Goods
from sandbox.state.order import Order

OPENED = datetime(2021, 3, 1, 9, 0, tzinfo=UTC)


class Shop:
    """Facts go in by `record`; documents, figures and webhooks are read from what it holds.

    `began` is where the generated history ends: nobody was told of anything before it.
    `lock` guards all of it: requests, deliveries and the trickle run in threads.
    """

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.ids = Identifiers()
        self.history: list[Fact] = []
        self.orders: dict[int, Order] = {}
        self.customers: dict[int, CustomerSaved] = {}
        self.customer_orders: dict[int, list[int]] = {}
        self.customer_touched: dict[int, datetime] = {}
        self.goods = Goods()
        self.checkouts = Checkouts()
        self.touched = OPENED
        self.latest = OPENED
        self.began = OPENED
        self.lock = threading.RLock()

    def record(self, fact: Fact) -> None:
        """Take one fact into the books."""
        self.history.append(fact)
        self.latest = max(self.latest, fact.at)
        if isinstance(fact, OrderFact):
            self._record_order(fact)
        elif isinstance(fact, GoodsFact):
            self.goods.record(fact)
        elif isinstance(fact, CheckoutFact):
            self.checkouts.record(fact)
        elif isinstance(fact, ShopChanged):
            self.profile = replace(self.profile, name=fact.name, timezone=fact.timezone)
            self.touched = fact.at
        elif isinstance(fact, CustomersMerged):
            self._merge(fact)
        elif isinstance(fact, CustomerDeleted):
            self._forget(fact.customer_id)
        else:
            self.customers[fact.customer_id] = fact
            self.customer_touched[fact.customer_id] = fact.at

    def _record_order(self, fact: OrderFact) -> None:
        if isinstance(fact, Placed):
            self.orders[fact.order_id] = Order.open(fact, included=self.included)
            self._link_buyer(fact)
            return
        self.orders[fact.order_id].apply(fact)
        if isinstance(fact, Deleted):
            del self.orders[fact.order_id]

    def _merge(self, merged: CustomersMerged) -> None:
        """Orders and checkouts change hands; no order is touched by it."""
        moved = self.customer_orders.pop(merged.deleted_id, [])
        self.customer_orders.setdefault(merged.kept_id, []).extend(moved)
        for number in moved:
            if order := self.orders.get(number):
                order.give_to(merged.kept_id)
        self.checkouts.hand_over(merged.deleted_id, merged.kept_id)
        self._forget(merged.deleted_id)
        self.customer_touched[merged.kept_id] = merged.at

    def _forget(self, customer_id: int) -> None:
        del self.customers[customer_id]
        del self.customer_touched[customer_id]

    def _link_buyer(self, placed: Placed) -> None:
        customer_id = placed.buyer.customer_id
        if customer_id is not None:
            self.customer_orders.setdefault(customer_id, []).append(placed.order_id)
            self.customer_touched[customer_id] = max(placed.at, self.customer_touched[customer_id])

    def rewrite(self, changed: Placed) -> None:
        """Replace how an order was placed and fold its facts again: the past changes in silence."""
        facts = [
            fact
            for fact in self.history
            if isinstance(fact, OrderFact) and fact.order_id == changed.order_id
        ]
        self.history[self.history.index(facts[0])] = changed
        before = self.orders[changed.order_id]
        order = Order.open(changed, included=self.included)
        for fact in facts[1:]:
            order.apply(fact)
        order.customer_id, order.version = before.customer_id, before.version + 1
        self.orders[changed.order_id] = order

    @property
    def included(self) -> bool:
        """Whether prices carry tax."""
        return self.profile.taxes_included

    def orders_of(self, customer_id: int) -> list[Order]:
        """A customer's orders that still exist, oldest first."""
        found = (self.orders.get(number) for number in self.customer_orders.get(customer_id, []))
        return sorted((o for o in found if o is not None), key=lambda o: o.placed.at)
