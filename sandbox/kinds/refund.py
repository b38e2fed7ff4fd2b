"""Kind `refund`: goods, delivery or goodwill given back, once or several times for one order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sandbox.cents import slice_share
from sandbox.errors import NothingSuitable
from sandbox.facts import (
    Adjustment,
    Charge,
    Fact,
    Line,
    Payment,
    Refunded,
    ReturnedLine,
    ShippingRefund,
)
from sandbox.kinds.payment import follow
from sandbox.kinds.scene import Kind, Scene
from sandbox.state.order import Order
from sandbox.state.sales import refund_agreement

_SHARES = {"part": 55, "full": 35, "goodwill": 10, "short": 3, "extra": 3}


def draft(scene: Scene) -> Sequence[Fact]:
    """A part of the goods, all that is left, or money without goods."""
    wish = scene.choice("share", _SHARES)
    if wish in ("short", "extra"):
        return [_discrepant(scene, wish)]
    order = scene.order(refundable, "refundable")
    if wish == "goodwill" and (_room(order) > 0 or "share" in scene.params):
        return [_goodwill(scene, order)]
    full = wish == "full"
    units = _all_units(scene, order) if full else _some_units(scene, order)
    with_shipping = scene.chance("shipping", 0.7 if full else 0.2)
    shipping = shipping_left(scene, order, part=not full) if with_shipping else None
    charges = order.charges_left() if full else ()
    note = scene.rng.choice((None, "Damaged"))
    return [complete(scene, order, units, shipping, note=note, charges=charges)]


def refundable(order: Order) -> bool:
    """Goodwill closes an order here: what Shopify books when goods follow it is not recorded."""
    adjusted = any(refund.adjustment for refund in order.refunds)
    left = any(order.current_quantity(n.line_id, n.quantity) for n in order.lines.values())
    return not adjusted and left and order.cancelled is None


def complete(
    scene: Scene,
    order: Order,
    lines: tuple[ReturnedLine, ...],
    shipping: ShippingRefund | None,
    *,
    note: str | None,
    charges: tuple[Charge, ...] = (),
) -> Refunded:
    """The refund record with the payment that it needs: never more than was received."""
    ids = scene.shop.ids
    refund = Refunded(
        scene.at,
        order.order_id,
        ids.next("Refund"),
        ids.next("SalesAgreement"),
        lines,
        shipping,
        None,
        (),
        note,
        charges,
    )
    return replace(refund, payments=refund_payments(scene, order, _worth(order, refund)))


def refund_payments(scene: Scene, order: Order, amount: int) -> tuple[Payment, ...]:
    """The payment that carries money back: never more than was received."""
    amount = min(amount, order.received - order.refunded)
    parents = [p for p in order.payments if p.status == "SUCCESS" and p.kind in ("SALE", "CAPTURE")]
    if amount <= 0 or not parents:
        return ()
    payment = follow(scene, max(parents, key=lambda p: p.amount), "REFUND", amount)
    if any(parent.presented is not None for parent in parents):
        payment = replace(payment, presented=order.seen(amount))
    if scene.chance("pending", 0.03):
        return (replace(payment, status="PENDING"),)
    return (replace(payment, status="FAILURE") if scene.chance("failed", 0.01) else payment,)


def _some_units(scene: Scene, order: Order) -> tuple[ReturnedLine, ...]:
    open_lines = [
        (line, order.current_quantity(line.line_id, line.quantity)) for line in order.lines.values()
    ]
    line, left = scene.rng.choice([pair for pair in open_lines if pair[1]])
    restock = scene.choice("restock", {"RETURN": 60, "NO_RESTOCK": 40})
    number = scene.shop.ids.next("RefundLineItem")
    return (ReturnedLine(number, line.line_id, scene.rng.randint(1, left), restock),)


def _all_units(scene: Scene, order: Order) -> tuple[ReturnedLine, ...]:
    restock = scene.choice("restock", {"RETURN": 60, "NO_RESTOCK": 40})
    return units_left(scene, order, restock)


def units_left(scene: Scene, order: Order, restock: str) -> tuple[ReturnedLine, ...]:
    """Every unit that has not gone back yet."""
    return tuple(
        ReturnedLine(scene.shop.ids.next("RefundLineItem"), line.line_id, left, restock)
        for line in order.lines.values()
        if (left := order.current_quantity(line.line_id, line.quantity))
    )


def shipping_left(scene: Scene, order: Order, *, part: bool) -> ShippingRefund | None:
    """The delivery money that is left, or half of it."""
    shipping = order.placed.shipping
    if shipping is None:
        return None
    given = [refund.shipping for refund in order.refunds if refund.shipping]
    base = shipping.price - sum(back.base for back in given)
    tax = shipping.tax - sum(back.tax for back in given)
    if base <= 0:
        return None
    if part and not given:
        base, tax = base // 2, slice_share(tax, after=0, units=1, of=2)
    number = scene.shop.ids.next("RefundShippingLine")
    return ShippingRefund(number, shipping.shipping_id, base, tax)


def _goodwill(scene: Scene, order: Order) -> Refunded:
    """Money back without goods: at most a tenth of what was received, or the wished cents."""
    room = _room(order)
    if room <= 0:
        raise NothingSuitable(f"Order {order.order_id} holds no money; name another order_id.")
    amount = scene.count("cents", room) or (room + 9) // 10
    refund = complete(scene, order, (), None, note="Goodwill")
    number = scene.shop.ids.next("OrderAdjustment")
    return replace(
        refund,
        adjustment=Adjustment(number, amount),
        payments=refund_payments(scene, order, amount),
    )


def _worthwhile(order: Order) -> list[Line]:
    """Lines of goods that cost something and of which units are left."""
    lines = order.lines.values()
    costly = [n for n in lines if n.price * n.quantity > n.line_discount + n.order_discount]
    return [n for n in costly if order.current_quantity(n.line_id, n.quantity)]


def _has_slack(order: Order) -> bool:
    """Paid in full, and one unit is not all that is left."""
    units = sum(order.current_quantity(n.line_id, n.quantity) for n in _worthwhile(order))
    return (
        refundable(order) and units > 1 and order.received - order.refunded >= order.current_total
    )


def _discrepant(scene: Scene, wish: str) -> Refunded:
    """A unit back for other than its worth: the difference is booked as a discrepancy."""
    order = scene.order(_has_slack, "paid with more than one unit left")
    line = scene.rng.choice(_worthwhile(order))
    restock = scene.choice("restock", {"RETURN": 60, "NO_RESTOCK": 40})
    units = (ReturnedLine(scene.shop.ids.next("RefundLineItem"), line.line_id, 1, restock),)
    refund = complete(scene, order, units, None, note="Agreed by phone")
    worth = _worth(order, refund)
    room = worth if wish == "short" else order.current_total - worth
    if room <= 0:
        raise NothingSuitable(f"Order {order.order_id} leaves no room; name another order_id.")
    amount = scene.count("cents", room) or (room + 9) // 10
    amount = -amount if wish == "short" else amount
    return replace(
        refund,
        adjustment=Adjustment(scene.shop.ids.next("OrderAdjustment"), amount),
        payments=refund_payments(scene, order, worth + amount),
    )


def _worth(order: Order, refund: Refunded) -> int:
    agreement = refund_agreement(
        order.lines, refund, returned=order.returned, included=order.included
    )
    return -sum(sale.total for sale in agreement.sales)


def _room(order: Order) -> int:
    """The money that an order still holds."""
    return min(order.current_total, order.received - order.refunded)


REFUND = Kind(
    "refund",
    "goods, delivery or goodwill is given back",
    draft,
    ("order_id", "share", "shipping", "restock", "pending", "failed", "cents"),
)
