"""The answers of the refund endpoints."""

from datetime import date

from api.documentation.figures import figure
from api.schemas import Answer, Moment, Money, Provenance


class RefundFigures(Answer):
    """How much was paid back."""

    total_refunds: int = figure("total_refunds")
    total_refund_amount: Money = figure("total_refund_amount")
    average_refund_amount: Money = figure("average_refund_amount")
    pending_refund_amount: Money = figure("pending_amount", "In no other figure.")


class RefundAnalytics(Provenance):
    """The refunds of some shop days, summed."""

    tenant_id: str
    tenant_name: str
    analytics: RefundFigures


class Refund(Answer):
    """One refund of the list."""

    id: str
    shopify_refund_id: str
    shopify_order_id: str
    amount: Money = figure("amount")
    currency: str | None
    reason: str | None
    created_at: Moment
    order_name: str | None
    shop_date: date
    pending_amount: Money | None = figure("pending_amount")
    goods_amount: Money | None = figure("goods_amount")
    shipping_amount: Money | None = figure("shipping_amount")
    tax_amount: Money | None = figure("tax_amount")
    adjustment_amount: Money | None = figure("adjustment_amount")
    quantity: int | None = figure("quantity")
    restocked_quantity: int | None = figure("restocked_quantity")
    days_to_refund: int | None = figure("days_to_refund")
    is_full: bool | None = figure("is_full")


class Refunds(Provenance):
    """A part of the list of refunds, newest first."""

    refunds: list[Refund]
    total: int
    limit: int
    offset: int


PROVENANCE = {
    "currency": "EUR",
    "timezone": "Europe/Berlin",
    "freshAsOf": "2026-03-31T22:00:00Z",
    "coverageFrom": "2025-11-01T00:00:00Z",
    "basis": "shopify",
}
FIGURES_EXAMPLE = {
    "tenantId": "1",
    "tenantName": "Alpine Tea",
    "analytics": {
        "totalRefunds": 4,
        "totalRefundAmount": 96.40,
        "averageRefundAmount": 24.10,
        "pendingRefundAmount": 0,
    },
    **PROVENANCE,
}
LIST_EXAMPLE = {
    "refunds": [
        {
            "id": "929361465",
            "shopifyRefundId": "929361465",
            "shopifyOrderId": "5801234567890",
            "amount": 24.10,
            "currency": "EUR",
            "reason": "arrived broken",
            "createdAt": "2026-03-31T20:15:09Z",
            "orderName": "#1042",
            "shopDate": "2026-03-31",
            "pendingAmount": 0,
            "goodsAmount": 20.25,
            "shippingAmount": 0,
            "taxAmount": 3.85,
            "adjustmentAmount": 0,
            "quantity": 1,
            "restockedQuantity": 0,
            "daysToRefund": 6,
            "isFull": False,
        }
    ],
    "total": 4,
    "limit": 50,
    "offset": 0,
    **PROVENANCE,
}
