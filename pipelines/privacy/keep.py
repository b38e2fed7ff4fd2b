"""What stays of an erased person's document: numbers, times, states and amounts that figures need.

A list of what is kept, not of what is taken out: what Shopify adds tomorrow is erased, too.
`tests/privacy/test_keep.py` holds it against every mart, built from such documents alone.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

Json = Any

_NAMES = """
id admin_graphql_api_id legacyResourceId __typename name number order_number order_id orderId
createdAt created_at updatedAt updated_at processedAt processed_at closedAt closed_at happenedAt
cancelledAt cancelled_at completedAt completed_at committed_at deleted_at
cancelReason cancel_reason test confirmed edited sourceName source_name returnStatus state status
displayFinancialStatus financial_status displayFulfillmentStatus fulfillment_status reason kind
cartToken cart_token checkoutToken checkout_token checkout_id token
currency currencyCode currency_code presentmentCurrencyCode presentment_currency
taxesIncluded taxes_included taxExempt tax_exempt
admin_graphql_api_customer_kept_id admin_graphql_api_customer_deleted_id
order_edit additions removals delta
customer lastOrder numberOfOrders amountSpent statistics rfmGroup
lineItems line_items shippingLines shipping_lines agreements sales transactions refunds
refundLineItems refund_line_items refundShippingLines refund_shipping_lines
orderAdjustments order_adjustments taxLines tax_lines discountAllocations discount_allocations
duties originalDuty lineItem line_item line_item_id shippingLine shipping_line refund return
parentTransaction parent_id product product_id variant variant_id duty
title variantTitle variant_title sku vendor actionType lineType
quantity currentQuantity current_quantity refundableQuantity fulfillable_quantity
isGiftCard gift_card requiresShipping requires_shipping taxable isRemoved is_removed
tip tip_payment_gateway tip_payment_method restockType restock_type restocked gateway
amount shopMoney shop_money presentmentMoney presentment_money rate price line_price
price_set priceSet
"""
_AMOUNTS = """
total_price subtotal_price total_tax total_discounts total_line_items_price total_outstanding
total_tip_received current_total_price current_subtotal_price current_total_tax
current_total_discounts total_discount discounted_price tax_amount subtotal
totalPriceSet subtotalPriceSet totalTaxSet totalDiscountsSet totalDiscountSet totalShippingPriceSet
totalTipReceivedSet totalRefundedSet currentTotalPriceSet currentSubtotalPriceSet
currentTotalDutiesSet totalLineItemsPriceSet totalDutiesSet originalUnitPriceSet originalTotalSet
discountedTotalSet discountedTotalPriceSet originalPriceSet discountedPriceSet allocatedAmountSet
subtotalSet subtotalAmountSet taxAmountSet amountSet totalAmount totalTaxAmount
totalDiscountAmountBeforeTaxes totalDiscountAmountAfterTaxes
total_price_set subtotal_price_set total_tax_set total_discounts_set total_discount_set
total_shipping_price_set current_total_price_set current_subtotal_price_set current_total_tax_set
current_total_discounts_set current_total_duties_set original_total_duties_set
current_total_additional_fees_set original_total_additional_fees_set discounted_price_set
subtotal_set subtotal_amount_set tax_amount_set amount_set total_duties_set
total_additional_fees_set
"""
KEPT = frozenset(_NAMES.split()) | frozenset(_AMOUNTS.split())
# Of another object only its number is kept: a name or an address may stand in it.
_ONLY_NUMBER = frozenset(("customer", "lastOrder", "tip"))
_LINES = frozenset(("lineItems", "line_items", "line_item"))
_LABELS = frozenset(("title", "name", "variantTitle", "variant_title", "sku", "vendor"))
# Of a request for data or erasure, which orders it named.
_OF_REQUESTS = ("shop_id", "shop_domain", "orders_to_redact", "orders_requested", "data_request")


def without_person(document: Mapping[str, Json]) -> dict[str, Json]:
    """The document of an erased person; the same again changes nothing."""
    kept = _kept(document)
    kept |= {name: document[name] for name in _OF_REQUESTS if name in document}
    return dict(kept)


def without_texts(value: Json, needles: frozenset[str]) -> Json:
    """Another person's document without the texts that hold one of the needles, in lower case."""
    if isinstance(value, dict):
        return {name: without_texts(one, needles) for name, one in value.items()}
    if isinstance(value, list):
        return [without_texts(one, needles) for one in value]
    if isinstance(value, str) and names_one(value, needles):
        return None
    return value


def texts_naming(value: Json, needles: frozenset[str]) -> list[str]:
    """The texts of another person's document that hold one of the needles, as they stand."""
    if isinstance(value, str):
        return [value] if names_one(value, needles) else []
    within = value.values() if isinstance(value, dict) else value
    if not isinstance(value, dict | list):
        return []
    return [text for one in within for text in texts_naming(one, needles)]


def names_one(text: str, needles: frozenset[str]) -> bool:
    """Whether an e-mail or a phone number stands in a text, and not as a part of another one."""
    return bool(needles) and _pattern(needles).search(text.lower()) is not None


@lru_cache(maxsize=8)
def _pattern(needles: frozenset[str]) -> re.Pattern[str]:
    either = "|".join(re.escape(needle) for needle in sorted(needles))
    return re.compile(rf"(?<!\w)(?<!\w[.%+-])(?:{either})(?!\w|[.-]\w)")


def _kept(value: Json, *, within: str = "") -> Json:
    if isinstance(value, list):
        return [_kept(one, within=within) for one in value]
    # Kept texts are numbers, states and labels: one that holds an address is none of them.
    if isinstance(value, str):
        return None if "@" in value else value
    if not isinstance(value, dict):
        return value
    if within in _ONLY_NUMBER:
        return {name: one for name, one in value.items() if name == "id"}
    names = KEPT - _LABELS
    if not within:
        # An order's or a checkout's own name is a number.
        names |= {"name"}
    elif within in _LINES and (value.get("product") or value.get("product_id")):
        # A line of no product has a name that somebody typed.
        names = KEPT
    return {name: _kept(one, within=name) for name, one in value.items() if name in names}
