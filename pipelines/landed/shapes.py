"""What the body of each loaded topic must look like: the fields that the models cast."""

from pipelines.landed.checks import (
    Check,
    absent,
    affordable,
    both,
    currency,
    each,
    fields,
    flag,
    identifier,
    moment,
    money,
    optional,
    recent_moment,
    text,
    units,
    whole_number,
)


def _all(names: str, check: Check) -> dict[str, Check]:
    return dict.fromkeys(names.split(), check)


_AMOUNT = optional(fields({"amount": optional(money), "currency_code": optional(currency)}))
MONEY_SET = optional(fields({"shop_money": _AMOUNT, "presentment_money": _AMOUNT}))
_OBJECT = optional(fields({}))
_OBJECTS = each(fields({}))

TAX_LINE = fields(
    {
        **_all("price rate", optional(money)),
        "price_set": MONEY_SET,
        "priceSet": absent,
    }
)
ALLOCATION = fields(
    {"amount": optional(money), "amount_set": MONEY_SET, "allocatedAmountSet": absent}
)
DUTY = fields({"price_set": MONEY_SET, "shop_money": _AMOUNT, "tax_lines": each(TAX_LINE)})

LINE_ITEM = fields(
    {
        "id": identifier,
        **_all("product_id variant_id", optional(identifier)),
        "quantity": units,
        "current_quantity": optional(units),
        "gift_card": optional(flag),
        "price": money,
        "total_discount": optional(money),
        **_all("price_set total_discount_set", MONEY_SET),
        "tax_lines": each(TAX_LINE),
        "discount_allocations": each(ALLOCATION),
        "duties": each(DUTY),
        **_all("title variant_title name sku vendor", optional(text)),
        **_all("product variant taxLines discountAllocations isGiftCard currentQuantity", absent),
        **_all("originalUnitPriceSet totalDiscountSet", absent),
    }
)
SHIPPING_LINE = fields(
    {
        "id": identifier,
        "is_removed": optional(flag),
        **_all("price discounted_price", optional(money)),
        **_all("price_set discounted_price_set", MONEY_SET),
        "tax_lines": each(TAX_LINE),
        "discount_allocations": each(ALLOCATION),
        **_all("isRemoved originalPriceSet discountedPriceSet", absent),
    }
)
# The models read the parts of a refund as one, so each kind is checked for the fields of all.
_PART: dict[str, Check] = {
    **_all("id line_item_id", optional(identifier)),
    "quantity": optional(units),
    **_all("subtotal total_tax amount tax_amount", optional(money)),
    **_all(
        "subtotal_set total_tax_set subtotal_amount_set tax_amount_set amount_set",
        MONEY_SET,
    ),
    **_all("lineItem subtotalSet totalTaxSet subtotalAmountSet taxAmountSet amountSet", absent),
}
REFUND_LINE = fields(
    {
        **_PART,
        **_all("id line_item_id", identifier),
        "quantity": units,
        "line_item": _OBJECT,
    }
)
REFUND_SHIPPING = fields({**_PART, "shipping_line": _OBJECT})
ADJUSTMENT = fields({**_PART, "id": identifier, "kind": optional(text)})
TRANSACTION = fields(
    {
        "id": identifier,
        **_all("kind status gateway", optional(text)),
        "amount": optional(money),
        "currency": optional(currency),
        "test": optional(flag),
        **_all("created_at processed_at", optional(moment)),
        "amountSet": absent,
    }
)
_REFUND_LISTS = ("refund_line_items", "refund_shipping_lines", "order_adjustments", "transactions")
_REFUND: dict[str, Check] = {
    "id": identifier,
    "order_id": identifier,
    "created_at": moment,
    "processed_at": optional(moment),
    "refund_line_items": each(REFUND_LINE),
    "refund_shipping_lines": each(REFUND_SHIPPING, once=True),
    "order_adjustments": each(ADJUSTMENT, once=True),
    "transactions": each(TRANSACTION),
    "duties": _OBJECTS,
    **_all("total_duties_set total_additional_fees_set", MONEY_SET),
    **_all("createdAt refundLineItems refundShippingLines orderAdjustments", absent),
}
CUSTOMER_IN_ORDER = fields(
    {
        "id": optional(identifier),
        **_all("created_at updated_at", optional(moment)),
        **_all("email phone first_name last_name", optional(text)),
    }
)

_ORDER = fields(
    {
        "id": identifier,
        "updated_at": recent_moment,
        "created_at": moment,
        **_all("processed_at cancelled_at closed_at", optional(moment)),
        **_all("test taxes_included confirmed", optional(flag)),
        "currency": currency,
        "presentment_currency": optional(currency),
        **_all("number order_number", optional(whole_number)),
        "total_price": money,
        **_all(
            "current_total_price subtotal_price current_subtotal_price total_tax current_total_tax"
            " total_discounts current_total_discounts total_line_items_price total_outstanding"
            " total_tip_received",
            optional(money),
        ),
        **_all(
            "total_price_set current_total_price_set subtotal_price_set current_subtotal_price_set"
            " total_tax_set current_total_tax_set total_discounts_set current_total_discounts_set"
            " total_shipping_price_set current_total_duties_set original_total_duties_set"
            " current_total_additional_fees_set original_total_additional_fees_set",
            MONEY_SET,
        ),
        **_all(
            "name email contact_email phone financial_status fulfillment_status source_name"
            " checkout_token cart_token cancel_reason",
            optional(text),
        ),
        "customer": optional(CUSTOMER_IN_ORDER),
        "line_items": each(LINE_ITEM, once=True),
        "shipping_lines": each(SHIPPING_LINE, once=True),
        "refunds": each(fields({**_REFUND, "order_id": optional(identifier)})),
        "tax_lines": each(TAX_LINE),
        **_all("createdAt processedAt cancelledAt taxesIncluded lineItems shippingLines", absent),
        **_all("totalPriceSet currentTotalPriceSet currencyCode presentmentCurrencyCode", absent),
    }
)
ORDER = both(_ORDER, affordable(("line_items", "shipping_lines", "refunds")))
DELETED = fields({"id": identifier})
REFUND = both(fields({**_REFUND, "created_at": recent_moment}), affordable(_REFUND_LISTS))
_CHANGE = fields({"id": identifier, "delta": whole_number})
_CHANGES = optional(fields({"additions": each(_CHANGE), "removals": each(_CHANGE)}))
ORDER_EDIT = fields(
    {
        "order_edit": fields(
            {
                "id": identifier,
                "order_id": identifier,
                "committed_at": recent_moment,
                "created_at": optional(moment),
                "line_items": _CHANGES,
                "discounts": _OBJECT,
                "shipping_lines": _OBJECT,
            }
        )
    }
)
CUSTOMER = fields(
    {
        "id": identifier,
        "updated_at": recent_moment,
        "created_at": optional(moment),
        **_all("email phone first_name last_name state", optional(text)),
        "currency": optional(currency),
        "createdAt": absent,
    }
)
SHOP = fields(
    {
        "id": identifier,
        "updated_at": optional(recent_moment),
        "created_at": optional(moment),
        "currency": optional(currency),
        "iana_timezone": optional(text),
        "taxes_included": optional(flag),
    }
)
