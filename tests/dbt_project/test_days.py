"""Days are the shop's own: at both changes of the clock, after a move, and never UTC's unsaid."""

from collections.abc import Callable
from datetime import date

import pytest

from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.documents import (
    admin_line,
    admin_order,
    agreement,
    refund_line,
    sale,
    webhook_line,
    webhook_order,
    webhook_refund,
)
from warehouse.connections import Role

# New York's clock jumps at 07:00 UTC on March 8th and falls back at 06:00 UTC on
# November 1st; each moment stands with the day that the shop's clock shows.
MOMENTS = {
    "2026-03-08T04:59:59Z": date(2026, 3, 7),
    "2026-03-08T05:00:00Z": date(2026, 3, 8),
    "2026-03-09T03:59:59Z": date(2026, 3, 8),
    "2026-03-09T04:00:00Z": date(2026, 3, 9),
    "2026-11-01T03:59:59Z": date(2026, 10, 31),
    "2026-11-01T04:00:00Z": date(2026, 11, 1),
    "2026-11-02T04:59:59Z": date(2026, 11, 1),
    "2026-11-02T05:00:00Z": date(2026, 11, 2),
}


def order(number: int, at: str, path: str) -> dict[str, object]:
    dated = {"createdAt": at, "processedAt": at, "updatedAt": at}
    if path == "admin":
        sold = agreement(number, [sale(number, 10, quantity=1, line=number)], at=at)
        return admin_order(number, [admin_line(number, 10)], [sold], **dated)
    return webhook_order(
        number, [webhook_line(number, 10)], 10, created_at=at, processed_at=at, updated_at=at
    )


@pytest.fixture(scope="module")
def clocks(new_warehouse: Callable[..., Warehouse]) -> tuple[Warehouse, dict[str, int]]:
    """A shop in New York with an order at each moment, by either path."""
    warehouse = new_warehouse()
    shops = {
        path: warehouse.tenant(path, timezone="America/New_York") for path in ("admin", "webhook")
    }
    for path, tenant in shops.items():
        warehouse.load(
            *((tenant, "orders", path, order(n, at, path)) for n, at in enumerate(MOMENTS, start=1))
        )
    assert warehouse.build().warnings == []
    return warehouse, shops


@pytest.mark.parametrize("path", ["admin", "webhook"])
def test_a_day_of_23_or_25_hours_holds_what_the_shops_clock_says(
    clocks: tuple[Warehouse, dict[str, int]], path: str
) -> None:
    warehouse, shops = clocks
    orders = warehouse.read(shops[path], "orders")
    assert [row["shop_date"] for row in orders] == list(MOMENTS.values())
    days = {row["shop_date"]: row["orders"] for row in warehouse.read(shops[path], "daily_sales")}
    assert days == {day: list(MOMENTS.values()).count(day) for day in MOMENTS.values()}


def test_a_shop_that_moves_takes_every_day_of_its_orders_and_refunds_with_it(
    warehouse: Warehouse,
) -> None:
    tenant = warehouse.tenant("mover", timezone="America/New_York")
    refund = webhook_refund(7, 1, "2026-03-12T02:00:00Z", [refund_line(8, 1, 1, 10.0)])
    first = order(1, "2026-03-09T03:59:59Z", "webhook") | {
        "refunds": [refund],
        "updated_at": "2026-03-12T02:00:00Z",
        "line_items": [webhook_line(1, 10, current_quantity=0)],
    }
    warehouse.load((tenant, "orders", "webhook", first))
    warehouse.build()
    assert days_of(warehouse, tenant) == [date(2026, 3, 8), date(2026, 3, 11)]
    warehouse.move(tenant, timezone="Asia/Tokyo")
    warehouse.build()
    assert days_of(warehouse, tenant) == [date(2026, 3, 9), date(2026, 3, 12)]
    (refunded,) = warehouse.read(tenant, "refunds")
    assert (refunded["shop_date"], refunded["days_to_refund"]) == (date(2026, 3, 12), 3)


def test_a_zone_that_the_server_does_not_know_is_said_aloud_until_it_does(
    warehouse: Warehouse,
) -> None:
    tenant = warehouse.tenant("martian", timezone="Mars/Olympus_Mons")
    warehouse.load((tenant, "orders", "webhook", order(1, "2026-03-09T20:00:00Z", "webhook")))
    (warning,) = warehouse.build().warnings
    assert "assert_every_shops_days_are_in_its_own_zone" in warning
    assert shop(warehouse, tenant) == ("Mars/Olympus_Mons", "UTC")
    ((first,),) = warehouse.rows("select min(date_day) from compat.shopify__daily_shop")
    assert first == date(2026, 3, 9)
    # The server learns the name: nobody has to state it again.
    warehouse.execute(
        "update control.shop_zones set stated_timezone = 'Asia/Tokyo', iana_timezone = 'UTC'"
    )
    warehouse.execute("update control.tenants set iana_timezone = 'Asia/Tokyo'", role=Role.OWNER)
    assert warehouse.build().warnings == []
    assert shop(warehouse, tenant) == ("Asia/Tokyo", "Asia/Tokyo")
    assert days_of(warehouse, tenant) == [date(2026, 3, 10)]


def days_of(warehouse: Warehouse, tenant: int) -> list[date]:
    return [row["shop_date"] for row in warehouse.read(tenant, "daily_sales")]


def shop(warehouse: Warehouse, tenant: int) -> tuple[object, object]:
    ((stated, counted),) = warehouse.rows(
        f"select iana_timezone, day_timezone from marts.shops where tenant_id = {tenant}"
    )
    return stated, counted
