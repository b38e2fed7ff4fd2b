"""Bodies of `checkouts/*`: flat amounts in what the buyer sees, no id since 2026-04."""

from __future__ import annotations

import hashlib
from datetime import UTC

from sandbox.documents.parts import Document, Purse, local, purse
from sandbox.documents.webhook_customer import customer_in_order
from sandbox.documents.webhook_parts import address_body
from sandbox.facts import Line, Shipping
from sandbox.profiles import Profile
from sandbox.state.basket import basket
from sandbox.state.checkouts import Checkout
from sandbox.state.shop import Shop

OLDER = "2024-10"


def checkout_body(shop: Shop, checkout: Checkout, generation: str) -> Document:
    """A checkout as it stands; the older generation names its number, too."""
    saved, profile = checkout.saved, shop.profile
    money = purse(profile, saved.presentment)
    completed = local(checkout.completed_at, profile) if checkout.completed_at else None
    number = {"id": checkout.number} if generation == OLDER else {}
    return {
        **number,
        "token": saved.checkout_token,
        "cart_token": saved.cart_token,
        "email": saved.buyer.email,
        "phone": saved.buyer.phone,
        # Live captures mix the two: creation in UTC, the last change in the shop's offset.
        "created_at": saved.created_at.astimezone(UTC).isoformat(timespec="seconds"),
        "updated_at": local(checkout.updated_at, profile),
        "completed_at": completed,
        "closed_at": completed,
        "name": f"#{checkout.number}",
        "abandoned_checkout_url": recovery_url(profile, checkout),
        "currency": profile.currency,
        "presentment_currency": saved.presentment.currency,
        "taxes_included": profile.taxes_included,
        "total_weight": sum(567 * line.quantity for line in saved.lines if not line.gift_card),
        **_amounts(checkout, money, profile),
        **_lists(shop, checkout, money),
        **_silent(),
    }


def deleted_checkout_body(shop: Shop, checkout: Checkout, generation: str) -> Document:
    """All that is left to say of a deleted checkout: sums and the cart, no token of its own."""
    money = purse(shop.profile, checkout.saved.presentment)
    number = {"id": checkout.number} if generation == OLDER else {}
    return {
        **number,
        "presentment_currency": checkout.saved.presentment.currency,
        "buyer_accepts_sms_marketing": False,
        "sms_marketing_phone": None,
        **_amounts(checkout, money, shop.profile),
        "cart_token": checkout.saved.cart_token,
        "reservation_token": None,
    }


def recovery_url(profile: Profile, checkout: Checkout) -> str:
    """Where the buyer goes on."""
    path = checkout.saved.cart_token or checkout.saved.checkout_token
    return f"https://{profile.domain}/checkouts/ac/{path}/recover?key={path[::-1]}"


def _amounts(checkout: Checkout, money: Purse, profile: Profile) -> Document:
    saved = checkout.saved
    sums = basket(saved.lines, saved.shipping, included=profile.taxes_included)
    return {
        "total_discounts": money.shown(sums.discount),
        "total_line_items_price": money.shown(sums.listed),
        "total_price": money.shown(sums.total),
        "total_tax": money.shown(sums.tax),
        "subtotal_price": money.shown(sums.goods),
        "total_duties": None,
    }


def _lists(shop: Shop, checkout: Checkout, money: Purse) -> Document:
    saved, profile = checkout.saved, shop.profile
    where = address_body(profile, saved.checkout_id) if saved.shipping else None
    codes = [
        {
            "code": saved.discount_code,
            "amount": money.shown(sum(line.order_discount for line in saved.lines)),
            "type": "fixed_amount",
        }
    ]
    customer = customer_in_order(shop, checkout.customer_id)
    tax = basket(saved.lines, saved.shipping, included=profile.taxes_included).tax
    return {
        "line_items": [_line(line, money, profile) for line in saved.lines],
        "shipping_lines": [_shipping(saved.shipping, money)] if saved.shipping else [],
        "tax_lines": [_tax(tax, money, profile)] if tax else [],
        "discount_codes": codes if saved.discount_code else [],
        "note_attributes": [],
        "billing_address": where,
        # Captured so where there is none: a list in place of an object.
        "shipping_address": where or [],
        "customer": customer,
    }


def _line(line: Line, money: Purse, profile: Profile) -> Document:
    listed = money.shown(line.price * line.quantity)
    return {
        "applied_discounts": [],
        "discount_allocations": [
            {
                "id": None,
                "amount": money.shown(amount),
                "description": "Discount",
                "created_at": None,
                "application_type": "discount_code",
                "discount_class": "ORDER",
            }
            for amount in (line.line_discount + line.order_discount,)
            if amount
        ],
        "key": hashlib.sha256(str(line.line_id).encode()).hexdigest()[:32],
        "destination_location_id": None,
        "fulfillment_service": "gift_card" if line.gift_card else "manual",
        "gift_card": line.gift_card,
        "grams": 0 if line.gift_card else 567,
        "origin_location_id": None,
        "presentment_title": line.title,
        "presentment_variant_title": line.variant_title,
        "product_id": line.product_id,
        "properties": None,
        "quantity": line.quantity,
        "requires_shipping": not line.gift_card,
        "sku": line.sku,
        "tax_lines": [_tax(line.tax, money, profile) | _TAX_DETAILS] if line.tax else [],
        "taxable": not line.gift_card,
        "title": line.title,
        "variant_id": line.variant_id,
        "variant_title": line.variant_title,
        "variant_price": money.shown(line.price),
        "vendor": line.vendor,
        "user_id": None,
        "unit_price_measurement": None,
        "rank": None,
        "compare_at_price": None,
        "line_price": listed,
        "price": money.shown(line.price),
    }


# fmt: off
_TAX_DETAILS: Document = {
    "position": 1, "source": "Shopify", "zone": "province", "jurisdiction_id": None,
    "jurisdiction_type": None, "jurisdiction_source": None, "reporting_taxable_amount": None,
    "reporting_non_taxable_amount": None, "reporting_exempt_amount": None,
    "reporting_jurisdiction_name": None, "reporting_jurisdiction_type": None,
    "reporting_jurisdiction_code": None, "tax_api_client_id": None, "tax_calculation_price": None,
    "tax_registration_id": None, "compare_at": None,
}
# fmt: on


def _tax(tax: int, money: Purse, profile: Profile) -> Document:
    return {
        "price": money.shown(tax),
        "rate": float(profile.tax_rate),
        "title": profile.tax_title,
        "channel_liable": False,
    }


def _shipping(shipping: Shipping, money: Purse) -> Document:
    return {
        "id": str(shipping.shipping_id),
        "code": shipping.title,
        "title": shipping.title,
        "price": money.shown(shipping.price),
        "source": "shopify",
        "phone": None,
        "tax_lines": None,
        "carrier_identifier": None,
        "requested_fulfillment_service_id": None,
        "applied_discounts": [],
    }


def _silent() -> Document:
    """Fields that these shops leave empty."""
    # fmt: off
    empty = (
        "gateway", "landing_site", "note", "referring_site", "user_id", "location_id",
        "source_identifier", "source_url", "device_id", "source", "sms_marketing_phone",
        "reservation_token",
    )
    # fmt: on
    flags = {"buyer_accepts_marketing": False, "buyer_accepts_sms_marketing": False}
    return {
        **dict.fromkeys(empty),
        **flags,
        "customer_locale": "en",
        "source_name": "web",
    }
