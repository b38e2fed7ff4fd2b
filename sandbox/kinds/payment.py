"""How an order is paid at first, and the kinds `capture` and `void` that come later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sandbox.cents import half_up
from sandbox.errors import NothingSuitable
from sandbox.facts import Fact, Paid, Payment, Presentment
from sandbox.kinds.scene import Kind, Scene
from sandbox.state.order import Order

_WEIGHTS = {
    "paid": 72,
    "authorized": 10,
    "pending": 6,
    "partial": 4,
    "retried": 4,
    "cash": 2,
    "split": 2,
    "gift_card": 1,
    "store_credit": 1,
    "overpaid": 1,
    "drifted": 2,
}


def first_payments(
    scene: Scene, total: int, presentment: Presentment, *, test: bool
) -> tuple[Payment, ...]:
    """The transactions that come with the order."""
    if total == 0:
        return ()
    wish = scene.choice("payment", _WEIGHTS)

    def pay(kind: str, amount: int, gateway: str = "bogus", status: str = "SUCCESS") -> Payment:
        number = scene.shop.ids.next("OrderTransaction")
        return Payment(number, scene.at, kind, status, amount, gateway, test)

    match wish:
        case "authorized":
            return (pay("AUTHORIZATION", total),)
        case "pending":
            return ()
        case "partial":
            return (pay("SALE", total * 63 // 100),)
        case "retried":
            return (pay("SALE", total, status="FAILURE"), pay("SALE", total))
        case "cash":
            handed = (total // 500 + 1) * 500
            return (pay("SALE", handed, "cash"), pay("CHANGE", handed - total, "cash"))
        case "split" if total > 2:
            card = total // 3
            return (pay("SALE", card, "gift_card"), pay("SALE", total - card))
        case "gift_card":
            return (pay("SALE", total, "gift_card"),)
        case "store_credit":
            return (pay("SALE", total, "shopify_store_credit"),)
        case "overpaid":
            return (pay("SALE", total + 100),)
        case "drifted" if presentment.rate != 1:
            # The buyer's bank pays what was shown, at the rate of another day.
            seen = half_up(total * presentment.rate)
            return (replace(pay("SALE", total - total // 18), presented=seen),)
        case _:
            return (pay("SALE", total),)


def open_authorization(order: Order) -> Payment | None:
    """The authorization that is neither voided nor captured whole."""
    for payment in order.payments:
        if payment.kind == "AUTHORIZATION" and uncaptured(order, payment):
            return payment
    return None


def uncaptured(order: Order, authorization: Payment) -> int:
    """What is left of an authorization."""
    own = [p for p in order.payments if p.parent_id == authorization.payment_id]
    if any(p.kind == "VOID" for p in own):
        return 0
    return authorization.amount - sum(p.amount for p in own if p.kind == "CAPTURE")


def follow(scene: Scene, parent: Payment, kind: str, amount: int) -> Payment:
    """A transaction that goes on from another."""
    number = scene.shop.ids.next("OrderTransaction")
    return Payment(
        number, scene.at, kind, "SUCCESS", amount, parent.gateway, parent.test, parent.payment_id
    )


def _capturable(order: Order) -> bool:
    return order.cancelled is None and not order.refunds and open_authorization(order) is not None


def _authorized(scene: Scene) -> tuple[Order, Payment]:
    order = scene.order(_capturable, "authorized and uncaptured")
    parent = open_authorization(order)
    if parent is None:
        raise NothingSuitable(f"Order {order.order_id} is not authorized; name another order_id.")
    return order, parent


def draft_capture(scene: Scene) -> Sequence[Fact]:
    """The authorized money is taken."""
    order, parent = _authorized(scene)
    left = uncaptured(order, parent)
    payment = follow(scene, parent, "CAPTURE", scene.count("cents", left) or left)
    return [Paid(scene.at, order.order_id, (payment,))]


def draft_void(scene: Scene) -> Sequence[Fact]:
    """The authorization is given up; the order stands. No sales figure moves."""
    order, parent = _authorized(scene)
    return [
        Paid(scene.at, order.order_id, (follow(scene, parent, "VOID", uncaptured(order, parent)),))
    ]


CAPTURE = Kind("capture", "authorized money is taken", draft_capture, ("order_id", "cents"))
VOID = Kind("void", "an authorization is given up", draft_void, ("order_id",))
