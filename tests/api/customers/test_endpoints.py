"""GET /tenants/{id}/customers, from marts that the real build made."""

import json
from decimal import Decimal
from typing import Any

import httpx

from tests.api.conftest import HUGE, Built
from tests.api.shops import Shop


def page_of(built: Built, shop: Shop, **query: object) -> dict[str, Any]:
    answer = built.api.get(f"{shop.path}/customers", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = json.loads(answer.text, parse_float=Decimal)
    return found


def test_the_biggest_spender_stands_first_and_guests_have_ids_of_their_own(built: Built) -> None:
    found = page_of(built, built.berlin)
    told = [
        (one["id"][:6], str(one["totalSpent"]), one["ordersCount"]) for one in found["customers"]
    ]
    assert told == [("7", "30.30", 2), ("guest:", "25.05", 2), ("9", "1.00", 1), ("8", "0.00", 0)]


def test_a_customer_is_told_in_full(built: Built) -> None:
    assert page_of(built, built.berlin)["customers"][0] == {
        "id": "7",
        "email": "ada@example.com",
        "firstName": "Ada",
        "lastName": "Byron",
        "totalSpent": Decimal("30.30"),
        "currency": "EUR",
        "ordersCount": 2,
        "createdAt": "2025-06-02T08:00:00Z",
    }


def test_two_customers_without_an_email_are_two(built: Built) -> None:
    found = page_of(built, built.berlin)["customers"]
    assert [one["id"] for one in found if one["email"] is None] == ["9"]
    assert len({one["id"] for one in found}) == len(found) == 4


def test_pages_neither_overlap_nor_skip(built: Built) -> None:
    whole = page_of(built, built.berlin)["customers"]
    pages = [page_of(built, built.berlin, page=number, limit=3) for number in (1, 2, 3)]
    assert [one for page in pages for one in page["customers"]] == whole
    assert pages[2]["customers"] == []
    assert pages[2]["pagination"] == {"page": 3, "limit": 3, "totalCount": 4, "totalPages": 2}


def test_the_same_customer_id_is_another_buyer_in_another_shop(built: Built) -> None:
    (one,) = page_of(built, built.new_york)["customers"]
    assert (one["id"], str(one["totalSpent"])) == ("7", HUGE)


def test_a_page_far_beyond_the_end_is_empty(built: Built) -> None:
    found = page_of(built, built.berlin, page=2**53 - 1, limit=250)
    assert (found["customers"], found["pagination"]["totalCount"]) == ([], 4)


def test_the_list_is_kept_until_the_next_build(built: Built) -> None:
    path = f"{built.berlin.path}/customers?limit=7"
    assert [built.api.get(path).headers["x-cache"] for _ in range(2)] == ["MISS", "HIT"]


def test_before_any_build_the_list_is_empty(api: httpx.Client, shop: Shop) -> None:
    found = api.get(f"{shop.path}/customers").json()
    assert (found["customers"], found["pagination"]["totalCount"]) == ([], 0)
