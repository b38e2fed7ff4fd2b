"""The answer of the products endpoint."""

from pydantic import Field

from api.documentation.figures import figure
from api.schemas import Answer, Moment, Money, Pagination, Provenance


class Product(Answer):
    """One product of the list."""

    id: str
    shopify_product_id: str
    title: str | None
    vendor: str | None
    product_type: str | None
    price: Money | None = Field(description="Of the first variant.")
    currency: str | None
    created_at: Moment | None
    handle: str | None
    status: str | None
    inventory_quantity: int | None = Field(description="What is available, where it is known.")
    units_sold: int = figure("units_sold")
    total_sales: Money = figure("total_sales")


class Products(Provenance):
    """A page of products, newest first."""

    products: list[Product]
    pagination: Pagination


EXAMPLE = {
    "products": [
        {
            "id": "8123456789012",
            "shopifyProductId": "8123456789012",
            "title": "Sencha, 100 g",
            "vendor": "Alpine Tea",
            "productType": "Tea",
            "price": 12.50,
            "currency": "EUR",
            "createdAt": "2025-06-02T08:00:00Z",
            "handle": "sencha-100-g",
            "status": "active",
            "inventoryQuantity": 140,
            "unitsSold": 77,
            "totalSales": 962.50,
        }
    ],
    "pagination": {"page": 1, "limit": 20, "totalCount": 48, "totalPages": 3},
    "currency": "EUR",
    "timezone": "Europe/Berlin",
    "freshAsOf": "2026-03-31T22:00:00Z",
    "coverageFrom": "2025-11-01T00:00:00Z",
    "basis": "shopify",
}
