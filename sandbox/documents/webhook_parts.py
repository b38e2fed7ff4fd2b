"""Pieces of webhook bodies: lines, delivery, tax, addresses, in the REST shape of 2026-04."""

from __future__ import annotations

from fractions import Fraction

from sandbox.documents.parts import Document, Purse
from sandbox.facts import Line, Shipping
from sandbox.identifiers import gid
from sandbox.profiles import Profile
from sandbox.state.order import Order
from sandbox.state.shop import Shop


def line_body(order: Order, line: Line, money: Purse, shop: Shop) -> Document:
    """A line as `orders/*` shows it."""
    current = order.current_quantity(line.line_id, line.quantity)
    return {
        **_line(line, money, shop),
        "attributed_staffs": [],
        "duties": _duties(order, line, money),
        "current_quantity": current,
        "fulfillable_quantity": current,
    }


def _duties(order: Order, line: Line, money: Purse) -> list[Document]:
    """Customs are asked on the first line, as the Admin API has it."""
    if line.line_id != next(iter(order.lines)):
        return []
    return [
        {
            "id": duty.charge_id,
            "harmonized_system_code": "6201.40",
            "country_code_of_origin": None,
            **money.pair(duty.amount),
            "tax_lines": [],
            "admin_graphql_api_id": gid("Duty", duty.charge_id),
        }
        for duty in order.placed.charges
        if duty.sort == "DUTY"
    ]


def refunded_line_body(order: Order, line: Line, money: Purse, shop: Shop) -> Document:
    """A line as a refund's lines repeat it: without current quantity."""
    current = order.current_quantity(line.line_id, line.quantity)
    return {**_line(line, money, shop), "fulfillable_quantity": current}


def _line(line: Line, money: Purse, shop: Shop) -> Document:
    # A deleted product is named by no line, as the Admin API has it, too.
    exists = line.product_id in shop.goods.products
    is_goods = not (line.gift_card or line.tip)
    tip = {"tip_payment_gateway": "bogus", "tip_payment_method": "visa"} if line.tip else {}
    return {
        **tip,
        "id": line.line_id,
        "admin_graphql_api_id": gid("LineItem", line.line_id),
        "fulfillment_service": "gift_card" if line.gift_card else "manual",
        "fulfillment_status": None,
        "gift_card": line.gift_card,
        "grams": 567 if is_goods else 0,
        "name": line.title if line.tip else f"{line.title} - {line.variant_title}",
        "price": money.flat(line.price),
        "price_set": money.pair(line.price),
        "product_exists": exists,
        "product_id": line.product_id if exists else None,
        "properties": [],
        "quantity": line.quantity,
        "requires_shipping": is_goods,
        "sku": None if line.tip else line.sku,
        "taxable": is_goods,
        "title": line.title,
        "total_discount": money.flat(line.line_discount),
        "total_discount_set": money.pair(line.line_discount),
        "variant_id": line.variant_id if exists else None,
        "variant_inventory_management": "shopify" if exists else None,
        "variant_title": None if line.tip else line.variant_title,
        "vendor": None if line.tip else line.vendor,
        "tax_lines": tax_bodies(line.tax, line.tax_rate, money, shop.profile),
        "duties": [],
        "discount_allocations": [
            {
                "amount": money.flat(amount),
                "amount_set": money.pair(amount),
                "discount_application_index": index,
            }
            for index, amount in enumerate((line.order_discount, line.line_discount))
            if amount
        ],
    }


def shipping_body(shipping: Shipping, money: Purse, profile: Profile) -> Document:
    """The delivery."""
    price, pair = money.flat(shipping.price), money.pair(shipping.price)
    return {
        "id": shipping.shipping_id,
        "carrier_identifier": None,
        "code": shipping.title,
        "discounted_price": price,
        "discounted_price_set": pair,
        "is_removed": False,
        "phone": None,
        "price": price,
        "price_set": pair,
        "requested_fulfillment_service_id": None,
        "source": "shopify",
        "title": shipping.title,
        "tax_lines": tax_bodies(shipping.tax, shipping.tax_rate, money, profile),
        "discount_allocations": [],
    }


def tax_bodies(tax: int, rate: Fraction, money: Purse, profile: Profile) -> list[Document]:
    """The one tax that these shops know, where it applies."""
    if rate == 0:
        return []
    return [
        {
            "price": money.flat(tax),
            "rate": float(rate),
            "title": profile.tax_title,
            "price_set": money.pair(tax),
            "channel_liable": False,
        }
    ]


def address_body(profile: Profile, number: int) -> Document:
    """Where an order goes."""
    return {
        "first_name": "Sam",
        "address1": f"{number % 240 + 1} Market Street",
        "phone": None,
        "city": profile.province,
        "zip": f"{10000 + number % 89999}",
        "province": profile.province,
        "country": profile.country_name,
        "last_name": "Shopper",
        "address2": None,
        "company": None,
        "latitude": None,
        "longitude": None,
        "name": "Sam Shopper",
        "country_code": profile.country,
        "province_code": profile.province_code,
    }
