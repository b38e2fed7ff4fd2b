"""METRICS.md's cases with known answers, through the Admin documents and through the webhooks.

Each case is a tenant of its own; all are built at once, what comes later is built incrementally.
"""

from collections.abc import Callable
from decimal import Decimal

import pytest

from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.known_cases import BUYERS, CASES, january

PATHS = ("admin", "webhook")


@pytest.fixture(scope="module")
def shops(new_warehouse: Callable[[], Warehouse]) -> tuple[Warehouse, dict[str, int]]:
    """All cases built, the January order's refund of March in a second build."""
    warehouse = new_warehouse()
    tenants: dict[str, int] = {}
    for place, path in enumerate(PATHS):
        documents = {name: case[0] for name, case in CASES.items()} | BUYERS
        for name, shapes in documents.items():
            tenants[f"{name}-{path}"] = warehouse.tenant(f"{name}-{path}")
            for document in shapes[place]:
                warehouse.load((tenants[f"{name}-{path}"], "orders", path, document))
        tenants[f"january-{path}"] = warehouse.tenant(f"january-{path}")
        warehouse.load((tenants[f"january-{path}"], "orders", path, january(path)))
    assert not warehouse.build().warnings
    for path in PATHS:
        warehouse.load((tenants[f"january-{path}"], "orders", path, january(path, refunded=True)))
    warehouse.build()
    return warehouse, tenants


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("case", CASES)
def test_the_known_case_has_its_known_answer(
    shops: tuple[Warehouse, dict[str, int]], case: str, path: str
) -> None:
    warehouse, tenants = shops
    (order,) = warehouse.read(tenants[f"{case}-{path}"], "orders")
    for figure, answer in CASES[case][1].items():
        expected = answer if isinstance(answer, bool) else Decimal(str(answer))
        assert order[figure] == expected, figure


@pytest.mark.parametrize("path", PATHS)
def test_average_order_value_is_before_tax_and_refunds(
    shops: tuple[Warehouse, dict[str, int]], path: str
) -> None:
    warehouse, tenants = shops
    (customer,) = warehouse.read(tenants[f"split-payment-{path}"], "customers")
    assert customer["average_order_value"] == 100


@pytest.mark.parametrize("path", PATHS)
def test_guests_with_three_emails_are_three_new_customers(
    shops: tuple[Warehouse, dict[str, int]], path: str
) -> None:
    warehouse, tenants = shops
    customers = warehouse.read(tenants[f"three-guests-{path}"], "customers")
    assert [customer["is_repeat"] for customer in customers] == [False] * 3


@pytest.mark.parametrize("path", PATHS)
def test_an_email_in_two_cases_is_one_identity(
    shops: tuple[Warehouse, dict[str, int]], path: str
) -> None:
    warehouse, tenants = shops
    (customer,) = warehouse.read(tenants[f"one-guest-two-cases-{path}"], "customers")
    assert (customer["orders_count"], customer["total_spent"]) == (2, 20)


@pytest.mark.parametrize("path", PATHS)
def test_a_refund_months_later_takes_the_lifetime_value_back_on_its_own_day(
    shops: tuple[Warehouse, dict[str, int]], path: str
) -> None:
    warehouse, tenants = shops
    (customer,) = warehouse.read(tenants[f"january-{path}"], "customers")
    days = warehouse.read(tenants[f"january-{path}"], "daily_sales")
    assert customer["total_spent"] == 0
    assert [(day["shop_date"].isoformat(), day["total_sales"]) for day in days] == [
        ("2026-01-15", 50),
        ("2026-03-20", -50),
    ]
