"""Carts and checkouts as facts have left them, and which of them Shopify lists as abandoned."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.facts import (
    CartSaved,
    CheckoutCompleted,
    CheckoutDeleted,
    CheckoutFact,
    CheckoutSaved,
)

# Shopify's admin calls a checkout abandoned after ten idle minutes with contact information.
IDLE = timedelta(minutes=10)
# Shopify purges what is older than three months, untouched for one and without an order.
OLD, UNTOUCHED = timedelta(days=91), timedelta(days=30)


@dataclass
class Checkout:
    """One checkout: its newest form, when it moved, and what became of it."""

    saved: CheckoutSaved
    customer_id: int | None
    moments: list[datetime] = field(default_factory=list)
    completed_at: datetime | None = None

    @property
    def updated_at(self) -> datetime:
        """When it moved last."""
        return max(self.moments)

    @property
    def number(self) -> int:
        """The number of its global id."""
        return self.saved.checkout_id

    def is_listed(self, now: datetime) -> bool:
        """Whether `abandonedCheckouts` has it: idle with contact information, also if recovered."""
        buyer = self.saved.buyer
        if not (buyer.email or buyer.phone or buyer.customer_id):
            return False
        moments = sorted(self.moments)
        until = [*moments[1:], now] if self.completed_at is None else moments[1:]
        if not any(after - before >= IDLE for before, after in zip(moments, until, strict=False)):
            return False
        purged = now - self.saved.created_at > OLD and now - self.updated_at > UNTOUCHED
        return self.completed_at is not None or not purged


class Checkouts:
    """By token, and by the number that the Admin API knows."""

    def __init__(self) -> None:
        self.carts: dict[str, CartSaved] = {}
        self.by_token: dict[str, Checkout] = {}
        self.by_number: dict[int, Checkout] = {}
        self.past: frozenset[str] = frozenset()

    def record(self, fact: CheckoutFact) -> None:
        """Take one fact into the books."""
        match fact:
            case CartSaved():
                self.carts[fact.cart_token] = fact
            case CheckoutSaved():
                self._save(fact)
            case CheckoutCompleted():
                checkout = self.by_token[fact.checkout_token]
                checkout.completed_at = fact.at
                checkout.moments.append(fact.at)
            case CheckoutDeleted():
                del self.by_number[self.by_token.pop(fact.checkout_token).number]

    def hand_over(self, deleted_id: int, kept_id: int) -> None:
        """What a merged customer began belongs to the kept one."""
        for checkout in self.by_token.values():
            if checkout.customer_id == deleted_id:
                checkout.customer_id = kept_id

    def seal(self) -> None:
        """What there is belongs to the generated history."""
        self.past = frozenset(self.by_token)

    def open(self) -> list[Checkout]:
        """Those that may still become orders."""
        return [one for one in self.by_token.values() if one.completed_at is None]

    def of_customer(self, customer_id: int) -> list[Checkout]:
        """Those that a customer began."""
        return [one for one in self.by_token.values() if one.customer_id == customer_id]

    def listed(self, now: datetime) -> list[int]:
        """The numbers that Shopify would list, oldest first."""
        return [one.number for one in self.by_token.values() if one.is_listed(now)]

    def _save(self, saved: CheckoutSaved) -> None:
        known = self.by_token.get(saved.checkout_token)
        if known is None:
            known = Checkout(saved, saved.buyer.customer_id)
            self.by_token[saved.checkout_token] = known
            self.by_number[saved.checkout_id] = known
        known.saved, known.customer_id = saved, saved.buyer.customer_id
        known.moments.append(saved.at)
