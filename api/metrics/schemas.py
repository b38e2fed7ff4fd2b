"""The answer of the metrics endpoint."""

from datetime import date

from pydantic import Field

from api.documentation.figures import figure
from api.schemas import Answer, Money, Provenance


class TopCustomer(Answer):
    """A buyer among the five biggest."""

    customer_id: str = Field(description="Shopify's id; a guest's is guest:<key>.")
    email: str | None
    name: str | None
    total_spent: Money = figure("total_spent")
    orders_count: int = figure("orders_count")


class DayOfOrders(Answer):
    """One shop day with an order or a reversal."""

    date: date
    orders: int = figure("orders")
    revenue: Money = figure("total_sales", "Reversals can make a day negative.")


class Metrics(Provenance):
    """The headline figures."""

    customers_count: int = figure("customers_count")
    orders_count: int = figure("orders")
    total_revenue: Money = figure("total_revenue")
    top_customers: list[TopCustomer]
    orders_by_date: list[DayOfOrders]
    provisional: int = Field(description="How many orders still stand on derived rows.")


EXAMPLE = {
    "customersCount": 184,
    "ordersCount": 251,
    "totalRevenue": 31877.42,
    "topCustomers": [
        {
            "customerId": "7209875431204",
            "email": "ada@example.com",
            "name": "Ada Byron",
            "totalSpent": 1204.10,
            "ordersCount": 9,
        }
    ],
    "ordersByDate": [{"date": "2026-03-31", "orders": 3, "revenue": 412.35}],
    "currency": "EUR",
    "timezone": "Europe/Berlin",
    "freshAsOf": "2026-03-31T22:00:00Z",
    "coverageFrom": "2025-11-01T00:00:00Z",
    "basis": "shopify",
    "provisional": 0,
}
