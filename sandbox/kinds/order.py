"""Kind `order`: somebody buys. Who, what, how it is paid and discounted can be wished for."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

from sandbox.cents import tax_on
from sandbox.facts import Buyer, Fact, Placed, Presentment, Shipping
from sandbox.kinds.buyer import choose_buyer
from sandbox.kinds.cart import choose_lines
from sandbox.kinds.payment import first_payments
from sandbox.kinds.scene import Kind, Scene
from sandbox.state.sales import order_agreement

_SHIPPING = {"Standard": 495, "Express": 1290, "Pallet": 4999}


def draft(scene: Scene) -> Sequence[Fact]:
    """The order, behind the customer record that it makes, if it makes one."""
    buyer, saved = choose_buyer(scene)
    placed = _without_payments(scene, buyer)
    total = sum(s.total for s in order_agreement(placed, included=scene.shop.included).sales)
    payments = first_payments(scene, total, test=placed.test)
    facts: list[Fact] = [saved] if saved else []
    return [*facts, replace(placed, payments=payments)]


def _without_payments(scene: Scene, buyer: Buyer) -> Placed:
    ids, profile = scene.shop.ids, scene.shop.profile
    lines, code = choose_lines(scene)
    foreign = scene.chance("foreign", 0.03)
    order_id = ids.next("Order")
    return Placed(
        at=scene.at,
        processed_at=_processed_at(scene),
        order_id=order_id,
        number=ids.next("Number"),
        agreement_id=ids.next("SalesAgreement"),
        buyer=buyer,
        lines=lines,
        shipping=_choose_shipping(scene),
        payments=(),
        presentment=Presentment(
            currency=profile.foreign if foreign else profile.currency,
            rate=profile.foreign_rate if foreign else Fraction(1),
        ),
        discount_code=code,
        test=scene.chance("test", 0.02),
        source=scene.choice("source", {"web": 90, "pos": 6, "shopify_draft_order": 4}),
        token=hashlib.sha256(f"{profile.domain}:{order_id}".encode()).hexdigest()[:32],
    )


def _processed_at(scene: Scene) -> datetime:
    """An imported order was processed days before it was made here."""
    days = scene.count("imported_days", 365) or 0
    if not days and scene.rng.random() < 0.015:
        days = scene.rng.randint(1, 9)
    return scene.at - timedelta(days=days)


def _choose_shipping(scene: Scene) -> Shipping | None:
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
    ),
)
