"""GET /tenants/{id}/metrics, from marts that the real build made."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.api.conftest import HUGE, Built
from tests.api.shops import Shop
from warehouse.connections import Role, connect
from warehouse.settings import Settings
from warehouse.tenants import set_coverage_from

NOTHING = {
    "customersCount": 0,
    "ordersCount": 0,
    "totalRevenue": Decimal("0.00"),
    "topCustomers": [],
    "ordersByDate": [],
}


def figures(built: Built, shop: Shop, **query: str) -> dict[str, Any]:
    answer = built.api.get(f"{shop.path}/metrics", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = json.loads(answer.text, parse_float=Decimal)
    return found


def days(found: dict[str, Any]) -> list[tuple[str, int, str]]:
    return [(day["date"], day["orders"], str(day["revenue"])) for day in found["ordersByDate"]]


def top(found: dict[str, Any]) -> list[tuple[str, str, int]]:
    return [
        (one["customerId"].partition(":")[0], str(one["totalSpent"]), one["ordersCount"])
        for one in found["topCustomers"]
    ]


def test_the_figures_are_those_of_everything_that_the_shop_sold(built: Built) -> None:
    found = figures(built, built.berlin)
    assert str(found["totalRevenue"]) == "56.35"
    assert (found["ordersCount"], found["customersCount"]) == (5, 3)


def test_a_day_is_the_shops_own_and_a_reversal_has_one_too(built: Built) -> None:
    assert days(figures(built, built.berlin)) == [
        ("2026-04-02", 0, "-30.00"),
        ("2026-04-01", 1, "20.20"),
        ("2026-03-31", 1, "10.10"),
        ("2026-02-01", 1, "1.00"),
        ("2026-01-15", 2, "55.05"),
    ]
    assert [day for day, _, _ in days(figures(built, built.new_york))] == ["2026-03-31"]


def test_the_biggest_buyers_stand_first_guests_among_them(built: Built) -> None:
    found = figures(built, built.berlin)
    assert top(found) == [
        ("7", "30.30", 2),
        ("guest", "25.05", 2),
        ("9", "1.00", 1),
        ("8", "0.00", 0),
    ]
    assert found["topCustomers"][0]["email"] == "ada@example.com"
    assert found["topCustomers"][0]["name"] == "Ada Byron"
    assert found["topCustomers"][2]["name"] is None


def test_a_range_has_the_figures_of_its_days_both_ends_included(built: Built) -> None:
    found = figures(built, built.berlin, startDate="2026-03-31", endDate="2026-04-02")
    assert str(found["totalRevenue"]) == "0.30"
    assert (found["ordersCount"], found["customersCount"]) == (2, 1)
    assert [day for day, _, _ in days(found)] == ["2026-04-02", "2026-04-01", "2026-03-31"]
    assert top(found) == [("7", "30.30", 2), ("guest", "-30.00", 0)]


def test_a_moment_means_its_day_in_the_shops_zone(built: Built) -> None:
    found = figures(built, built.berlin, startDate="2026-03-31T22:00:00.000Z")
    assert [day for day, _, _ in days(found)] == ["2026-04-02", "2026-04-01"]
    until = figures(built, built.berlin, endDate="2026-01-15T22:59:59Z")
    assert [day for day, _, _ in days(until)] == ["2026-01-15"]


def test_a_range_without_a_sale_has_nothing(built: Built) -> None:
    found = figures(built, built.berlin, startDate="2020-01-01", endDate="2020-12-31")
    assert {name: found[name] for name in NOTHING} == NOTHING


def test_no_cent_of_a_large_amount_is_lost(built: Built) -> None:
    found = figures(built, built.new_york)
    assert str(found["totalRevenue"]) == HUGE
    assert str(found["topCustomers"][0]["totalSpent"]) == HUGE
    assert str(found["ordersByDate"][0]["revenue"]) == HUGE
    assert str(figures(built, built.new_york, startDate="2026-03-31")["totalRevenue"]) == HUGE


def test_every_figure_says_where_it_comes_from(built: Built) -> None:
    found = figures(built, built.berlin)
    assert (found["currency"], found["timezone"]) == ("EUR", "Europe/Berlin")
    assert (found["basis"], found["provisional"]) == ("shopify", 0)
    assert found["freshAsOf"].endswith("Z")


def test_what_shopify_let_us_read_is_said_beside_the_figures(
    api: httpx.Client, shop: Shop, settings: Settings
) -> None:
    with connect(settings, Role.LOADER) as connection:
        set_coverage_from(connection, shop.tenant_id, datetime(2026, 1, 2, tzinfo=UTC))
    for path in ("metrics", "orders", "customers", "products"):
        found = api.get(f"{shop.path}/{path}").json()
        assert found["coverageFrom"] == "2026-01-02T00:00:00Z", path


def test_a_shop_without_data_answers_zeros_beside_shops_that_have_some(built: Built) -> None:
    for query in ({}, {"startDate": "2026-01-01"}):
        found = figures(built, built.empty, **query)
        assert {name: found[name] for name in NOTHING} == NOTHING


def test_before_any_build_a_shop_answers_zeros(api: httpx.Client, shop: Shop) -> None:
    found = api.get(f"{shop.path}/metrics").json()
    assert (found["totalRevenue"], found["ordersCount"], found["ordersByDate"]) == (0, 0, [])


def test_the_same_question_is_answered_from_memory_the_second_time(built: Built) -> None:
    path = f"{built.berlin.path}/metrics"
    first, second, other = (
        built.api.get(path, params=query)
        for query in (
            {"endDate": "2026-05-05"},
            {"endDate": "2026-05-05"},
            {"endDate": "2026-05-06"},
        )
    )
    assert [one.headers["x-cache"] for one in (first, second, other)] == ["MISS", "HIT", "MISS"]
    assert first.content == second.content


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"startDate": "2026-04-02", "endDate": "2026-04-01"}, "startDate"),
        ({"startDate": "soon"}, "startDate"),
        ({"endDate": "2026-02-30"}, "endDate"),
    ],
)
def test_a_range_that_cannot_be_is_a_422_that_names_the_field(
    built: Built, query: dict[str, str], field: str
) -> None:
    answer = built.api.get(f"{built.berlin.path}/metrics", params=query)
    assert answer.status_code == 422
    assert answer.json()["error"].startswith(f"{field}: ")
    assert answer.json()["errors"][0]["field"] == field
