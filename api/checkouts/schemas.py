"""The answers of the checkout endpoints."""

from datetime import date
from typing import Literal

from pydantic import Field

from api.documentation.figures import figure
from api.schemas import Answer, Moment, Money, Provenance

Status = Literal["PENDING", "COMPLETED", "ABANDONED"]
Rate = Money


class CheckoutFigures(Answer):
    """What became of the checkouts; rates in percent."""

    total_checkouts: int = figure("created")
    completed_checkouts: int = figure("completed")
    abandoned_checkouts: int = figure("abandoned")
    pending_checkouts: int
    conversion_rate: Rate = figure("conversion_rate")
    abandonment_rate: Rate = figure("abandonment_rate")
    abandoned_value: Money = figure("abandoned_value")
    completed_value: Money = figure("completed_value")
    contactable_abandoned_checkouts: int = figure("contactable_abandoned")
    recovered_checkouts: int = figure("recovered")
    recovered_value: Money = figure("recovered_value")
    settled_abandonment_rate: Rate | None = figure(
        "settled_abandonment_rate", "In percent; null while there are none."
    )
    recovery_rate: Rate | None = figure("recovery_rate", "In percent; null while there are none.")


class CheckoutAnalytics(Provenance):
    """The checkouts that began in some shop days, summed."""

    tenant_id: str
    tenant_name: str
    analytics: CheckoutFigures


class Checkout(Answer):
    """One checkout of the list."""

    id: str
    shopify_checkout_id: str = Field(description="Its token; a backfilled one's number.")
    email: str | None
    total_price: Money | None
    currency: str | None
    status: Status
    line_items_count: int | None
    created_at: Moment
    completed_at: Moment | None
    abandoned_at: Moment | None = figure("abandoned_at")
    phone: str | None
    customer_id: str | None
    order_id: str | None
    was_abandoned: bool = figure("was_abandoned")
    is_recovered: bool = figure("is_recovered")
    shop_date: date


class Checkouts(Provenance):
    """A part of the list of checkouts, newest first."""

    checkouts: list[Checkout]
    total: int
    limit: int
    offset: int


class Detection(Answer):
    """How many checkouts turned abandoned since the last detection."""

    success: Literal[True]
    message: str
    abandoned_count: int


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
        "totalCheckouts": 120,
        "completedCheckouts": 84,
        "abandonedCheckouts": 31,
        "pendingCheckouts": 5,
        "conversionRate": 70.00,
        "abandonmentRate": 25.83,
        "abandonedValue": 2104.60,
        "completedValue": 7811.25,
        "contactableAbandonedCheckouts": 22,
        "recoveredCheckouts": 6,
        "recoveredValue": 410.00,
        "settledAbandonmentRate": 32.17,
        "recoveryRate": 16.22,
    },
    **PROVENANCE,
}
LIST_EXAMPLE = {
    "checkouts": [
        {
            "id": "eeafa272cebfd4b22385bc4b645e762c",
            "shopifyCheckoutId": "eeafa272cebfd4b22385bc4b645e762c",
            "email": "ada@example.com",
            "totalPrice": 54.00,
            "currency": "EUR",
            "status": "ABANDONED",
            "lineItemsCount": 2,
            "createdAt": "2026-03-31T20:15:09Z",
            "completedAt": None,
            "abandonedAt": "2026-03-31T21:17:40Z",
            "phone": None,
            "customerId": "7209875431204",
            "orderId": None,
            "wasAbandoned": True,
            "isRecovered": False,
            "shopDate": "2026-03-31",
        }
    ],
    "total": 31,
    "limit": 50,
    "offset": 0,
    **PROVENANCE,
}
DETECTION_EXAMPLE = {
    "success": True,
    "message": "3 checkouts turned abandoned since the last detection",
    "abandonedCount": 3,
}
