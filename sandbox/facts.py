"""What can happen in a shop: immutable facts in integer minor units, the sandbox's only memory.

The state (documents, webhooks) and the truth (figures) are both folds over these facts,
written apart from each other, so that one checks the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction


@dataclass(frozen=True)
class Line:
    """One line as sold; `price` is one unit's, the other amounts are the whole line's."""

    line_id: int
    product_id: int
    variant_id: int
    title: str
    variant_title: str
    sku: str
    vendor: str
    price: int
    quantity: int
    line_discount: int
    order_discount: int
    tax: int
    tax_rate: Fraction
    gift_card: bool


@dataclass(frozen=True)
class Shipping:
    """The delivery of an order; `tax` stands beside the price or inside it, as the shop does."""

    shipping_id: int
    title: str
    price: int
    tax: int
    tax_rate: Fraction


@dataclass(frozen=True)
class Payment:
    """One transaction; a parent is the authorization or sale that it follows."""

    payment_id: int
    at: datetime
    kind: str
    status: str
    amount: int
    gateway: str
    test: bool
    parent_id: int | None = None


@dataclass(frozen=True)
class Buyer:
    """Who ordered: a customer record, or a guest with what they left."""

    customer_id: int | None
    email: str | None
    phone: str | None


@dataclass(frozen=True)
class Presentment:
    """The currency that the buyer saw, and its price in shop currency."""

    currency: str
    rate: Fraction


@dataclass(frozen=True)
class Placed:
    """An order came in. `processed_at` is earlier than `at` for an imported order."""

    at: datetime
    processed_at: datetime
    order_id: int
    number: int
    agreement_id: int
    buyer: Buyer
    lines: tuple[Line, ...]
    shipping: Shipping | None
    payments: tuple[Payment, ...]
    presentment: Presentment
    discount_code: str | None
    test: bool
    source: str
    token: str


@dataclass(frozen=True)
class ReturnedLine:
    """Units of one line that a refund takes back."""

    refund_line_id: int
    line_id: int
    quantity: int
    restock: str


@dataclass(frozen=True)
class ShippingRefund:
    """Delivery money given back: `base` as the price is quoted, `tax` beside it or inside it."""

    refund_shipping_id: int
    shipping_id: int
    base: int
    tax: int


@dataclass(frozen=True)
class Adjustment:
    """Money given back beyond goods and delivery; positive in the buyer's favour, untaxed."""

    adjustment_id: int
    amount: int


@dataclass(frozen=True)
class Refunded:
    """A refund record: goods, delivery, adjustment, and the payments that carried it, if any."""

    at: datetime
    order_id: int
    refund_id: int
    agreement_id: int
    lines: tuple[ReturnedLine, ...]
    shipping: ShippingRefund | None
    adjustment: Adjustment | None
    payments: tuple[Payment, ...]
    note: str | None


@dataclass(frozen=True)
class Cancelled:
    """An order was cancelled; `refund` reverses what was left of it."""

    at: datetime
    order_id: int
    reason: str
    refund: Refunded | None
    payments: tuple[Payment, ...]


@dataclass(frozen=True)
class Paid:
    """Payments came in later: a capture, a second part, a void."""

    at: datetime
    order_id: int
    payments: tuple[Payment, ...]


@dataclass(frozen=True)
class Deleted:
    """An order was deleted; it vanishes from every figure."""

    at: datetime
    order_id: int


@dataclass(frozen=True)
class CustomerSaved:
    """A customer record was made or changed; the newest one stands."""

    at: datetime
    customer_id: int
    created_at: datetime
    first_name: str
    last_name: str
    email: str | None
    phone: str | None
    tags: tuple[str, ...] = ()
    note: str | None = None


Fact = Placed | Refunded | Cancelled | Paid | Deleted | CustomerSaved
OrderFact = Placed | Refunded | Cancelled | Paid | Deleted
