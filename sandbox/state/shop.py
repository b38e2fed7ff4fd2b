"""One shop: its profile, its facts, and the orders and customers that they have made."""

from __future__ import annotations

import threading
from datetime import datetime

from sandbox.facts import CustomerSaved, Deleted, Fact, Placed
from sandbox.identifiers import Identifiers
from sandbox.profiles import Profile
from sandbox.state.order import Order


class Shop:
    """Facts go in by `record`; documents, figures and webhooks are read from what it holds.

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
        self.lock = threading.RLock()

    def record(self, fact: Fact) -> None:
        """Take one fact into the books."""
        self.history.append(fact)
        match fact:
            case CustomerSaved():
                self.customers[fact.customer_id] = fact
                self.customer_touched[fact.customer_id] = fact.at
            case Placed():
                self.orders[fact.order_id] = Order.open(fact, included=self.included)
                self._link_buyer(fact)
            case _:
                self.orders[fact.order_id].apply(fact)
                if isinstance(fact, Deleted):
                    del self.orders[fact.order_id]

    def _link_buyer(self, placed: Placed) -> None:
        customer_id = placed.buyer.customer_id
        if customer_id is not None:
            self.customer_orders.setdefault(customer_id, []).append(placed.order_id)
            self.customer_touched[customer_id] = max(placed.at, self.customer_touched[customer_id])

    def rewrite(self, changed: Placed) -> None:
        """Replace how an order was placed and fold its facts again: the past changes in silence."""
        facts = [f for f in self.history if getattr(f, "order_id", None) == changed.order_id]
        self.history[self.history.index(facts[0])] = changed
        order = Order.open(changed, included=self.included)
        for fact in facts[1:]:
            if not isinstance(fact, CustomerSaved):
                order.apply(fact)
        order.version = self.orders[changed.order_id].version + 1
        self.orders[changed.order_id] = order

    @property
    def included(self) -> bool:
        """Whether prices carry tax."""
        return self.profile.taxes_included

    def orders_of(self, customer_id: int) -> list[Order]:
        """A customer's orders that still exist, oldest first."""
        found = (self.orders.get(number) for number in self.customer_orders.get(customer_id, []))
        return [order for order in found if order is not None]
