"""The life of each checkout, and what of it a warehouse can know from what webhooks told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.facts import (
    CartSaved,
    CheckoutCompleted,
    CheckoutDeleted,
    CheckoutSaved,
    Fact,
)

_LISTED_AFTER = timedelta(minutes=10)
_PURGED_AFTER = (timedelta(days=91), timedelta(days=30))
_OLDER = "2024-10"


@dataclass
class Life:
    """All facts of one checkout."""

    saves: list[CheckoutSaved] = field(default_factory=list)
    completed: CheckoutCompleted | None = None
    deleted: CheckoutDeleted | None = None
    carts: list[CartSaved] = field(default_factory=list)

    @property
    def last(self) -> CheckoutSaved:
        """The newest form."""
        return self.saves[-1]

    @property
    def created_at(self) -> datetime:
        """When it began."""
        return self.saves[0].created_at

    @property
    def is_told(self) -> bool:
        """Whether a webhook has carried it."""
        done = self.completed is not None and self.completed.told is not None
        return done or any(save.told for save in self.saves)

    @property
    def is_numbered(self) -> bool:
        """Whether a webhook of the older generation has told its number."""
        return any(fact.told == _OLDER for fact in self.saves) or (
            self.completed is not None and self.completed.told == _OLDER
        )

    @property
    def has_contact(self) -> bool:
        """Whether somebody could write or call."""
        buyer = self.last.buyer
        return bool(buyer.email or buyer.phone or buyer.customer_id)

    def as_told(self) -> CheckoutSaved:
        """The form that the last webhook showed."""
        if self.completed and self.completed.told:
            return self.last
        return [save for save in self.saves if save.told][-1]

    def moments_told(self) -> list[datetime]:
        """Every moment of activity that webhooks have told, the last body's included."""
        told = [save.at for save in self.saves if save.told]
        carts = [cart.at for cart in self.carts if cart.told]
        if self.completed and self.completed.told:
            told.append(self.completed.at)
        return [*told, *carts]

    def moments(self) -> list[datetime]:
        """Every change of the checkout itself."""
        done = [self.completed.at] if self.completed else []
        return sorted([*(save.at for save in self.saves), *done])

    def is_listed(self, began: datetime, now: datetime) -> bool:
        """Whether Shopify lists it as abandoned, or had listed it when the backfill came."""
        if self.deleted or not self.has_contact:
            return False
        moments = self.moments()
        later = moments[1:] if self.completed else [*moments[1:], now]
        gaps = [b - a for a, b in zip(moments, later, strict=False)]
        if not any(gap >= _LISTED_AFTER for gap in gaps):
            return False
        age, rest = began - self.created_at, began - moments[-1]
        purged = age > _PURGED_AFTER[0] and rest > _PURGED_AFTER[1]
        return self.completed is not None or not purged


def lives(history: Iterable[Fact]) -> dict[str, Life]:
    """Every checkout by token, with the carts that it came from."""
    found: dict[str, Life] = defaultdict(Life)
    carts: dict[str, list[CartSaved]] = defaultdict(list)
    for fact in history:
        match fact:
            case CheckoutSaved():
                found[fact.checkout_token].saves.append(fact)
            case CheckoutCompleted():
                found[fact.checkout_token].completed = fact
            case CheckoutDeleted():
                found[fact.checkout_token].deleted = fact
            case CartSaved():
                carts[fact.cart_token].append(fact)
    for life in found.values():
        life.carts = carts.get(life.last.cart_token or "", [])
    return dict(found)


def told_from(found: Collection[Life]) -> datetime | None:
    """Since when webhooks tell of checkouts: the first one that somebody heard of."""
    told = [save.at for life in found for save in life.saves if save.told]
    for life in found:
        told += [fact.at for fact in (life.completed, life.deleted) if fact and fact.told]
    return min(told, default=None)
