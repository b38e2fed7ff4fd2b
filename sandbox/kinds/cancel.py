"""Kinds `cancel` and `delete`: an order is called off and reversed, or erased."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.facts import Cancelled, Deleted, Fact, Payment
from sandbox.kinds.payment import follow, open_authorization, uncaptured
from sandbox.kinds.refund import complete, refundable, shipping_left, units_left
from sandbox.kinds.scene import Kind, Scene
from sandbox.state.order import Order

_REASONS = {"CUSTOMER": 50, "INVENTORY": 20, "FRAUD": 10, "DECLINED": 10, "OTHER": 10}


def draft_cancel(scene: Scene) -> Sequence[Fact]:
    """What is left goes back on the day of the cancellation, so that the order sums to nothing."""
    order = scene.order(_cancellable, "open, unadjusted and without returns")
    refund = complete(
        scene,
        order,
        units_left(scene, order, "CANCEL"),
        shipping_left(scene, order, part=False),
        note="Order canceled",
        charges=order.charges_left(),
    )
    reason = scene.choice("reason", _REASONS)
    return [Cancelled(scene.at, order.order_id, reason, refund, _voids(scene, order))]


def _cancellable(order: Order) -> bool:
    """Shopify cancels no order from which goods have come back by a return."""
    return refundable(order) and not order.returns


def _voids(scene: Scene, order: Order) -> tuple[Payment, ...]:
    authorization = open_authorization(order)
    if authorization is None:
        return ()
    return (follow(scene, authorization, "VOID", uncaptured(order, authorization)),)


def draft_delete(scene: Scene) -> Sequence[Fact]:
    """Shopify lets only old, cancelled or test orders be deleted."""
    order = scene.order(lambda o: o.cancelled is not None or o.placed.test, "cancelled or a test")
    return [Deleted(scene.at, order.order_id)]


CANCEL = Kind(
    "cancel",
    "an order is called off and reversed",
    draft_cancel,
    ("order_id", "reason", "pending", "failed"),
)
DELETE = Kind("delete", "a cancelled or test order is erased", draft_delete, ("order_id",))
