"""Admin API documents of abandoned checkouts: by number, without token and without e-mail."""

from __future__ import annotations

from sandbox.documents.admin_lines import tax_lines
from sandbox.documents.parts import Document, Purse, Ref, address, instant, purse
from sandbox.documents.webhook_checkout import recovery_url
from sandbox.facts import Line
from sandbox.identifiers import gid
from sandbox.profiles import Profile
from sandbox.state.basket import basket
from sandbox.state.checkouts import Checkout


def checkout_document(checkout: Checkout, profile: Profile) -> Document:
    """One checkout that Shopify lists as abandoned, recovered or not."""
    saved = checkout.saved
    money = purse(profile, saved.presentment)
    sums = basket(saved.lines, saved.shipping, included=profile.taxes_included)
    where = address(profile, checkout.number, first_name="Sam", last_name="Shopper")
    owner, bag = checkout.customer_id, money.bag
    return {
        "__typename": "AbandonedCheckout",
        "id": gid("AbandonedCheckout", checkout.number),
        "name": f"#{checkout.number}",
        "abandonedCheckoutUrl": recovery_url(profile, checkout),
        "createdAt": instant(saved.created_at),
        "updatedAt": instant(checkout.updated_at),
        "completedAt": instant(checkout.completed_at) if checkout.completed_at else None,
        "note": "",
        "taxesIncluded": profile.taxes_included,
        "discountCodes": [saved.discount_code] if saved.discount_code else [],
        "customer": Ref("Customer", owner) if owner is not None else None,
        "billingAddress": where if saved.shipping else None,
        "shippingAddress": where if saved.shipping else None,
        "customAttributes": [],
        "taxLines": tax_lines(sums.tax, profile.tax_rate, money, profile.tax_title),
        "subtotalPriceSet": bag(sums.goods),
        "totalLineItemsPriceSet": bag(sums.listed),
        "totalDiscountSet": bag(sums.discount),
        "totalTaxSet": bag(sums.tax),
        "totalDutiesSet": None,
        "totalPriceSet": bag(sums.total),
        "lineItems": [_line(line, money) for line in saved.lines],
    }


def _line(line: Line, money: Purse) -> Document:
    listed = line.price * line.quantity
    discounted = listed - line.line_discount - line.order_discount
    return {
        "__typename": "AbandonedCheckoutLineItem",
        "id": gid("AbandonedCheckoutLineItem", line.line_id),
        "title": line.title,
        "variantTitle": line.variant_title,
        "sku": line.sku,
        "quantity": line.quantity,
        "product": Ref("Product", line.product_id),
        "variant": Ref("ProductVariant", line.variant_id),
        "originalUnitPriceSet": money.bag(line.price),
        "originalTotalPriceSet": money.bag(listed),
        "discountedUnitPriceSet": money.bag(discounted // line.quantity),
        "discountedTotalPriceSet": money.bag(discounted),
    }
