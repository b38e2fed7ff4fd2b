"""What happens before an order: carts and checkouts.

`told` is the payload generation in which a webhook carried the fact to somebody, if one did:
a warehouse knows of tokens and moments only by webhooks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sandbox.facts.orders import Buyer, Line, Presentment, Shipping


@dataclass(frozen=True)
class CartSaved:
    """A cart was filled or changed."""

    at: datetime
    cart_token: str
    created_at: datetime
    lines: tuple[Line, ...]
    told: str | None = None


@dataclass(frozen=True)
class CheckoutSaved:
    """A checkout was begun or went on; `checkout_id` is the number that the Admin API shows."""

    at: datetime
    checkout_token: str
    checkout_id: int
    cart_token: str | None
    created_at: datetime
    buyer: Buyer
    lines: tuple[Line, ...]
    shipping: Shipping | None
    presentment: Presentment
    discount_code: str | None
    told: str | None = None


@dataclass(frozen=True)
class CheckoutCompleted:
    """A checkout became an order, which is placed by a fact of its own at the same time."""

    at: datetime
    checkout_token: str
    told: str | None = None


@dataclass(frozen=True)
class CheckoutDeleted:
    """A checkout that was not completed was deleted."""

    at: datetime
    checkout_token: str
    told: str | None = None


CheckoutFact = CartSaved | CheckoutSaved | CheckoutCompleted | CheckoutDeleted
