"""What an order is made of, and its plain life: placed, paid, refunded, cancelled, deleted."""

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
    tip: bool = False


@dataclass(frozen=True)
class Charge:
    """A duty, an additional fee or a return fee, untaxed; `sort` is Shopify's type of sale line."""

    charge_id: int
    sort: str
    amount: int


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
    """One transaction; a parent is the authorization or sale that it follows.

    `presented` is the buyer's amount where the rate has moved since the order was placed.
    """

    payment_id: int
    at: datetime
    kind: str
    status: str
    amount: int
    gateway: str
    test: bool
    parent_id: int | None = None
    presented: int | None = None


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
    checkout_token: str | None = None
    cart_token: str | None = None
    charges: tuple[Charge, ...] = ()


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
    """Money given back beyond goods and delivery; in the shop's favour negative; untaxed."""

    adjustment_id: int
    amount: int


@dataclass(frozen=True)
class Refunded:
    """A refund record: goods, delivery, charges, adjustment, and the payments that carried it."""

    at: datetime
    order_id: int
    refund_id: int
    agreement_id: int
    lines: tuple[ReturnedLine, ...]
    shipping: ShippingRefund | None
    adjustment: Adjustment | None
    payments: tuple[Payment, ...]
    note: str | None
    charges: tuple[Charge, ...] = ()
    return_id: int | None = None


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
