"""Agreements and sales of an order, as Shopify would book them. The truth does it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sandbox.cents import half_up, slice_share
from sandbox.facts import Line, Placed, Refunded, ReturnedLine, Shipping


@dataclass(frozen=True)
class Sale:
    """One sale; a reversal has negative amounts. `total` includes tax and comes after discounts."""

    sale_id: int
    action: str
    line_type: str
    typename: str
    quantity: int | None
    total: int
    tax: int
    discount_before_taxes: int
    discount_after_taxes: int
    line_id: int | None = None
    shipping_id: int | None = None


@dataclass(frozen=True)
class Agreement:
    """What buyer and shop agreed at one moment."""

    agreement_id: int
    happened_at: datetime
    reason: str
    typename: str
    sales: tuple[Sale, ...]
    refund_id: int | None = None


def order_agreement(placed: Placed, *, included: bool) -> Agreement:
    """The first agreement: every line and the delivery."""
    sales = [
        line_sale(line, sale_id(placed.agreement_id, at), included=included)
        for at, line in enumerate(placed.lines)
    ]
    if placed.shipping:
        number = sale_id(placed.agreement_id, len(sales))
        sales.append(_shipping_sale(placed.shipping, number, included=included))
    return Agreement(placed.agreement_id, placed.at, "ORDER", "OrderAgreement", tuple(sales))


def refund_agreement(
    placed: Placed, refund: Refunded, *, returned: dict[int, int], included: bool
) -> Agreement:
    """The reversal by one refund; `returned` counts the units of each line that went before."""
    lines = {line.line_id: line for line in placed.lines}
    sales: list[Sale] = []
    for back in refund.lines:
        number = sale_id(refund.agreement_id, len(sales))
        line = lines[back.line_id]
        after = returned.get(line.line_id, 0)
        sales.append(returned_sale(line, back, number, after=after, included=included))
    if refund.shipping:
        total = refund.shipping.base + (0 if included else refund.shipping.tax)
        sales.append(
            Sale(
                sale_id(refund.agreement_id, len(sales)),
                "RETURN",
                "SHIPPING",
                "ShippingLineSale",
                None,
                -total,
                -refund.shipping.tax,
                0,
                0,
                shipping_id=refund.shipping.shipping_id,
            )
        )
    if refund.adjustment:
        number = sale_id(refund.agreement_id, len(sales))
        amount = -refund.adjustment.amount
        sales.append(Sale(number, "RETURN", "ADJUSTMENT", "AdjustmentSale", None, amount, 0, 0, 0))
    return Agreement(
        refund.agreement_id, refund.at, "REFUND", "RefundAgreement", tuple(sales), refund.refund_id
    )


def line_sale(line: Line, number: int, *, included: bool) -> Sale:
    """The sale of a whole line."""
    before, after = _discounts(line, included=included)
    quoted = line.price * line.quantity - line.line_discount - line.order_discount
    return Sale(
        number,
        "ORDER",
        "GIFT_CARD" if line.gift_card else "PRODUCT",
        "GiftCardSale" if line.gift_card else "ProductSale",
        line.quantity,
        quoted if included else quoted + line.tax,
        line.tax,
        before,
        after,
        line_id=line.line_id,
    )


def returned_sale(
    line: Line, back: ReturnedLine, number: int, *, after: int, included: bool
) -> Sale:
    """The reversal of some units; the slices of all refunds add up to the line."""

    def part(total: int) -> int:
        return slice_share(total, after=after, units=back.quantity, of=line.quantity)

    quoted = line.price * back.quantity - part(line.line_discount + line.order_discount)
    tax = part(line.tax)
    before, beyond = _discounts(line, included=included)
    return Sale(
        number,
        "RETURN",
        "GIFT_CARD" if line.gift_card else "PRODUCT",
        "GiftCardSale" if line.gift_card else "ProductSale",
        -back.quantity,
        -(quoted if included else quoted + tax),
        -tax,
        -part(before),
        -part(beyond),
        line_id=line.line_id,
    )


def _discounts(line: Line, *, included: bool) -> tuple[int, int]:
    """A line's discount without and with the tax that it saved."""
    discount = line.line_discount + line.order_discount
    if included:
        return half_up(discount / (1 + line.tax_rate)), discount
    return discount, half_up(discount * (1 + line.tax_rate))


def _shipping_sale(shipping: Shipping, number: int, *, included: bool) -> Sale:
    total = shipping.price + (0 if included else shipping.tax)
    return Sale(
        number,
        "ORDER",
        "SHIPPING",
        "ShippingLineSale",
        1,
        total,
        shipping.tax,
        0,
        0,
        shipping_id=shipping.shipping_id,
    )


def sale_id(agreement_id: int, position: int) -> int:
    """Sales are numbered inside their agreement, so that a replay gives the same ids."""
    return agreement_id * 100 + position
