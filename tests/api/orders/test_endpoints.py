"""GET /tenants/{id}/orders, from marts that the real build made."""

import json
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.api.conftest import BIG_ID, HUGE, Built
from tests.api.shops import Shop

NEWEST_FIRST = ["1002", "1001", str(BIG_ID), "1004", "1003"]


def page_of(built: Built, shop: Shop, **query: object) -> dict[str, Any]:
    answer = built.api.get(f"{shop.path}/orders", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = json.loads(answer.text, parse_float=Decimal)
    return found


def ids(found: dict[str, Any]) -> list[str]:
    return [order["id"] for order in found["orders"]]


def test_orders_stand_newest_first_without_test_orders(built: Built) -> None:
    assert ids(page_of(built, built.berlin)) == NEWEST_FIRST


def test_an_order_is_told_in_full(built: Built) -> None:
    order = page_of(built, built.berlin)["orders"][0]
    assert order == {
        "id": "1002",
        "orderNumber": 2,
        "name": "#2",
        "total": Decimal("20.20"),
        "currency": "EUR",
        "customerId": "7",
        "createdAt": "2026-03-31T22:30:00Z",
        "processedAt": "2026-03-31T22:30:00Z",
        "shopDate": "2026-04-01",
        "financialStatus": "paid",
        "cancelled": False,
        "provisional": False,
    }


def test_both_orders_of_a_guest_name_the_same_buyer(built: Built) -> None:
    orders = {order["id"]: order for order in page_of(built, built.berlin)["orders"]}
    assert orders["1003"]["customerId"].startswith("guest:")
    assert orders["1003"]["customerId"] == orders["1004"]["customerId"]


def test_pages_neither_overlap_nor_skip(built: Built) -> None:
    pages = [page_of(built, built.berlin, page=number, limit=2) for number in (1, 2, 3)]
    assert [one for page in pages for one in ids(page)] == NEWEST_FIRST
    assert [page["pagination"]["totalCount"] for page in pages] == [5, 5, 5]
    assert pages[0]["pagination"] == {"page": 1, "limit": 2, "totalCount": 5, "totalPages": 3}


@pytest.mark.parametrize("number", [4, 1_000_000, 2**53 - 1])
def test_a_page_beyond_the_end_is_an_empty_page(built: Built, number: int) -> None:
    found = page_of(built, built.berlin, page=number, limit=250)
    assert found["orders"] == []
    assert found["pagination"]["page"] == number
    assert found["pagination"]["totalCount"] == 5


def test_a_range_narrows_the_list_and_its_count(built: Built) -> None:
    found = page_of(built, built.berlin, startDate="2026-02-01", endDate="2026-03-31", limit=1)
    assert ids(found) == ["1001"]
    assert found["pagination"]["totalCount"] == 2


def test_the_same_order_id_is_another_order_in_another_shop(built: Built) -> None:
    (order,) = page_of(built, built.new_york)["orders"]
    assert (order["id"], order["currency"], str(order["total"])) == ("1001", "USD", HUGE)


def test_a_shop_without_orders_has_an_empty_page(built: Built) -> None:
    found = page_of(built, built.empty)
    assert found["orders"] == []
    assert found["pagination"] == {"page": 1, "limit": 20, "totalCount": 0, "totalPages": 0}


def test_before_any_build_the_list_is_empty(api: httpx.Client, shop: Shop) -> None:
    found = api.get(f"{shop.path}/orders").json()
    assert (found["orders"], found["pagination"]["totalCount"]) == ([], 0)


@pytest.mark.parametrize("area", ["orders", "customers"])
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("limit", "0"),
        ("limit", "251"),
        ("limit", "-1"),
        ("limit", "ten"),
        ("limit", "9" * 30),
        ("limit", "1.5"),
        ("page", "0"),
        ("page", "-1"),
        ("page", "9" * 30),
        ("page", "9" * 5_000),
        ("page", ""),
    ],
)
def test_a_page_that_cannot_be_is_a_422_that_names_the_field(
    built: Built, area: str, field: str, value: str
) -> None:
    answer = built.api.get(f"{built.berlin.path}/{area}", params={field: value})
    assert answer.status_code == 422
    assert answer.json()["error"].startswith(f"{field}: ")


@pytest.mark.parametrize("limit", [1, 250])
def test_the_bounds_of_limit_are_allowed(built: Built, limit: int) -> None:
    assert page_of(built, built.berlin, limit=limit)["pagination"]["limit"] == limit
