"""METRICS.md's cases with known answers, told by the Admin API, by webhooks whose marked orders are
read again, and by webhooks alone. Each case is a shop of its own."""

from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest

from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.known_cases import BUYERS, CASES
from tests.dbt_project.rare_cases import RARE
from tests.dbt_project.small_shopify import Shelf, reading_out
from tests.dbt_project.stories import PATHS, Told, tell
from tests.pipelines.conftest import rows

ALL = {**CASES, **RARE}


@pytest.fixture(scope="module", params=PATHS)
def told(request: pytest.FixtureRequest, new_warehouse: Callable[..., Warehouse]) -> Iterator[Told]:
    """All cases by one path."""
    shelf = Shelf()
    with reading_out(shelf) as url:
        warehouse = new_warehouse(by_pipeline=request.param != "admin", shopify_base_url=url)
        yield tell(warehouse, request.param, {**ALL, **BUYERS}, shelf)


@pytest.mark.parametrize("case", ALL)
def test_the_known_case_has_its_known_answer(told: Told, case: str) -> None:
    (order,) = told.read(case, "orders")
    expected = ALL[case].expected(told.path)
    assert {figure: order[figure] for figure in expected} == {
        figure: answer if isinstance(answer, bool | None) else Decimal(str(answer))
        for figure, answer in expected.items()
    }


@pytest.mark.parametrize("case", [name for name, case in ALL.items() if case.days])
def test_what_is_reversed_later_falls_on_its_own_day(told: Told, case: str) -> None:
    days = told.read(case, "daily_sales")
    expected = ALL[case].days_of(told.path)
    assert {str(day["shop_date"]): day["total_sales"] for day in days} == {
        day: Decimal(str(amount)) for day, amount in expected.items()
    }


def test_average_order_value_is_before_tax_and_refunds(told: Told) -> None:
    (customer,) = told.read("split-payment", "customers")
    assert (customer["orders_count"], customer["average_order_value"]) == (1, 100)


def test_guests_with_three_emails_are_three_new_customers(told: Told) -> None:
    customers = told.read("three-guests", "customers")
    assert [customer["is_repeat"] for customer in customers] == [False] * 3


def test_an_email_in_two_cases_is_one_identity(told: Told) -> None:
    (customer,) = told.read("one-guest-two-cases", "customers")
    assert (customer["orders_count"], customer["total_spent"]) == (2, 20)


def test_a_refund_months_later_takes_the_lifetime_value_back(told: Told) -> None:
    (customer,) = told.read("january", "customers")
    assert customer["total_spent"] == 0


def test_what_was_read_again_is_no_longer_provisional(told: Told) -> None:
    marks = rows(told.warehouse.settings, "select distinct reason from control.refetch_orders")
    orders = [order for case in ALL for order in told.read(case, "orders")]
    if told.path == "webhook":
        assert marks
        assert all(order["is_provisional"] for order in orders)
    elif told.path == "refetched":
        assert marks == []
        changed = [ALL[case] for case in ALL if len(ALL[case].webhooks) > 1]
        assert sum(not order["is_provisional"] for order in orders) >= len(changed) - 1


def test_the_refund_of_a_return_is_worth_what_came_back_less_the_fee(told: Told) -> None:
    (refund,) = told.read("return-with-fee", "refunds")
    assert (refund["goods_amount"], refund["amount"], refund["quantity"]) == (100, 90, 1)
    # Without the agreement nobody knows the fee, and the difference is shown as one.
    parts = (refund["adjustment_amount"], refund["discrepancy"])
    assert parts == {"webhook": (0, None)}.get(told.path, (-10, 0))
