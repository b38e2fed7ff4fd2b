"""The oracle's own words for reading documents mean what they say."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from tests.oracle.oracle import words


@pytest.fixture(scope="module")
def duck() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    connection.execute(words())
    return connection


def one(duck: duckdb.DuckDBPyConnection, expression: str) -> Any:  # noqa: ANN401
    found = duck.execute(f"select {expression}").fetchone()
    assert found is not None
    return found[0]


@pytest.mark.parametrize(
    ("told", "number"),
    [
        ("gid://shopify/Order/9007199254740993", 9007199254740993),
        ("gid://shopify/InventoryLevel/12?inventory_item_id=34", 12),
        ("9007199254740993", 9007199254740993),
    ],
)
def test_an_id_is_read_from_either_shape(
    duck: duckdb.DuckDBPyConnection, told: str, number: int
) -> None:
    assert one(duck, f"number_of('{told}')") == number


@pytest.mark.parametrize(
    ("division", "expected"),
    [
        ("per(10::decimal(20, 4), 3, 4) * 0.0001", "3.3333"),
        ("per(20::decimal(20, 4), 3, 4) * 0.0001", "6.6667"),
        ("per(-20::decimal(20, 4), 3, 4) * 0.0001", "-6.6667"),
        ("per(0.0001::decimal(20, 4), 2, 4) * 0.0001", "0.0001"),
        ("per(0.0002::decimal(20, 4), 3, 6) * 0.000001", "0.000067"),
    ],
)
def test_money_is_divided_exactly_and_half_a_unit_goes_up(
    duck: duckdb.DuckDBPyConnection, division: str, expected: str
) -> None:
    assert one(duck, division) == Decimal(expected)


@pytest.mark.parametrize(
    ("at", "zone", "day"),
    [
        (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), "Europe/Berlin", date(2026, 3, 29)),
        (datetime(2026, 3, 29, 21, 30, tzinfo=UTC), "Europe/Berlin", date(2026, 3, 29)),
        (datetime(2026, 3, 29, 22, 30, tzinfo=UTC), "Europe/Berlin", date(2026, 3, 30)),
        (datetime(2026, 10, 25, 22, 30, tzinfo=UTC), "Europe/Berlin", date(2026, 10, 25)),
        (datetime(2026, 11, 1, 4, 30, tzinfo=UTC), "America/New_York", date(2026, 11, 1)),
        (datetime(2026, 11, 2, 4, 30, tzinfo=UTC), "America/New_York", date(2026, 11, 1)),
    ],
)
def test_a_day_is_the_shops_at_both_switches_of_the_clock(
    duck: duckdb.DuckDBPyConnection, at: datetime, zone: str, day: date
) -> None:
    assert one(duck, f"shop_day(timestamptz '{at.isoformat()}', '{zone}')") == day
