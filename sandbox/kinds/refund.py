"""Kind `refund`: goods, delivery or goodwill given back, once or several times for one order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sandbox.cents import slice_share
from sandbox.errors import NothingSuitable
from sandbox.facts import Adjustment, Fact, Payment, Refunded, ReturnedLine, ShippingRefund
from sandbox.kinds.payment import follow
from sandbox.kinds.scene import Kind, Scene
from sandbox.state.order import Order
from sandbox.state.sales import refund_agreement

_SHARES = {"part": 55, "full": 35, "goodwill": 10}


def draft(scene: Scene) -> Sequence[Fact]:
    """A part of the goods, all that is left, or money without goods."""
    order = scene.order(refundable, "refundable")
    wish = scene.choice("share", _SHARES)
    if wish == "goodwill" and (_room(order) > 0 or "share" in scene.params):
        return [_goodwill(scene, order)]
    full = wish == "full"
    units = _all_units(scene, order) if full else _some_units(scene, order)
    with_shipping = scene.chance("shipping", 0.7 if full else 0.2)
    shipping = shipping_left(scene, order, part=not full) if with_shipping else None
    return [complete(scene, order, units, shipping, note=scene.rng.choice((None, "Damaged")))]


def refundable(order: Order) -> bool:
    """Goodwill closes an order here: what Shopify books when goods follow it is not recorded."""
    adjusted = any(refund.adjustment for refund in order.refunds)
    left = any(order.current_quantity(n.line_id, n.quantity) for n in order.placed.lines)
    return not adjusted and left and order.cancelled is None


def complete(
    scene: Scene,
    order: Order,
    lines: tuple[ReturnedLine, ...],
    shipping: ShippingRefund | None,
    *,
    note: str | None,
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
    )
    agreement = refund_agreement(
        order.placed, refund, returned=dict(order.returned), included=scene.shop.included
    )
    return replace(refund, payments=_payments(scene, order, -sum(s.total for s in agreement.sales)))


def _payments(scene: Scene, order: Order, amount: int) -> tuple[Payment, ...]:
    amount = min(amount, order.received - order.refunded)
    parents = [p for p in order.payments if p.status == "SUCCESS" and p.kind in ("SALE", "CAPTURE")]
    if amount <= 0 or not parents:
        return ()
    payment = follow(scene, max(parents, key=lambda p: p.amount), "REFUND", amount)
    pending = scene.chance("pending", 0.03)
    return (replace(payment, status="PENDING") if pending else payment,)


def _some_units(scene: Scene, order: Order) -> tuple[ReturnedLine, ...]:
    open_lines = [
        (line, order.current_quantity(line.line_id, line.quantity)) for line in order.placed.lines
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
        for line in order.placed.lines
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
        payments=_payments(scene, order, amount),
    )


def _room(order: Order) -> int:
    """The money that an order still holds."""
    return min(order.current_total, order.received - order.refunded)


REFUND = Kind(
    "refund",
    "goods, delivery or goodwill is given back",
    draft,
    ("order_id", "share", "shipping", "restock", "pending", "cents"),
)
