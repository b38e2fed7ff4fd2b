"""GET /analytics/checkouts and its list, from marts that the real build made."""

import json
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.api.conftest import Built
from tests.api.shops import Shop

PATH = "/api/v1/analytics/checkouts"
NEWEST_FIRST = ["open", "left", "silent", "bought", "recovered", "foreign"]


def found_at(built: Built, path: str, **query: object) -> dict[str, Any]:
    answer = built.api.get(f"{PATH}/{path}", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = json.loads(answer.text, parse_float=Decimal)
    return found


def part_of(built: Built, shop: Shop, **query: object) -> dict[str, Any]:
    return found_at(built, f"{shop.tenant_id}/list", **query)


def ids(found: dict[str, Any]) -> list[str]:
    return [one["id"] for one in found["checkouts"]]


def test_the_figures_are_those_of_the_contract(built: Built) -> None:
    found = found_at(built, str(built.berlin.tenant_id))
    assert found["tenantName"] == "Alpine-Tea"
    assert {name: str(value) for name, value in found["analytics"].items()} == {
        "totalCheckouts": "6",
        "completedCheckouts": "2",
        "abandonedCheckouts": "3",
        "pendingCheckouts": "1",
        "conversionRate": "33.33",
        "abandonmentRate": "50.00",
        # The yen of a buyer are not added to the shop's euros.
        "abandonedValue": "25.00",
        "completedValue": "16.00",
        "contactableAbandonedCheckouts": "1",
        "recoveredCheckouts": "1",
        "recoveredValue": "9.00",
        "settledAbandonmentRate": "80.00",
        "recoveryRate": "25.00",
    }


def test_a_range_takes_the_checkouts_that_began_in_its_shop_days(built: Built) -> None:
    query = {"startDate": "2026-03-31", "endDate": "2026-04-01"}
    # Half an hour after midnight in Berlin.
    assert ids(part_of(built, built.berlin, **query)) == ["left"]
    found = found_at(built, str(built.berlin.tenant_id), **query)["analytics"]
    assert (found["totalCheckouts"], found["abandonmentRate"]) == (1, Decimal("100.00"))


def test_a_checkout_is_told_in_the_contracts_words(built: Built) -> None:
    found = part_of(built, built.berlin)
    assert ids(found) == NEWEST_FIRST
    assert (found["total"], found["limit"], found["offset"]) == (6, 50, 0)
    assert found["checkouts"][1] == {
        "id": "left",
        "shopifyCheckoutId": "left",
        "email": "ada@example.com",
        "totalPrice": Decimal("20.00"),
        "currency": "EUR",
        "status": "ABANDONED",
        "lineItemsCount": 2,
        "createdAt": "2026-03-31T22:30:00Z",
        "completedAt": None,
        "abandonedAt": "2026-03-31T23:30:00Z",
        "phone": None,
        "customerId": None,
        "orderId": None,
        "wasAbandoned": True,
        "isRecovered": False,
        "shopDate": "2026-04-01",
    }


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("PENDING", ["open"]),
        ("COMPLETED", ["bought", "recovered"]),
        ("ABANDONED", ["left", "silent", "foreign"]),
        ("abandoned", ["left", "silent", "foreign"]),
        ("", NEWEST_FIRST),
    ],
)
def test_a_status_narrows_the_list_and_its_count(
    built: Built, status: str, expected: list[str]
) -> None:
    found = part_of(built, built.berlin, status=status)
    assert (ids(found), found["total"]) == (expected, len(expected))


@pytest.mark.parametrize("status", ["LOST", "0", "PENDING,COMPLETED", "x" * 5_000])
def test_a_status_that_does_not_exist_is_a_422_that_names_the_others(
    built: Built, status: str
) -> None:
    answer = built.api.get(f"{PATH}/{built.berlin.tenant_id}/list", params={"status": status})
    assert answer.status_code == 422
    assert answer.json()["error"] == "status: must be one of PENDING, COMPLETED, ABANDONED"


def test_parts_neither_overlap_nor_skip(built: Built) -> None:
    parts = [part_of(built, built.berlin, limit=4, offset=offset) for offset in (0, 4, 8)]
    assert [one for part in parts for one in ids(part)] == NEWEST_FIRST


def test_another_shop_has_its_own(built: Built) -> None:
    assert ids(part_of(built, built.new_york)) == ["open", "left"]
    found = found_at(built, str(built.empty.tenant_id))["analytics"]
    assert (found["totalCheckouts"], found["conversionRate"], found["recoveryRate"]) == (0, 0, None)


def test_before_any_build_there_are_none(api: httpx.Client, shop: Shop) -> None:
    found = api.get(f"{PATH}/{shop.tenant_id}").json()["analytics"]
    assert (found["totalCheckouts"], found["settledAbandonmentRate"]) == (0, None)
    assert api.get(f"{PATH}/{shop.tenant_id}/list").json()["total"] == 0


def test_an_answer_holds_until_the_next_open_checkout_turns_abandoned(built: Built) -> None:
    path = f"{PATH}/{built.berlin.tenant_id}/list?limit=9"
    assert [built.api.get(path).headers["x-cache"] for _ in range(2)] == ["MISS", "HIT"]
