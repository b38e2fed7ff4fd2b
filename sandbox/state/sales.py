"""Agreements and sales of an order, as Shopify would book them. The truth does it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sandbox.cents import half_up, slice_share
from sandbox.facts import Charge, Line, Placed, Refunded, Shipping

_CHARGES = {"DUTY": "DutySale", "ADDITIONAL_FEE": "AdditionalFeeSale", "FEE": "FeeSale"}


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
    charge_id: int | None = None


@dataclass(frozen=True)
class Agreement:
    """What buyer and shop agreed at one moment."""

    agreement_id: int
    happened_at: datetime
    reason: str
    typename: str
    sales: tuple[Sale, ...]
    refund_id: int | None = None
    return_id: int | None = None


def order_agreement(placed: Placed, *, included: bool) -> Agreement:
    """The first agreement: every line and the delivery."""
    sales = [
        line_sale(line, sale_id(placed.agreement_id, at), included=included)
        for at, line in enumerate(placed.lines)
    ]
    if placed.shipping:
        number = sale_id(placed.agreement_id, len(sales))
        sales.append(_shipping_sale(placed.shipping, number, included=included))
    for charge in placed.charges:
        sales.append(charge_sale(charge, sale_id(placed.agreement_id, len(sales))))
    return Agreement(placed.agreement_id, placed.at, "ORDER", "OrderAgreement", tuple(sales))


def refund_agreement(
    lines: Mapping[int, Line], refund: Refunded, *, returned: Mapping[int, int], included: bool
) -> Agreement:
    """The reversal by one refund; `returned` counts the units of each line that went before."""
    sales: list[Sale] = []
    for back in refund.lines:
        number = sale_id(refund.agreement_id, len(sales))
        line = lines[back.line_id]
        after = returned.get(line.line_id, 0)
        sales.append(returned_sale(line, back.quantity, number, after=after, included=included))
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
    for charge in refund.charges:
        sales.append(charge_sale(charge, sale_id(refund.agreement_id, len(sales)), sign=-1))
    if refund.adjustment:
        number = sale_id(refund.agreement_id, len(sales))
        amount = -refund.adjustment.amount
        sales.append(Sale(number, "RETURN", "ADJUSTMENT", "AdjustmentSale", None, amount, 0, 0, 0))
    return Agreement(
        refund.agreement_id, refund.at, "REFUND", "RefundAgreement", tuple(sales), refund.refund_id
    )


def charge_sale(charge: Charge, number: int, *, sign: int = 1) -> Sale:
    """A duty or a fee that is charged, or given back."""
    return Sale(
        number,
        "ORDER" if sign > 0 else "RETURN",
        charge.sort,
        _CHARGES[charge.sort],
        None,
        sign * charge.amount,
        0,
        0,
        0,
        charge_id=charge.charge_id,
    )


def line_sale(line: Line, number: int, *, included: bool) -> Sale:
    """The sale of a whole line."""
    before, after = discounts(line, included=included)
    quoted = line.price * line.quantity - line.line_discount - line.order_discount
    return Sale(
        number,
        "ORDER",
        *_sort(line),
        line.quantity,
        quoted if included else quoted + line.tax,
        line.tax,
        before,
        after,
        line_id=line.line_id,
    )


def returned_sale(line: Line, units: int, number: int, *, after: int, included: bool) -> Sale:
    """The reversal of some units; the slices of all refunds add up to the line."""

    def part(total: int) -> int:
        return slice_share(total, after=after, units=units, of=line.quantity)

    quoted = line.price * units - part(line.line_discount + line.order_discount)
    tax = part(line.tax)
    before, beyond = discounts(line, included=included)
    return Sale(
        number,
        "RETURN",
        *_sort(line),
        -units,
        -(quoted if included else quoted + tax),
        -tax,
        -part(before),
        -part(beyond),
        line_id=line.line_id,
    )


def _sort(line: Line) -> tuple[str, str]:
    """The type of a line's sales, and their typename."""
    if line.tip:
        return "TIP", "TipSale"
    return ("GIFT_CARD", "GiftCardSale") if line.gift_card else ("PRODUCT", "ProductSale")


def discounts(line: Line, *, included: bool) -> tuple[int, int]:
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
