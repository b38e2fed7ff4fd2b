"""What bodies about orders, customers and the shop must look like: the fields that models cast."""

from pipelines.landed.checks import (
    Check,
    absent,
    affordable,
    both,
    currency,
    each,
    every,
    fields,
    flag,
    gid,
    identifier,
    moment,
    money,
    optional,
    recent_moment,
    text,
    units,
    whole_number,
)

_AMOUNT = optional(fields({"amount": optional(money), "currency_code": optional(currency)}))
MONEY_SET = optional(fields({"shop_money": _AMOUNT, "presentment_money": _AMOUNT}))
_OBJECT = optional(fields({}))
_OBJECTS = each(fields({}))

TAX_LINE = fields(
    {
        **every("price rate", optional(money)),
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
        **every("product_id variant_id", optional(identifier)),
        "quantity": units,
        "current_quantity": optional(units),
        "gift_card": optional(flag),
        "price": money,
        "total_discount": optional(money),
        **every("price_set total_discount_set", MONEY_SET),
        "tax_lines": each(TAX_LINE),
        "discount_allocations": each(ALLOCATION),
        "duties": each(DUTY),
        **every("title variant_title name sku vendor", optional(text)),
        **every("product variant taxLines discountAllocations isGiftCard currentQuantity", absent),
        **every("originalUnitPriceSet totalDiscountSet", absent),
    }
)
SHIPPING_LINE = fields(
    {
        "id": identifier,
        "is_removed": optional(flag),
        **every("price discounted_price", optional(money)),
        **every("price_set discounted_price_set", MONEY_SET),
        "tax_lines": each(TAX_LINE),
        "discount_allocations": each(ALLOCATION),
        **every("isRemoved originalPriceSet discountedPriceSet", absent),
    }
)
# The models read the parts of a refund as one, so each kind is checked for the fields of all.
_PART: dict[str, Check] = {
    **every("id line_item_id", optional(identifier)),
    "quantity": optional(units),
    **every("subtotal total_tax amount tax_amount", optional(money)),
    **every(
        "subtotal_set total_tax_set subtotal_amount_set tax_amount_set amount_set",
        MONEY_SET,
    ),
    **every("lineItem subtotalSet totalTaxSet subtotalAmountSet taxAmountSet amountSet", absent),
}
REFUND_LINE = fields(
    {
        **_PART,
        **every("id line_item_id", identifier),
        "quantity": units,
        "restocked": optional(flag),
        "line_item": _OBJECT,
    }
)
REFUND_SHIPPING = fields({**_PART, "shipping_line": _OBJECT})
ADJUSTMENT = fields({**_PART, "id": identifier, "kind": optional(text)})
TRANSACTION = fields(
    {
        "id": identifier,
        **every("kind status gateway", optional(text)),
        "amount": optional(money),
        "currency": optional(currency),
        "test": optional(flag),
        **every("created_at processed_at", optional(moment)),
        **every("amountSet processedAt", absent),
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
    **every("total_duties_set total_additional_fees_set", MONEY_SET),
    **every("createdAt refundLineItems refundShippingLines orderAdjustments", absent),
    "totalRefundedSet": absent,
}
CUSTOMER_IN_ORDER = fields(
    {
        "id": optional(identifier),
        **every("created_at updated_at", optional(moment)),
        **every("email phone first_name last_name", optional(text)),
    }
)

_ORDER = fields(
    {
        "id": identifier,
        "updated_at": recent_moment,
        "created_at": moment,
        **every("processed_at cancelled_at closed_at", optional(moment)),
        **every("test taxes_included confirmed", optional(flag)),
        "currency": currency,
        "presentment_currency": optional(currency),
        **every("number order_number", optional(whole_number)),
        "total_price": money,
        **every(
            "current_total_price subtotal_price current_subtotal_price total_tax current_total_tax"
            " total_discounts current_total_discounts total_line_items_price total_outstanding"
            " total_tip_received",
            optional(money),
        ),
        **every(
            "total_price_set current_total_price_set subtotal_price_set current_subtotal_price_set"
            " total_tax_set current_total_tax_set total_discounts_set current_total_discounts_set"
            " total_shipping_price_set current_total_duties_set original_total_duties_set"
            " current_total_additional_fees_set original_total_additional_fees_set",
            MONEY_SET,
        ),
        **every(
            "name email contact_email phone financial_status fulfillment_status source_name"
            " checkout_token cart_token cancel_reason",
            optional(text),
        ),
        "customer": optional(CUSTOMER_IN_ORDER),
        "line_items": each(LINE_ITEM, once=True),
        "shipping_lines": each(SHIPPING_LINE, once=True),
        "refunds": each(fields({**_REFUND, "order_id": optional(identifier)})),
        "tax_lines": each(TAX_LINE),
        **every("createdAt processedAt cancelledAt taxesIncluded lineItems shippingLines", absent),
        **every("totalPriceSet currentTotalPriceSet currencyCode presentmentCurrencyCode", absent),
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
        **every("email phone first_name last_name state", optional(text)),
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
        **every("createdAt taxesIncluded", absent),
    }
)
_MERGED = fields(
    dict.fromkeys(
        ("admin_graphql_api_customer_kept_id", "admin_graphql_api_customer_deleted_id"), gid
    )
)
MERGE = fields({"status": text})
COMPLETED_MERGE = both(MERGE, _MERGED)
PAYMENT = fields({"order_id": optional(identifier)})
