"""Kinds `return` and `exchange`: goods come back by a return, with or without their money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sandbox.facts import Charge, Fact, Refunded, Removal, Returned, ReturnedLine
from sandbox.kinds.cart import one_line
from sandbox.kinds.edit import extra_payment, goods_left
from sandbox.kinds.refund import refund_payments, refundable
from sandbox.kinds.scene import Kind, Scene
from sandbox.state.changes import return_agreement
from sandbox.state.order import Order


def draft_return(scene: Scene) -> Sequence[Fact]:
    """Units come back, at times less a restocking fee; the money mostly goes back at once."""
    order = _order(scene)
    back = _opened(scene, order)
    fee = _fee(scene, order, back) if scene.chance("fee", 0.25) else None
    back = replace(back, fee=fee)
    if not scene.chance("refund", 0.75):
        return [back]
    return [_refunded(scene, order, back)]


def draft_exchange(scene: Scene) -> Sequence[Fact]:
    """Units come back for another article; the difference is paid or goes back."""
    order = _order(scene)
    back = replace(_opened(scene, order), added=(one_line(scene),))
    balance = _balance(scene, order, back)
    if balance < 0:
        return [_refunded(scene, order, back)]
    return [replace(back, payments=extra_payment(scene, order, balance))]


def _order(scene: Scene) -> Order:
    return scene.order(lambda o: refundable(o) and bool(goods_left(o)), "with goods to return")


def _opened(scene: Scene, order: Order) -> Returned:
    line, left = scene.rng.choice(goods_left(order))
    units = scene.count("units", left) or scene.rng.randint(1, left)
    ids = scene.shop.ids
    return Returned(
        scene.at,
        order.order_id,
        ids.next("Return"),
        ids.next("SalesAgreement"),
        (Removal(line.line_id, units),),
    )


def _fee(scene: Scene, order: Order, back: Returned) -> Charge | None:
    """A tenth of what came back; nothing where that is less than the smallest coin."""
    amount = -_balance(scene, order, back) // 10
    return Charge(scene.shop.ids.next("Charge"), "FEE", amount) if amount > 0 else None


def _balance(scene: Scene, order: Order, back: Returned) -> int:
    """What the return changes of the order's price."""
    agreement = return_agreement(back, order.lines, order.returned, included=scene.shop.included)
    return sum(sale.total for sale in agreement.sales)


def _refunded(scene: Scene, order: Order, back: Returned) -> Returned:
    """The refund record of a return: its lines name the goods, its payments the balance."""
    restock = scene.choice("restock", {"RETURN": 60, "NO_RESTOCK": 40})
    ids = scene.shop.ids
    refund = Refunded(
        scene.at,
        order.order_id,
        ids.next("Refund"),
        back.agreement_id,
        tuple(
            ReturnedLine(ids.next("RefundLineItem"), gone.line_id, gone.quantity, restock)
            for gone in back.lines
        ),
        None,
        None,
        refund_payments(scene, order, -_balance(scene, order, back)),
        None,
        return_id=back.return_id,
    )
    return replace(back, refund=refund)


RETURN = Kind(
    "return",
    "goods come back, with or without their money",
    draft_return,
    ("order_id", "units", "fee", "refund", "restock", "pending", "failed"),
)
EXCHANGE = Kind(
    "exchange",
    "goods come back for others",
    draft_exchange,
    ("order_id", "units", "quantity", "paid", "restock", "pending", "failed"),
)
