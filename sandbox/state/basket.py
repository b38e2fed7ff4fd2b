"""The sums of lines and a delivery that are not an order yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.facts import Line, Shipping


@dataclass(frozen=True)
class Basket:
    """Minor units; goods come after discounts, as prices are quoted."""

    listed: int
    discount: int
    goods: int
    tax: int
    total: int


def basket(lines: Sequence[Line], shipping: Shipping | None, *, included: bool) -> Basket:
    """What a cart with a delivery would cost."""
    listed = sum(line.price * line.quantity for line in lines)
    discount = sum(line.line_discount + line.order_discount for line in lines)
    tax = sum(line.tax for line in lines) + (shipping.tax if shipping else 0)
    goods = listed - discount
    total = goods + (shipping.price if shipping else 0) + (0 if included else tax)
    return Basket(listed, discount, goods, tax, total)
