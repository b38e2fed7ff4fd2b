"""Bodies of `carts/*`: an online-store cart, without a buyer, keyed by its token."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from sandbox.documents.parts import Document, Purse, purse
from sandbox.facts import CartSaved, Line
from sandbox.state.shop import Shop


def cart_body(shop: Shop, cart: CartSaved) -> Document:
    """A cart as it stands."""
    money = purse(shop.profile)
    return {
        "id": cart.cart_token,
        "token": cart.cart_token,
        "line_items": [_line(line, money) for line in cart.lines],
        "note": None,
        "updated_at": _instant(cart.at),
        "created_at": _instant(cart.created_at),
    }


def _line(line: Line, money: Purse) -> Document:
    discount = line.line_discount + line.order_discount
    listed = line.price * line.quantity
    amounts = {
        "discounted_price": line.price - discount // line.quantity,
        "line_price": listed - discount,
        "original_line_price": listed,
        "price": line.price,
        "total_discount": discount,
    }
    body: Document = {}
    for name, amount in amounts.items():
        body[name] = money.flat(amount)
        body[f"{name}_set"] = money.pair(amount)
    return {
        **body,
        "id": line.variant_id,
        "variant_id": line.variant_id,
        "product_id": line.product_id,
        "key": f"{line.variant_id}:{hashlib.sha256(str(line.line_id).encode()).hexdigest()[:32]}",
        "original_price": money.flat(line.price),
        "properties": {},
        "quantity": line.quantity,
        "discounts": [],
        "gift_card": line.gift_card,
        "grams": 0 if line.gift_card else 567,
        "sku": line.sku,
        "taxable": not line.gift_card,
        "title": f"{line.title} - {line.variant_title}",
        "vendor": line.vendor,
    }


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
