"""The comparison of marts with the truth: it finds a cent, a missing row and a row too many."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest

from shopmart.demo.proof import compare, ledger_truth, normal, settled

DAY = {"shop_date": "2026-03-08", "currency": "USD", "orders": 2, "net_sales": "30.10"}


def test_equal_rows_agree_whatever_their_types() -> None:
    found = {**DAY, "shop_date": date(2026, 3, 8), "net_sales": Decimal("30.1000")}
    proof = compare("daily_sales", [found], [DAY])
    assert proof.differences == []
    assert (proof.rows, proof.figures) == (1, 4)


def test_one_cent_is_a_difference_that_names_row_column_and_both_amounts() -> None:
    found = {**DAY, "net_sales": Decimal("30.11")}
    proof = compare("daily_sales", [found], [DAY])
    assert proof.differences == ["daily_sales 2026-03-08/USD: net_sales is 30.11, truly 30.10"]


def test_a_missing_row_and_a_row_too_many_are_differences() -> None:
    other = {**DAY, "shop_date": "2026-03-09"}
    proof = compare("daily_sales", [other], [DAY])
    assert proof.differences == [
        "daily_sales 2026-03-08/USD is missing",
        "daily_sales 2026-03-09/USD does not exist in the shop",
    ]


def test_a_column_that_the_mart_lacks_is_a_difference() -> None:
    found = {key: value for key, value in DAY.items() if key != "orders"}
    proof = compare("daily_sales", [found], [DAY])
    assert proof.differences == ["daily_sales 2026-03-08/USD: the mart has no column orders"]


def test_nothing_instead_of_zero_is_a_difference() -> None:
    proof = compare("daily_sales", [{**DAY, "orders": None}], [{**DAY, "orders": 0}])
    assert len(proof.differences) == 1


def test_guests_are_found_by_their_first_order_and_customers_by_their_id() -> None:
    guest = {"customer_id": None, "first_order_id": 7, "orders_count": 1}
    known = {"customer_id": 7, "first_order_id": None, "orders_count": 0}
    assert compare("customers", [known, guest], [guest, known]).differences == []


def test_the_ledger_of_an_order_sums_to_sales_tips_and_gift_cards() -> None:
    order = {"order_id": 1, "total_sales": "10.05", "tips": "1.00", "gift_card_sales": "0.95"}
    (row,) = ledger_truth([order])
    assert Decimal(row["total"]) == Decimal("12.00")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Decimal("5.0000"), "5"),
        (5, "5.00"),
        (datetime(2026, 1, 1, 5, tzinfo=UTC), "2026-01-01T00:00:00-05:00"),
        (date(2026, 1, 1), "2026-01-01"),
        (True, True),
        (None, None),
    ],
)
def test_values_that_mean_the_same_are_the_same(one: object, other: object) -> None:
    assert normal(one) == normal(other)


@pytest.mark.parametrize(("one", "other"), [(False, None), (0, None), ("a", "b"), (uuid4(), "x")])
def test_values_that_differ_stay_different(one: object, other: object) -> None:
    assert normal(one) != normal(other)


def test_a_day_of_cash_that_says_it_is_not_all_known_is_left_out_on_both_sides() -> None:
    day = {"currency": "USD", "paid": "5.00"}
    truth = [{**day, "shop_date": "2026-03-08"}, {**day, "shop_date": "2026-03-09"}]
    found = [
        {**day, "shop_date": date(2026, 3, 8), "is_provisional": False},
        {**day, "shop_date": date(2026, 3, 9), "is_provisional": True, "paid": "0"},
    ]
    assert settled("daily_cash", found, truth) == (found[:1], truth[:1])
    assert settled("daily_sales", found, truth) == (found, truth)
