"""The answer of the orders endpoint."""

from datetime import date

from pydantic import Field

from api.schemas import Answer, Moment, Money, Pagination, Provenance


class Order(Answer):
    """One order of the list."""

    id: str
    order_number: int | None
    name: str | None = Field(description="What the shop calls it, such as #1042.")
    total: Money | None = Field(description="What the buyer was charged at first, all included.")
    currency: str | None
    customer_id: str | None = Field(description="Shopify's id; a guest's is guest:<key>.")
    created_at: Moment | None
    processed_at: Moment
    shop_date: date = Field(description="The day of processed_at in the shop's own zone.")
    financial_status: str | None
    cancelled: bool
    provisional: bool = Field(description="Whether figures still stand on derived rows.")


class Orders(Provenance):
    """A page of orders, newest first."""

    orders: list[Order]
    pagination: Pagination


EXAMPLE = {
    "orders": [
        {
            "id": "5801234567890",
            "orderNumber": 1042,
            "name": "#1042",
            "total": 120.50,
            "currency": "EUR",
            "customerId": "7209875431204",
            "createdAt": "2026-03-31T20:15:09Z",
            "processedAt": "2026-03-31T20:15:07Z",
            "shopDate": "2026-03-31",
            "financialStatus": "paid",
            "cancelled": False,
            "provisional": False,
        }
    ],
    "pagination": {"page": 1, "limit": 20, "totalCount": 251, "totalPages": 13},
    "currency": "EUR",
    "timezone": "Europe/Berlin",
    "freshAsOf": "2026-03-31T22:00:00Z",
    "coverageFrom": "2025-11-01T00:00:00Z",
    "basis": "shopify",
}
