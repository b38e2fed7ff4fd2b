"""Changes one price of the past without moving `updated_at`: what an audit must find."""

from __future__ import annotations

import random
from dataclasses import replace

from sandbox.errors import BadParameter, NothingSuitable
from sandbox.state.order import Order
from sandbox.state.shop import Shop


def tamper(shop: Shop, rng: random.Random, cents: int, order_id: int | None) -> int:
    """Raise the price of one single-unit line; history, documents and truth follow."""
    if cents == 0:
        raise BadParameter("cents is 0; give the cents by which the amount must change.")
    found = [
        order
        for order in shop.orders.values()
        if _fits(order) and order_id in (None, order.order_id)
    ]
    if not found:
        raise NothingSuitable("No plain order with a single-unit line; give another order_id.")
    order = rng.choice(found)
    lines = list(order.placed.lines)
    at = next(i for i, line in enumerate(lines) if line.quantity == 1 and not line.gift_card)
    if lines[at].price + cents < 0:
        raise BadParameter(f"cents is {cents}; the price {lines[at].price} would turn negative.")
    lines[at] = replace(lines[at], price=lines[at].price + cents)
    shop.rewrite(replace(order.placed, lines=tuple(lines)))
    return order.order_id


def _fits(order: Order) -> bool:
    single = any(line.quantity == 1 and not line.gift_card for line in order.placed.lines)
    return (
        single and len(order.agreements) == 1 and order.cancelled is None and not order.placed.test
    )
