"""Small documents in both of Shopify's shapes, with only the members that a figure stands on."""

from typing import Any

Document = dict[str, Any]
PLACED = "2026-03-10T12:00:00Z"


def gid(kind: str, number: int) -> str:
    return f"gid://shopify/{kind}/{number}"


def bag(
    amount: object, currency: str = "USD", *, presented: object = None, other: str | None = None
) -> Document:
    """A money bag of the Admin API; the buyer's money is the shop's unless it is given."""
    return {
        "shopMoney": {"amount": str(amount), "currencyCode": currency},
        "presentmentMoney": {
            "amount": str(amount if presented is None else presented),
            "currencyCode": other or currency,
        },
    }


def sale(
    number: int,
    total: object,
    *,
    tax: object = 0,
    discount: object = 0,
    action: str = "ORDER",
    kind: str = "PRODUCT",
    quantity: int | None = None,
    line: int | None = None,
    currency: str = "USD",
) -> Document:
    """One sale of an agreement: `total` with tax, after discounts, negative on a reversal."""
    return {
        "id": gid("Sale", number),
        "__typename": "TipSale" if kind == "TIP" else "ProductSale",
        "actionType": action,
        "lineType": kind,
        "quantity": quantity,
        "totalAmount": bag(total, currency),
        "totalTaxAmount": bag(tax, currency),
        "totalDiscountAmountBeforeTaxes": bag(discount, currency),
        **({"lineItem": {"id": gid("LineItem", line)}} if line else {}),
    }


def agreement(
    number: int,
    sales: list[Document],
    *,
    reason: str = "ORDER",
    at: str = PLACED,
    refund: int | None = None,
    returned: int | None = None,
) -> Document:
    return {
        "id": gid("SalesAgreement", number),
        "happenedAt": at,
        "reason": reason,
        "refund": {"id": gid("Refund", refund)} if refund else None,
        **({"return": {"id": gid("Return", returned)}} if returned else {}),
        "sales": sales,
    }


def transaction(number: int, kind: str, amount: object, **changes: object) -> Document:
    """A successful payment of the Admin API."""
    return {
        "id": gid("OrderTransaction", number),
        "kind": kind,
        "status": "SUCCESS",
        "test": False,
        "amountSet": bag(amount),
        **changes,
    }


def admin_line(number: int, price: object, quantity: int = 1, **changes: object) -> Document:
    return {
        "id": gid("LineItem", number),
        "title": "Tea",
        "quantity": quantity,
        "currentQuantity": quantity,
        "isGiftCard": False,
        "originalUnitPriceSet": bag(price),
        "product": {"id": gid("Product", 5)},
        **changes,
    }


def admin_order(
    number: int, lines: list[Document], agreements: list[Document], **changes: object
) -> Document:
    """An order as the bulk query gives it, its connections flattened to lists."""
    total = sum(
        float(s["totalAmount"]["shopMoney"]["amount"]) for a in agreements for s in a["sales"]
    )
    return {
        "id": gid("Order", number),
        "name": f"#{number}",
        "number": number,
        "createdAt": PLACED,
        "processedAt": PLACED,
        "updatedAt": max([PLACED, *(a["happenedAt"] for a in agreements)]),
        "test": False,
        "email": f"buyer{number}@example.com",
        "customer": None,
        "currencyCode": "USD",
        "presentmentCurrencyCode": "USD",
        "taxesIncluded": False,
        "displayFinancialStatus": "PAID",
        "displayFulfillmentStatus": "UNFULFILLED",
        "totalPriceSet": bag(total),
        "currentTotalPriceSet": bag(total),
        "refunds": [],
        "transactions": [],
        "lineItems": lines,
        "shippingLines": [],
        "agreements": agreements,
        **changes,
    }


def webhook_line(
    number: int,
    price: object,
    quantity: int = 1,
    *,
    tax: object = 0,
    discount: object = 0,
    **changes: object,
) -> Document:
    """A line of orders/*; `tax` and `discount` are of all its units."""
    return {
        "id": number,
        "title": "Tea",
        "quantity": quantity,
        "current_quantity": quantity,
        "gift_card": False,
        "price": str(price),
        "product_id": 5,
        "tax_lines": [{"price": str(tax), "rate": 0.2 if tax else 0}],
        "discount_allocations": [{"amount": str(discount)}] if discount else [],
        **changes,
    }


def webhook_order(number: int, lines: list[Document], total: object, **changes: object) -> Document:
    """The body of orders/*."""
    return {
        "id": number,
        "name": f"#{number}",
        "order_number": number,
        "created_at": PLACED,
        "processed_at": PLACED,
        "updated_at": PLACED,
        "cancelled_at": None,
        "test": False,
        "email": f"buyer{number}@example.com",
        "customer": None,
        "currency": "USD",
        "presentment_currency": "USD",
        "taxes_included": False,
        "financial_status": "paid",
        "fulfillment_status": None,
        "total_price": str(total),
        "current_total_price": str(total),
        "total_outstanding": "0.00",
        "line_items": lines,
        "shipping_lines": [],
        "refunds": [],
        **changes,
    }


def webhook_refund(
    number: int, order: int, at: str, lines: list[Document], **changes: object
) -> Document:
    """The body of refunds/create, also an element of an order's refunds."""
    return {
        "id": number,
        "order_id": order,
        "created_at": at,
        "processed_at": at,
        "refund_line_items": lines,
        "refund_shipping_lines": [],
        "order_adjustments": [],
        "transactions": [],
        **changes,
    }


def refund_line(number: int, line: int, quantity: int, subtotal: float, tax: float = 0) -> Document:
    return {
        "id": number,
        "line_item_id": line,
        "quantity": quantity,
        "subtotal": subtotal,
        "total_tax": tax,
    }


def paid_back(number: int, amount: object, **changes: object) -> Document:
    """The payment inside a refund's body."""
    return {
        "id": number,
        "kind": "refund",
        "status": "success",
        "test": False,
        "amount": str(amount),
        "currency": "USD",
        **changes,
    }
