"""The body of `refunds/create`, which is also an element of an order's `refunds`."""

from __future__ import annotations

import orjson

from sandbox.documents.parts import Document, Purse, local, purse
from sandbox.documents.webhook_parts import refunded_line_body, shipping_body
from sandbox.facts import Payment, Refunded, ReturnedLine
from sandbox.identifiers import gid
from sandbox.state.order import Order
from sandbox.state.sales import Sale
from sandbox.state.shop import Shop


def refund_body(shop: Shop, order: Order, refund: Refunded) -> Document:
    """One refund. `subtotal` and `total_tax` are JSON numbers, all other money is text."""
    money = purse(shop.profile, order.placed.presentment)
    agreement = next(a for a in order.agreements if a.refund_id == refund.refund_id)
    sales = {sale.line_id: sale for sale in agreement.sales if sale.line_id is not None}
    at = local(refund.at, shop.profile)
    return {
        "id": refund.refund_id,
        "admin_graphql_api_id": gid("Refund", refund.refund_id),
        "order_id": order.order_id,
        "created_at": at,
        "processed_at": at,
        "note": refund.note,
        "user_id": 548_380_009,
        "restock": any(back.restock != "NO_RESTOCK" for back in refund.lines),
        **_charges(refund, money),
        "return": _return(refund),
        "refund_line_items": [
            _line(shop, order, back, sales[back.line_id], money) for back in refund.lines
        ],
        "refund_shipping_lines": _shipping_lines(shop, order, refund, money),
        "order_adjustments": _adjustments(refund, money),
        "transactions": [_transaction(shop, order, p, money) for p in refund.payments],
    }


def _line(shop: Shop, order: Order, back: ReturnedLine, sale: Sale, money: Purse) -> Document:
    line = order.lines[back.line_id]
    subtotal = -sale.total if order.included else sale.tax - sale.total
    return {
        "id": back.refund_line_id,
        "quantity": back.quantity,
        "line_item_id": back.line_id,
        "location_id": None,
        "restock_type": back.restock.lower(),
        "subtotal": _number(money.flat(subtotal)),
        "total_tax": _number(money.flat(-sale.tax)),
        "subtotal_set": money.pair(subtotal),
        "total_tax_set": money.pair(-sale.tax),
        "line_item": refunded_line_body(order, line, money, shop),
    }


def _return(refund: Refunded) -> Document | None:
    if refund.return_id is None:
        return None
    return {
        "id": refund.return_id,
        "admin_graphql_api_id": gid("Return", refund.return_id),
    }


def _charges(refund: Refunded, money: Purse) -> Document:
    """Duties and fees that went back; the set of fees stands only where there are any."""
    duties = [charge for charge in refund.charges if charge.sort == "DUTY"]
    fees = [charge for charge in refund.charges if charge.sort != "DUTY"]
    body: Document = {
        "duties": [{"duty_id": d.charge_id, "amount_set": money.pair(d.amount)} for d in duties],
        "total_duties_set": money.pair(sum(duty.amount for duty in duties)),
    }
    if fees:
        body["total_additional_fees_set"] = money.pair(sum(fee.amount for fee in fees))
    return body


def _number(text: str) -> float | int:
    """The JSON number of an amount: 199, 195.66."""
    number: float | int = orjson.loads(text)
    return int(number) if number == int(number) else number


def _shipping_lines(shop: Shop, order: Order, refund: Refunded, money: Purse) -> list[Document]:
    back, shipping = refund.shipping, order.placed.shipping
    if back is None or shipping is None:
        return []
    return [
        {
            "id": back.refund_shipping_id,
            "shipping_line": shipping_body(shipping, money, shop.profile),
            "subtotal_amount_set": money.pair(back.base),
            "tax_amount_set": money.pair(back.tax),
        }
    ]


def _adjustments(refund: Refunded, money: Purse) -> list[Document]:
    """Delivery money is named here too, as older apps expect: one payment under two names."""
    found = []
    if refund.shipping:
        back = refund.shipping
        found.append(("shipping_refund", back.refund_shipping_id, back.base, back.tax))
    if refund.adjustment:
        adjustment = refund.adjustment
        found.append(("refund_discrepancy", adjustment.adjustment_id, adjustment.amount, 0))
    return [
        {
            "id": number,
            "order_id": refund.order_id,
            "refund_id": refund.refund_id,
            "amount": money.flat(-amount),
            "tax_amount": money.flat(-tax),
            "kind": kind,
            "reason": kind.replace("_", " ").capitalize(),
            "amount_set": money.pair(-amount),
            "tax_amount_set": money.pair(-tax),
        }
        for kind, number, amount, tax in found
    ]


def _unsettled(order: Order, money: Purse) -> Document:
    """Transactions alone name a currency without `_code`."""
    return {
        "shop_money": {"amount": money.flat(0), "currency": money.currency},
        "presentment_money": {
            "amount": money.shown(0),
            "currency": order.placed.presentment.currency,
        },
    }


def _transaction(shop: Shop, order: Order, payment: Payment, money: Purse) -> Document:
    at = local(payment.at, shop.profile)
    return {
        "id": payment.payment_id,
        "admin_graphql_api_id": gid("OrderTransaction", payment.payment_id),
        "amount": money.shown(payment.amount, payment.presented),
        "authorization": None,
        "created_at": at,
        "currency": order.placed.presentment.currency,
        "device_id": None,
        "error_code": None,
        "gateway": payment.gateway,
        "kind": payment.kind.lower(),
        "location_id": None,
        "manual_payment_gateway": False,
        "message": None,
        "order_id": order.order_id,
        "parent_id": payment.parent_id,
        "payment_id": f"#{payment.payment_id}.1",
        "processed_at": at,
        "receipt": {},
        "source_name": "web",
        "status": payment.status.lower(),
        "test": payment.test,
        "total_unsettled_set": _unsettled(order, money),
        "user_id": None,
    }
