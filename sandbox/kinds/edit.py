"""Kind `order_edit`: the shop adds a line, takes units out, or gives a discount afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sandbox.cents import tax_on
from sandbox.errors import BadParameter
from sandbox.facts import Edited, Fact, Line, LineDiscount, Payment, Removal
from sandbox.kinds.cart import one_line
from sandbox.kinds.refund import refundable
from sandbox.kinds.scene import Kind, Scene
from sandbox.state.changes import edit_agreement
from sandbox.state.order import Order

_CHANGES = {"add": 45, "remove": 30, "discount": 25}


def draft(scene: Scene) -> Sequence[Fact]:
    """One change of one order; a line that was added is mostly paid at once."""
    change = scene.choice("change", _CHANGES)
    wanted = f"open, unadjusted and with goods to {change}"
    order = scene.order(lambda order: _allows(order, change), wanted)
    ids = scene.shop.ids
    edit = Edited(scene.at, order.order_id, ids.next("OrderEdit"), ids.next("SalesAgreement"))
    match change:
        case "add":
            edit = replace(edit, added=(one_line(scene),))
        case "remove":
            edit = replace(edit, removed=(_removal(scene, order),))
        case _:
            edit = replace(edit, discounted=(_discount(scene, order),))
    return [replace(edit, payments=_payments(scene, order, edit))]


def _allows(order: Order, change: str) -> bool:
    return (
        refundable(order)
        and {
            "add": True,
            "remove": bool(goods_left(order)),
            "discount": bool(_whole(order)),
        }[change]
    )


def goods_left(order: Order) -> list[tuple[Line, int]]:
    """Lines of goods with units that have not gone."""
    found = [
        (line, order.current_quantity(line.line_id, line.quantity))
        for line in order.lines.values()
        if not (line.gift_card or line.tip)
    ]
    return [(line, left) for line, left in found if left]


def extra_payment(scene: Scene, order: Order, amount: int) -> tuple[Payment, ...]:
    """What a change costs more is paid mostly, by an order that was paid itself."""
    if amount <= 0 or not order.is_paid or not scene.chance("paid", 0.8):
        return ()
    number = scene.shop.ids.next("OrderTransaction")
    test = order.placed.test
    return (Payment(number, scene.at, "SALE", "SUCCESS", amount, "bogus", test),)


def _whole(order: Order) -> list[Line]:
    """Lines of which nothing has gone: what gone units had cost must not change behind them."""
    return [line for line, left in goods_left(order) if left == line.quantity and _quoted(line)]


def _quoted(line: Line) -> int:
    return line.price * line.quantity - line.line_discount - line.order_discount


def _removal(scene: Scene, order: Order) -> Removal:
    line, left = scene.rng.choice(goods_left(order))
    return Removal(line.line_id, scene.count("units", left) or scene.rng.randint(1, left))


def _discount(scene: Scene, order: Order) -> LineDiscount:
    line = scene.rng.choice(_whole(order))
    quoted = _quoted(line)
    amount = scene.count("cents", 100_000_000) or max(1, quoted // 10)
    if amount > quoted:
        raise BadParameter(f"cents is {amount}; line {line.line_id} costs {quoted}, give less.")
    included = scene.shop.included
    return LineDiscount(
        line.line_id, amount, tax_on(quoted - amount, line.tax_rate, included=included)
    )


def _payments(scene: Scene, order: Order, edit: Edited) -> tuple[Payment, ...]:
    agreement = edit_agreement(edit, order.lines, order.returned, included=scene.shop.included)
    return extra_payment(scene, order, sum(sale.total for sale in agreement.sales))


ORDER_EDIT = Kind(
    "order_edit",
    "an order is edited: a line comes, units go, or a discount is given",
    draft,
    ("order_id", "change", "quantity", "units", "cents", "paid"),
)
