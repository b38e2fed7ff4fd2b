"""Admin API documents of an order's lines and delivery."""

from __future__ import annotations

from fractions import Fraction

from sandbox.documents.parts import Document, Purse, Ref
from sandbox.facts import Charge, Line, Shipping
from sandbox.identifiers import gid
from sandbox.state.order import Order


def line_document(order: Order, line: Line, purse: Purse, tax_title: str) -> Document:
    """One line; order discounts stand in the allocations only, as Shopify has it."""
    current = order.current_quantity(line.line_id, line.quantity)
    listed, bag = line.price * line.quantity, purse.bag
    is_goods = not (line.gift_card or line.tip)
    return {
        "__typename": "LineItem",
        "id": gid("LineItem", line.line_id),
        "title": line.title,
        "name": line.title if line.tip else f"{line.title} - {line.variant_title}",
        "variantTitle": None if line.tip else line.variant_title,
        "sku": None if line.tip else line.sku,
        "vendor": None if line.tip else line.vendor,
        "quantity": line.quantity,
        "currentQuantity": current,
        "refundableQuantity": current,
        "unfulfilledQuantity": current,
        "nonFulfillableQuantity": line.quantity - current,
        "isGiftCard": line.gift_card,
        "requiresShipping": is_goods,
        "taxable": is_goods,
        "originalUnitPriceSet": bag(line.price),
        "originalTotalSet": bag(listed),
        "discountedUnitPriceSet": bag((listed - line.line_discount) // line.quantity),
        "discountedTotalSet": bag(listed - line.line_discount),
        "totalDiscountSet": bag(line.line_discount),
        "product": Ref("Product", line.product_id),
        "variant": Ref("ProductVariant", line.variant_id),
        "taxLines": tax_lines(line.tax, line.tax_rate, purse, tax_title),
        "discountAllocations": [
            {"allocatedAmountSet": bag(amount)}
            for amount in (line.line_discount, line.order_discount)
            if amount
        ],
        "duties": [],
        "customAttributes": [],
    }


def duty_document(duty: Charge, purse: Purse) -> Document:
    """What customs ask for a line."""
    return {
        "__typename": "Duty",
        "id": gid("Duty", duty.charge_id),
        "price": purse.bag(duty.amount),
        "harmonizedSystemCode": "6201.40",
        "countryCodeOfOrigin": None,
    }


def shipping_document(order: Order, shipping: Shipping, purse: Purse, tax_title: str) -> Document:
    """The delivery."""
    given = sum(r.shipping.base for r in order.refunds if r.shipping)
    return {
        "__typename": "ShippingLine",
        "id": gid("ShippingLine", shipping.shipping_id),
        "title": shipping.title,
        "code": shipping.title,
        "source": "shopify",
        "isRemoved": False,
        "custom": False,
        "phone": None,
        "carrierIdentifier": None,
        "originalPriceSet": purse.bag(shipping.price),
        "discountedPriceSet": purse.bag(shipping.price),
        "currentDiscountedPriceSet": purse.bag(shipping.price - given),
        "taxLines": tax_lines(shipping.tax, shipping.tax_rate, purse, tax_title),
        "discountAllocations": [],
    }


def tax_lines(tax: int, rate: Fraction, purse: Purse, title: str) -> list[Document]:
    """The one tax that these shops know, where it applies."""
    if rate == 0:
        return []
    return [
        {
            "title": title,
            "rate": float(rate),
            "ratePercentage": float(rate * 100),
            "source": "Shopify",
            "channelLiable": False,
            "priceSet": purse.bag(tax),
        }
    ]
