"""GET /analytics/refunds and its list, from marts that the real build made."""

import json
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.api.conftest import Built
from tests.api.shops import Shop

PATH = "/api/v1/analytics/refunds"


def found_at(built: Built, path: str, **query: object) -> dict[str, Any]:
    answer = built.api.get(f"{PATH}/{path}", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = json.loads(answer.text, parse_float=Decimal)
    return found


def figures(built: Built, shop: Shop, **query: object) -> dict[str, Any]:
    return found_at(built, str(shop.tenant_id), **query)


def part_of(built: Built, shop: Shop, **query: object) -> dict[str, Any]:
    return found_at(built, f"{shop.tenant_id}/list", **query)


def test_only_payments_that_succeeded_are_money_paid_back(built: Built) -> None:
    found = figures(built, built.berlin)
    assert (found["tenantId"], found["tenantName"]) == (str(built.berlin.tenant_id), "Alpine-Tea")
    assert {name: str(value) for name, value in found["analytics"].items()} == {
        "totalRefunds": "3",
        "totalRefundAmount": "30.01",
        "averageRefundAmount": "10.00",
        "pendingRefundAmount": "5.00",
    }


def test_a_range_takes_the_refunds_of_its_shop_days(built: Built) -> None:
    query = {"startDate": "2026-04-02", "endDate": "2026-04-02"}
    found = figures(built, built.berlin, **query)["analytics"]
    assert (found["totalRefunds"], str(found["totalRefundAmount"])) == (1, "30.00")
    assert [one["id"] for one in part_of(built, built.berlin, **query)["refunds"]] == ["701"]


def test_a_refund_is_told_in_the_contracts_words(built: Built) -> None:
    found = part_of(built, built.berlin)
    assert [one["id"] for one in found["refunds"]] == ["703", "702", "701"]
    refund = found["refunds"][2]
    told = {name: refund[name] for name in ("id", "shopifyRefundId", "shopifyOrderId", "reason")}
    assert told == {
        "id": "701",
        "shopifyRefundId": "701",
        "shopifyOrderId": "1003",
        "reason": "=too late",
    }
    assert (refund["amount"], refund["currency"]) == (Decimal("30.00"), "EUR")
    assert refund["createdAt"] == "2026-04-02T12:00:00Z"


def test_parts_neither_overlap_nor_skip(built: Built) -> None:
    parts = [part_of(built, built.berlin, limit=2, offset=offset) for offset in (0, 2, 4)]
    assert [one["id"] for part in parts for one in part["refunds"]] == ["703", "702", "701"]
    assert [part["total"] for part in parts] == [3, 3, 3]
    assert (parts[1]["limit"], parts[1]["offset"]) == (2, 2)


@pytest.mark.parametrize("rest", ["", "/list"])
def test_a_shop_without_refunds_has_none(built: Built, rest: str) -> None:
    for shop in (built.new_york, built.empty):
        found = found_at(built, f"{shop.tenant_id}{rest}")
        assert found.get("total", found.get("analytics", {}).get("totalRefunds")) == 0


def test_before_any_build_there_are_none(api: httpx.Client, shop: Shop) -> None:
    assert api.get(f"{PATH}/{shop.tenant_id}").json()["analytics"]["averageRefundAmount"] == 0
    found = api.get(f"{PATH}/{shop.tenant_id}/list").json()
    assert (found["refunds"], found["total"], found["limit"]) == ([], 0, 50)


@pytest.mark.parametrize("area", ["refunds", "checkouts"])
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("limit", "0"),
        ("limit", "251"),
        ("limit", "ten"),
        ("offset", "-1"),
        ("offset", "9" * 30),
        ("offset", ""),
        ("startDate", "soon"),
        ("endDate", "2026-02-30"),
    ],
)
def test_a_part_that_cannot_be_is_a_422_that_names_the_field(
    built: Built, area: str, field: str, value: str
) -> None:
    path = f"/api/v1/analytics/{area}/{built.berlin.tenant_id}/list"
    answer = built.api.get(path, params={field: value})
    assert answer.status_code == 422
    assert answer.json()["error"].startswith(f"{field}: ")


@pytest.mark.parametrize("area", ["refunds", "checkouts"])
@pytest.mark.parametrize("tenant_id", ["99", "0", "x", "9" * 30])
@pytest.mark.parametrize("rest", ["", "/list", "/list.csv"])
def test_the_analytics_of_nobody_are_a_404(
    built: Built, area: str, tenant_id: str, rest: str
) -> None:
    assert built.api.get(f"/api/v1/analytics/{area}/{tenant_id}{rest}").status_code == 404
