"""Of buyers' classes older than a setting each shop keeps the first day that it has of a month."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from pipelines.retention import thin_classes
from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.documents import webhook_line, webhook_order

DAYS, BUYERS = 40, 2
# Of one shop every day of more than a year, of the other each third of less.
LONG, SHORT = range(1, 500), range(1, 250, 3)
COPY = """
insert into marts.customer_rfm
select (jsonb_populate_record(rows, jsonb_build_object('as_of_date', rows.as_of_date - {days}))).*
from marts.customer_rfm as rows where tenant_id = {tenant} and as_of_date = '{today}'
"""


@pytest.fixture
def warehouse(new_warehouse: Callable[..., Warehouse]) -> Warehouse:
    """Two shops of two buyers each, whose classes of today stand on many earlier days, too."""
    made = new_warehouse(rfm_days=DAYS)
    assert thin_classes(made.settings) == 0
    shops = {made.tenant("long"): LONG, made.tenant("short"): SHORT}
    bought = [
        webhook_order(number, [webhook_line(number, 10)], 10, customer={"id": number})
        for number in (1, 2)
    ]
    made.load(*((shop, "orders", "webhook", one) for shop in shops for one in bought))
    made.build(tests=False)
    for shop, back in shops.items():
        (today,) = dates(made, shop)
        for days in back:
            made.execute(COPY.format(days=days, tenant=shop, today=today))
    return made


def dates(warehouse: Warehouse, shop: int) -> list[date]:
    query = f"select distinct as_of_date from marts.customer_rfm where tenant_id = {shop}"
    return sorted(day for (day,) in warehouse.rows(query))


def kept(days: list[date], oldest: date) -> list[date]:
    """The rule, day by day: young ones, and those before which their month has none."""
    firsts = {(day.year, day.month): day for day in reversed(days)}
    return [day for day in days if day >= oldest or firsts[day.year, day.month] == day]


def test_young_days_and_the_first_of_each_older_month_stay(warehouse: Warehouse) -> None:
    ((today,),) = warehouse.rows("select current_date")
    before = {shop: dates(warehouse, shop) for shop in (1, 2)}
    left = {shop: kept(days, today - timedelta(days=DAYS)) for shop, days in before.items()}
    gone = sum(len(before[shop]) - len(left[shop]) for shop in (1, 2))

    assert thin_classes(warehouse.settings) == BUYERS * gone

    assert {shop: dates(warehouse, shop) for shop in (1, 2)} == left
    assert len(left[1]) < DAYS + 20
    assert thin_classes(warehouse.settings) == 0
