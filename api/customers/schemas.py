"""The answer of the customers endpoint."""

from pydantic import Field

from api.documentation.figures import figure
from api.schemas import Answer, Moment, Money, Pagination, Provenance


class Customer(Answer):
    """One buyer of the list."""

    id: str = Field(description="Shopify's id; a guest's is guest:<key>.")
    email: str | None
    first_name: str | None
    last_name: str | None
    total_spent: Money = figure("total_spent")
    currency: str | None
    orders_count: int = figure("orders_count")
    created_at: Moment | None


class Customers(Provenance):
    """A page of buyers, biggest spender first."""

    customers: list[Customer]
    pagination: Pagination


EXAMPLE = {
    "customers": [
        {
            "id": "7209875431204",
            "email": "ada@example.com",
            "firstName": "Ada",
            "lastName": "Byron",
            "totalSpent": 1204.10,
            "currency": "EUR",
            "ordersCount": 9,
            "createdAt": "2025-06-02T08:00:00Z",
        }
    ],
    "pagination": {"page": 1, "limit": 20, "totalCount": 207, "totalPages": 11},
    "currency": "EUR",
    "timezone": "Europe/Berlin",
    "freshAsOf": "2026-03-31T22:00:00Z",
    "coverageFrom": "2025-11-01T00:00:00Z",
    "basis": "shopify",
}
