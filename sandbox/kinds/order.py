"""Kind `order`: somebody buys. Who, what, how it is paid and discounted can be wished for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction

from sandbox.cents import tax_on
from sandbox.facts import Buyer, Charge, Fact, Line, Placed, Presentment, Shipping
from sandbox.kinds.buyer import choose_buyer
from sandbox.kinds.cart import choose_lines, tip_line
from sandbox.kinds.payment import first_payments
from sandbox.kinds.scene import Kind, Scene
from sandbox.state.sales import order_agreement

_SHIPPING = {"Standard": 495, "Express": 1290, "Pallet": 4999}


@dataclass(frozen=True)
class Bought:
    """What an order is made of, whether it comes from a checkout or from elsewhere."""

    buyer: Buyer
    lines: tuple[Line, ...]
    shipping: Shipping | None
    presentment: Presentment
    discount_code: str | None
    source: str
    checkout_token: str | None
    cart_token: str | None
    charges: tuple[Charge, ...] = ()


def draft(scene: Scene) -> Sequence[Fact]:
    """The order, behind the customer record that it makes, if it makes one."""
    buyer, saved = choose_buyer(scene)
    lines, code = choose_lines(scene)
    if scene.chance("tip", 0.02):
        lines = (*lines, tip_line(scene, scene.count("tip_cents", 100_000) or 300))
    source = scene.choice("source", {"web": 90, "pos": 6, "shopify_draft_order": 4})
    number = scene.shop.ids.next("Token")
    online = source == "web"
    bought = Bought(
        buyer,
        lines,
        choose_shipping(scene),
        choose_presentment(scene),
        code,
        source,
        token_of(scene, f"checkout:{number}") if online else None,
        token_of(scene, f"cart:{number}") if online else None,
        tuple(_charges(scene)),
    )
    facts: list[Fact] = [saved] if saved else []
    return [*facts, place(scene, bought)]


def place(scene: Scene, bought: Bought) -> Placed:
    """The order with its payments."""
    ids = scene.shop.ids
    order_id = ids.next("Order")
    placed = Placed(
        at=scene.at,
        processed_at=_processed_at(scene),
        order_id=order_id,
        number=ids.next("Number"),
        agreement_id=ids.next("SalesAgreement"),
        buyer=bought.buyer,
        lines=bought.lines,
        shipping=bought.shipping,
        payments=(),
        presentment=bought.presentment,
        discount_code=bought.discount_code,
        test=scene.chance("test", 0.02),
        source=bought.source,
        token=token_of(scene, f"order:{order_id}"),
        checkout_token=bought.checkout_token,
        cart_token=bought.cart_token,
        charges=bought.charges,
    )
    total = sum(s.total for s in order_agreement(placed, included=scene.shop.included).sales)
    return replace(
        placed, payments=first_payments(scene, total, placed.presentment, test=placed.test)
    )


def _charges(scene: Scene) -> Iterator[Charge]:
    """What customs and handling cost, where they are charged."""
    for wish, sort, amount in (("duty", "DUTY", 1234), ("handling", "ADDITIONAL_FEE", 250)):
        if scene.chance(wish, 0.01):
            yield Charge(scene.shop.ids.next("Charge"), sort, amount)


def token_of(scene: Scene, words: str) -> str:
    """A token as Shopify's look, the same at every start."""
    named = f"{scene.shop.profile.domain}:{words}"
    return hashlib.sha256(named.encode()).hexdigest()[:32]


def choose_presentment(scene: Scene) -> Presentment:
    """The currency that the buyer sees: mostly the shop's."""
    profile = scene.shop.profile
    if scene.chance("foreign", 0.03):
        return Presentment(profile.foreign, profile.foreign_rate)
    return Presentment(profile.currency, Fraction(1))


def _processed_at(scene: Scene) -> datetime:
    """An imported order was processed days before it was made here."""
    days = scene.count("imported_days", 365) or 0
    if not days and scene.rng.random() < 0.015:
        days = scene.rng.randint(1, 9)
    return scene.at - timedelta(days=days)


def choose_shipping(scene: Scene) -> Shipping | None:
    """How the goods travel, if they do."""
    if not scene.chance("shipping", 0.8):
        return None
    profile = scene.shop.profile
    title = scene.rng.choice(list(_SHIPPING))
    free = scene.rng.random() < 0.1
    price = 0 if free else _SHIPPING[title]
    return Shipping(
        shipping_id=scene.shop.ids.next("ShippingLine"),
        title=title,
        price=price,
        tax=tax_on(price, profile.tax_rate, included=profile.taxes_included),
        tax_rate=profile.tax_rate,
    )


ORDER = Kind(
    "order",
    "somebody buys",
    draft,
    (
        "buyer",
        "email",
        "lines",
        "quantity",
        "discount",
        "gift_card",
        "shipping",
        "payment",
        "foreign",
        "test",
        "source",
        "imported_days",
        "tip",
        "tip_cents",
        "duty",
        "handling",
    ),
)
