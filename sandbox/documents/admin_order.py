"""The Admin API document of an order, whole: a query selects from it."""

from __future__ import annotations

from sandbox.documents.admin_agreements import agreement_document
from sandbox.documents.admin_lines import (
    duty_document,
    line_document,
    shipping_document,
    tax_lines,
)
from sandbox.documents.admin_refund import Linked, payment_document, refund_document
from sandbox.documents.parts import Document, Purse, Ref, address, instant, purse
from sandbox.identifiers import gid
from sandbox.profiles import Profile
from sandbox.state.order import Order


def order_document(order: Order, profile: Profile) -> Document:
    """Everything that the schema subset knows of an order."""
    money = purse(profile, order.placed.presentment)
    linked = Linked(order.order_id)
    document = {
        "__typename": "Order",
        **_identity(order, profile),
        **_status(order),
        **_people(order, profile),
        **_amounts(order, money),
    }
    document |= _children(order, profile, linked, money)
    return document


def _identity(order: Order, profile: Profile) -> Document:
    placed = order.placed
    cancelled = instant(order.cancelled.at) if order.cancelled else None
    return {
        "id": gid("Order", placed.order_id),
        "legacyResourceId": str(placed.order_id),
        "name": f"#{placed.number}",
        "number": placed.number,
        "confirmationNumber": placed.token[:9].upper(),
        "createdAt": instant(placed.at),
        "updatedAt": instant(order.updated_at),
        "processedAt": instant(placed.processed_at),
        "closedAt": cancelled,
        "closed": cancelled is not None,
        "cancelledAt": cancelled,
        "cancelReason": order.cancelled.reason if order.cancelled else None,
        "test": placed.test,
        "confirmed": True,
        "edited": bool(order.edits),
        "note": None,
        "tags": ["sandbox"] if placed.number % 5 == 0 else [],
        "sourceName": placed.source,
        "sourceIdentifier": None,
        "cartToken": placed.cart_token,
        "checkoutToken": placed.checkout_token,
        "poNumber": None,
        "currencyCode": profile.currency,
        "presentmentCurrencyCode": placed.presentment.currency,
        "taxesIncluded": profile.taxes_included,
        "taxExempt": False,
        "dutiesIncluded": False,
        "estimatedTaxes": False,
        "customerLocale": "en",
        "customAttributes": [],
    }


def _status(order: Order) -> Document:
    placed = order.placed
    units = sum(line.quantity for line in order.lines.values())
    return {
        "displayFinancialStatus": order.financial_status,
        "displayFulfillmentStatus": "UNFULFILLED",
        "returnStatus": "RETURNED" if order.returns else "NO_RETURN",
        "paymentGatewayNames": list(dict.fromkeys(p.gateway for p in order.payments)),
        "discountCode": placed.discount_code,
        "discountCodes": [placed.discount_code] if placed.discount_code else [],
        "fullyPaid": order.is_paid,
        "unpaid": order.received == 0,
        "refundable": order.received > order.refunded,
        "subtotalLineItemsQuantity": units,
        "currentSubtotalLineItemsQuantity": units - sum(order.returned.values()),
    }


def _people(order: Order, profile: Profile) -> Document:
    placed = order.placed
    where = address(profile, placed.order_id, first_name="Sam", last_name="Shopper")
    customer_id = order.customer_id
    return {
        "email": placed.buyer.email,
        "phone": placed.buyer.phone,
        "customer": Ref("Customer", customer_id) if customer_id is not None else None,
        "customerAcceptsMarketing": False,
        "app": {"id": gid("App", 580_111), "name": "Online Store"},
        "retailLocation": None,
        "billingAddress": where,
        "shippingAddress": where if placed.shipping else None,
    }


def _amounts(order: Order, money: Purse) -> Document:
    placed, bag = order.placed, money.bag
    discount = sum(line.line_discount + line.order_discount for line in order.lines.values())
    field = "discount_after_taxes" if order.included else "discount_before_taxes"
    current_shipping = order.sum_of("total", "SHIPPING")
    if not order.included:
        current_shipping -= order.sum_of("tax", "SHIPPING")
    goods = ("PRODUCT", "GIFT_CARD")
    adjustments = sum(r.adjustment.amount for r in order.refunds if r.adjustment)
    return {
        "subtotalPriceSet": bag(_subtotal(order, *goods, first=True)),
        "totalPriceSet": bag(order.total),
        "originalTotalPriceSet": bag(order.original_total),
        "currentSubtotalPriceSet": bag(_subtotal(order, *goods, "ADJUSTMENT")),
        "currentTotalPriceSet": bag(order.current_total),
        "currentTotalTaxSet": bag(order.sum_of("tax")),
        "currentTotalDiscountsSet": bag(order.sum_of(field)),
        "currentShippingPriceSet": bag(current_shipping),
        "currentTotalDutiesSet": _charged(order, money, "DUTY"),
        "currentTotalAdditionalFeesSet": _charged(order, money, "ADDITIONAL_FEE"),
        "originalTotalDutiesSet": _charged(order, money, "DUTY", first=True),
        "totalTaxSet": bag(order.sum_of("tax", first=True)),
        "totalDiscountsSet": bag(discount),
        "totalShippingPriceSet": bag(placed.shipping.price if placed.shipping else 0),
        "totalTipReceivedSet": bag(order.sum_of("total", "TIP")),
        "totalRefundedSet": bag(order.refunded),
        "totalRefundedShippingSet": bag(sum(r.shipping.base for r in order.refunds if r.shipping)),
        "totalReceivedSet": bag(order.received),
        "totalOutstandingSet": bag(order.outstanding),
        "netPaymentSet": bag(order.received - order.refunded),
        "refundDiscrepancySet": bag(-adjustments),
    }


def _subtotal(order: Order, *line_types: str, first: bool = False) -> int:
    """Goods after discounts, with tax where the prices carry it."""
    total = order.sum_of("total", *line_types, first=first)
    return total if order.included else total - order.sum_of("tax", *line_types, first=first)


def _charged(order: Order, money: Purse, sort: str, *, first: bool = False) -> Document | None:
    """The sum of one sort of charge; null on an order that never had any."""
    if not any(charge.sort == sort for charge in order.placed.charges):
        return None
    return money.bag(order.sum_of("total", sort, first=first))


def _children(order: Order, profile: Profile, linked: Linked, money: Purse) -> Document:
    title, placed = profile.tax_title, order.placed
    for line in order.lines.values():
        linked.lines[line.line_id] = line_document(order, line, money, title)
    for charge in placed.charges:
        if charge.sort == "DUTY":
            linked.duties[charge.charge_id] = duty_document(charge, money)
    if linked.duties:
        next(iter(linked.lines.values()))["duties"] = list(linked.duties.values())
    for at, back in enumerate(order.returns, start=1):
        linked.returns[back.return_id] = {
            "__typename": "Return",
            "id": gid("Return", back.return_id),
            "name": f"#{placed.number}-R{at}",
            "status": "CLOSED" if back.refund else "OPEN",
        }
    if placed.shipping:
        delivery = shipping_document(order, placed.shipping, money, title)
        linked.shipping[placed.shipping.shipping_id] = delivery
    for payment in order.payments:
        linked.payments[payment.payment_id] = payment_document(payment, linked, money)
    agreements = {a.refund_id: a for a in order.agreements}
    for refund in order.refunds:
        own = agreements[refund.refund_id]
        linked.refunds[refund.refund_id] = refund_document(order, refund, own, linked, money)
    return {
        "lineItems": list(linked.lines.values()),
        "shippingLine": next(iter(linked.shipping.values()), None),
        "shippingLines": list(linked.shipping.values()),
        "transactions": list(linked.payments.values()),
        "refunds": list(linked.refunds.values()),
        "agreements": [agreement_document(a, linked, money) for a in order.agreements],
        "taxLines": tax_lines(order.sum_of("tax", first=True), profile.tax_rate, money, title),
        "returns": list(linked.returns.values()),
        "fulfillments": [],
    }
