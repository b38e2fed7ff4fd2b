"""A difference names the mart, the tenant, the key, the column and both values."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from tests.oracle.comparing import Row, differences

ROW: Row = {"tenant_id": 1, "order_id": 7, "net_sales": Decimal("80.00"), "email": None}


def told(found: list[Row], expected: list[Row] | None = None) -> list[str]:
    return list(differences("orders", [ROW] if expected is None else expected, found))


def test_equal_rows_say_nothing() -> None:
    assert told([{**ROW, "net_sales": Decimal("80.0000"), "buyer_key": "random"}]) == []


def test_a_cent_is_told_with_its_place_and_both_values() -> None:
    assert told([{**ROW, "net_sales": Decimal("80.01")}]) == [
        "orders tenant_id 1, order_id 7, net_sales: the oracle says Decimal('80.00'),"
        " the mart Decimal('80.01')"
    ]


def test_nothing_known_is_not_nothing() -> None:
    (found,) = told([{**ROW, "net_sales": None}], [{**ROW, "net_sales": Decimal(0)}])
    assert found.endswith("the oracle says Decimal('0'), the mart None")


def test_a_row_of_one_side_is_told() -> None:
    assert [one.partition(";")[0] for one in told([])] == [
        "orders tenant_id 1, order_id 7: the mart lacks this row"
    ]
    assert [one.partition(";")[0] for one in told([ROW], [])] == [
        "orders tenant_id 1, order_id 7: the oracle lacks this row"
    ]


def test_the_same_key_of_another_tenant_is_another_row() -> None:
    assert len(told([{**ROW, "tenant_id": 2}])) == 2


def test_a_key_that_stands_twice_is_refused() -> None:
    with pytest.raises(AssertionError, match="order_id 7 stands twice"):
        told([ROW, ROW])


def test_one_moment_in_two_zones_is_one() -> None:
    at = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    moved = at.astimezone(timezone(timedelta(hours=2)))
    row = {"tenant_id": 1, "shop_date": date(2026, 3, 29), "currency": "EUR", "at": at}
    assert list(differences("daily_sales", [row], [{**row, "at": moved}])) == []
    later = {**row, "at": at + timedelta(microseconds=1)}
    assert len(list(differences("daily_sales", [row], [later]))) == 1
