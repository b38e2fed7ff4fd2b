"""The body of `orders/*`: the REST order of 2026-04, at the state in which the event left it."""

from __future__ import annotations

from sandbox.documents.parts import Document, Purse, local, purse
from sandbox.documents.webhook_customer import customer_in_order
from sandbox.documents.webhook_parts import address_body, line_body, shipping_body, tax_bodies
from sandbox.documents.webhook_refund import refund_body
from sandbox.identifiers import gid
from sandbox.state.order import Order
from sandbox.state.shop import Shop

_GOODS = ("PRODUCT", "GIFT_CARD")


def order_body(shop: Shop, order: Order) -> Document:
    """The whole order; `refunds` lists every refund so far."""
    money = purse(shop.profile, order.placed.presentment)
    return {
        **_identity(shop, order),
        **_times_and_status(shop, order),
        **_flat_and_set(order, money),
        **_discounts(order, money),
        **_children(shop, order, money),
    }


def _identity(shop: Shop, order: Order) -> Document:
    placed, profile = order.placed, shop.profile
    return {
        "id": placed.order_id,
        "admin_graphql_api_id": gid("Order", placed.order_id),
        "app_id": 580_111,
        "browser_ip": None,
        "buyer_accepts_marketing": False,
        "cart_token": placed.cart_token,
        "checkout_token": placed.checkout_token,
        "client_details": None,
        "confirmation_number": placed.token[:9].upper(),
        "confirmed": True,
        "contact_email": placed.buyer.email,
        "currency": profile.currency,
        "customer_locale": "en",
        "device_id": None,
        "email": placed.buyer.email,
        "estimated_taxes": False,
        "landing_site": None,
        "landing_site_ref": None,
        "location_id": None,
        "merchant_of_record_app_id": None,
        "name": f"#{placed.number}",
        "note": None,
        "note_attributes": [],
        "number": placed.number - 1000,
        "order_number": placed.number,
        "order_status_url": f"https://{profile.domain}/orders/{placed.token}/authenticate",
        "payment_gateway_names": list(dict.fromkeys(p.gateway for p in order.payments)),
        "payment_terms": None,
        "phone": placed.buyer.phone,
        "po_number": None,
        "presentment_currency": placed.presentment.currency,
        "reference": None,
        "referring_site": None,
        "source_identifier": None,
        "source_name": placed.source,
        "source_url": None,
        "tags": "sandbox" if placed.number % 5 == 0 else "",
        "tax_exempt": False,
        "taxes_included": profile.taxes_included,
        "test": placed.test,
        "token": placed.token,
        "user_id": None,
    }


def _times_and_status(shop: Shop, order: Order) -> Document:
    placed, cancelled = order.placed, order.cancelled
    ended = local(cancelled.at, shop.profile) if cancelled else None
    return {
        "created_at": local(placed.at, shop.profile),
        "processed_at": local(placed.processed_at, shop.profile),
        "updated_at": local(order.updated_at, shop.profile),
        "closed_at": ended,
        "cancelled_at": ended,
        "cancel_reason": cancelled.reason.lower() if cancelled else None,
        "financial_status": order.financial_status.lower(),
        "fulfillment_status": None,
    }


def _flat_and_set(order: Order, money: Purse) -> Document:
    """Amounts that come twice: a plain string in shop money, and a set."""
    placed, lines = order.placed, order.lines.values()
    listed = sum(line.price * line.quantity for line in lines if not line.tip)
    discount = sum(line.line_discount + line.order_discount for line in lines)
    field = "discount_after_taxes" if order.included else "discount_before_taxes"
    amounts = {
        "current_subtotal_price": _subtotal(order, *_GOODS, "ADJUSTMENT"),
        "current_total_discounts": order.sum_of(field),
        "current_total_price": order.current_total,
        "current_total_tax": order.sum_of("tax"),
        "subtotal_price": _subtotal(order, *_GOODS, first=True),
        "total_discounts": discount,
        "total_line_items_price": listed,
        "total_price": order.total,
        "total_tax": order.sum_of("tax", first=True),
    }
    body: Document = {}
    for name, amount in amounts.items():
        body[name] = money.flat(amount)
        body[f"{name}_set"] = money.pair(amount)
    return {
        **body,
        **_charges(order, money),
        "total_outstanding": money.flat(order.outstanding),
        "total_shipping_price_set": money.pair(placed.shipping.price if placed.shipping else 0),
        "total_tip_received": money.flat(order.sum_of("total", "TIP")),
        "total_weight": sum(567 * n.quantity for n in lines if not (n.gift_card or n.tip)),
    }


def _charges(order: Order, money: Purse) -> Document:
    """Duties and fees, as charged and as they stand; null on an order that never had any."""
    found: Document = {}
    for name, sort in (("additional_fees", "ADDITIONAL_FEE"), ("duties", "DUTY")):
        has = any(charge.sort == sort for charge in order.placed.charges)
        for word, first in (("current", False), ("original", True)):
            amount = order.sum_of("total", sort, first=first)
            found[f"{word}_total_{name}_set"] = money.pair(amount) if has else None
    return found


def _subtotal(order: Order, *line_types: str, first: bool = False) -> int:
    """Goods after discounts, with tax where the prices carry it."""
    total = order.sum_of("total", *line_types, first=first)
    return total if order.included else total - order.sum_of("tax", *line_types, first=first)


def _discounts(order: Order, money: Purse) -> Document:
    """The order's code first, then line discounts: the order in which allocations point at them."""
    lines, code = list(order.lines.values()), order.placed.discount_code
    by_code = sum(line.order_discount for line in lines)
    by_line = sum(line.line_discount for line in lines)
    applications = [
        _application("discount_code", "across", "all", money.flat(by_code), code),
        _application("manual", "one", "explicit", money.flat(by_line), "Staff discount"),
    ]
    codes = [{"code": code, "amount": money.flat(by_code), "type": "fixed_amount"}] if code else []
    return {
        "discount_codes": codes,
        "discount_applications": applications if by_code or by_line else [],
    }


def _application(kind: str, method: str, target: str, value: str, named: str | None) -> Document:
    return {
        "target_type": "line_item",
        "type": kind,
        "value": value,
        "value_type": "fixed_amount",
        "allocation_method": method,
        "target_selection": target,
        "code" if kind == "discount_code" else "title": named,
    }


def _children(shop: Shop, order: Order, money: Purse) -> Document:
    placed, profile = order.placed, shop.profile
    where = address_body(profile, placed.order_id)
    delivery = [shipping_body(placed.shipping, money, profile)] if placed.shipping else []
    return {
        "billing_address": where,
        "shipping_address": where if placed.shipping else None,
        "customer": customer_in_order(shop, order.customer_id),
        "fulfillments": [],
        "line_items": [line_body(order, line, money, shop) for line in order.lines.values()],
        "refunds": [refund_body(shop, order, refund) for refund in order.refunds],
        "shipping_lines": delivery,
        "tax_lines": tax_bodies(order.sum_of("tax", first=True), profile.tax_rate, money, profile),
    }
