"""Admin API documents of refunds and transactions."""

from __future__ import annotations

from sandbox.documents.parts import Document, Purse, Ref, instant
from sandbox.facts import Payment, Refunded, ReturnedLine
from sandbox.identifiers import gid
from sandbox.state.order import Order
from sandbox.state.sales import Agreement, Sale


def refund_document(
    order: Order, refund: Refunded, agreement: Agreement, linked: Linked, purse: Purse
) -> Document:
    """One refund; its lines' subtotals carry tax where the shop's prices do."""
    moved = sum(p.amount for p in refund.payments if p.status == "SUCCESS")
    goods = {s.line_id: s for s in agreement.sales if s.line_id is not None}
    return {
        "__typename": "Refund",
        "id": gid("Refund", refund.refund_id),
        "legacyResourceId": str(refund.refund_id),
        "createdAt": instant(refund.at),
        "processedAt": instant(refund.at),
        "updatedAt": instant(refund.at),
        "note": refund.note,
        "totalRefundedSet": purse.bag(moved),
        "order": Ref("Order", order.order_id),
        "return": linked.returns.get(refund.return_id or 0),
        "duties": [
            {
                "amountSet": purse.bag(charge.amount),
                "originalDuty": linked.duties[charge.charge_id],
            }
            for charge in refund.charges
            if charge.sort == "DUTY"
        ],
        "refundLineItems": [
            _refund_line(back, goods[back.line_id], linked, purse, included=order.included)
            for back in refund.lines
        ],
        "refundShippingLines": _shipping(refund, linked, purse),
        "orderAdjustments": _adjustments(refund, purse),
        "transactions": [linked.payments[p.payment_id] for p in refund.payments],
    }


class Linked:
    """Documents of one order that others point at."""

    def __init__(self, order_id: int) -> None:
        self.order_id = order_id
        self.lines: dict[int, Document] = {}
        self.shipping: dict[int, Document] = {}
        self.payments: dict[int, Document] = {}
        self.refunds: dict[int, Document] = {}
        self.returns: dict[int, Document] = {}
        self.duties: dict[int, Document] = {}


def _refund_line(
    back: ReturnedLine, sale: Sale, linked: Linked, purse: Purse, *, included: bool
) -> Document:
    subtotal = -sale.total if included else sale.tax - sale.total
    return {
        "id": gid("RefundLineItem", back.refund_line_id),
        "quantity": back.quantity,
        "restockType": back.restock,
        "restocked": back.restock != "NO_RESTOCK",
        "location": None,
        "lineItem": linked.lines[back.line_id],
        "priceSet": linked.lines[back.line_id]["originalUnitPriceSet"],
        "subtotalSet": purse.bag(subtotal),
        "totalTaxSet": purse.bag(-sale.tax),
    }


def _shipping(refund: Refunded, linked: Linked, purse: Purse) -> list[Document]:
    if refund.shipping is None:
        return []
    return [
        {
            "__typename": "RefundShippingLine",
            "id": gid("RefundShippingLine", refund.shipping.refund_shipping_id),
            "shippingLine": linked.shipping[refund.shipping.shipping_id],
            "subtotalAmountSet": purse.bag(refund.shipping.base),
            "taxAmountSet": purse.bag(refund.shipping.tax),
        }
    ]


def _adjustments(refund: Refunded, purse: Purse) -> list[Document]:
    if refund.adjustment is None:
        return []
    return [
        {
            "__typename": "OrderAdjustment",
            "id": gid("OrderAdjustment", refund.adjustment.adjustment_id),
            "reason": "REFUND_DISCREPANCY",
            "amountSet": purse.bag(-refund.adjustment.amount),
            "taxAmountSet": purse.bag(0),
        }
    ]


def payment_document(payment: Payment, linked: Linked, purse: Purse) -> Document:
    """One transaction, tied to the one that it follows."""
    return {
        "__typename": "OrderTransaction",
        "id": gid("OrderTransaction", payment.payment_id),
        "kind": payment.kind,
        "status": payment.status,
        "gateway": payment.gateway,
        "formattedGateway": payment.gateway.replace("_", " ").title(),
        "test": payment.test,
        "createdAt": instant(payment.at),
        "processedAt": instant(payment.at),
        "errorCode": "CARD_DECLINED" if payment.status == "FAILURE" else None,
        "amountSet": purse.bag(payment.amount, payment.presented),
        "parentTransaction": linked.payments.get(payment.parent_id or 0),
        "order": Ref("Order", linked.order_id),
        "paymentId": f"#{payment.payment_id}.1",
        "authorizationCode": None,
    }
