"""GET /tenants/{id}/products, from marts that the real build made."""

import json
from decimal import Decimal
from typing import Any

import httpx

from tests.api.conftest import Built
from tests.api.shops import Shop


def page_of(built: Built, shop: Shop, **query: object) -> dict[str, Any]:
    answer = built.api.get(f"{shop.path}/products", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = json.loads(answer.text, parse_float=Decimal)
    return found


def test_products_stand_newest_first(built: Built) -> None:
    found = page_of(built, built.berlin)
    assert [one["id"] for one in found["products"]] == ["502", "501", "503"]
    assert found["pagination"] == {"page": 1, "limit": 20, "totalCount": 3, "totalPages": 1}


def test_a_product_is_told_in_full(built: Built) -> None:
    product = page_of(built, built.berlin)["products"][1]
    assert product == {
        "id": "501",
        "shopifyProductId": "501",
        "title": "Sencha",
        "vendor": "Alpine Tea",
        "productType": "Tea",
        "price": Decimal("12.50"),
        "currency": "EUR",
        "createdAt": "2025-06-02T08:00:00Z",
        "handle": "product-501",
        "status": "active",
        "inventoryQuantity": 5,
        "unitsSold": 0,
        "totalSales": Decimal("0.00"),
    }


def test_pages_neither_overlap_nor_skip(built: Built) -> None:
    pages = [page_of(built, built.berlin, page=number, limit=2) for number in (1, 2, 3)]
    assert [one["id"] for page in pages for one in page["products"]] == ["502", "501", "503"]


def test_the_same_product_id_is_another_product_in_another_shop(built: Built) -> None:
    found = page_of(built, built.new_york)
    assert [(one["id"], one["currency"]) for one in found["products"]] == [("501", "USD")]


def test_before_any_build_the_list_is_empty(api: httpx.Client, shop: Shop) -> None:
    found = api.get(f"{shop.path}/products").json()
    assert (found["products"], found["pagination"]["totalCount"]) == ([], 0)
