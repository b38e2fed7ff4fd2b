"""Cohorts and the bases of days, from facts written by hand."""

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sandbox.facts import Buyer, Fact, Line, Payment, Placed, Presentment, Refunded, ReturnedLine
from sandbox.profiles import profile
from sandbox.state.shop import Shop
from sandbox.truth.answer import truth

Json = Any


def at(month: int, day: int = 10) -> datetime:
    return datetime(2026, month, day, 15, tzinfo=UTC)


def order(number: int, when: datetime, email: str, price: int) -> Placed:
    line = Line(number, 1, 1, "Mug", "White", "M", "Shop", price, 1, 0, 0, 0, Fraction(0), False)
    return Placed(
        when,
        when,
        number,
        number,
        number,
        Buyer(None, email, None),
        (line,),
        None,
        (Payment(number, when, "SALE", "SUCCESS", price, "card", False),),
        Presentment("USD", Fraction(1)),
        None,
        False,
        "web",
        "t",
    )


def refund(number: int, when: datetime, price: int) -> Refunded:
    payment = Payment(90 + number, when, "REFUND", "SUCCESS", price, "card", False)
    back = ReturnedLine(80 + number, number, 1, "RETURN")
    return Refunded(when, number, 70 + number, 60 + number, (back,), None, None, (payment,), None)


def rows(mart: str, *facts: Fact) -> list[dict[str, Json]]:
    shop = Shop(profile(0, seed=1))
    for fact in facts:
        shop.record(fact)
    return truth(shop)[mart]


STORY = (
    order(1, at(1), "a@example.org", 5000),
    order(2, at(1, 20), "b@example.org", 3000),
    order(3, at(1, 25), "c@example.org", 1000),
    order(4, at(2), "A@Example.org", 2000),
    refund(2, at(4), 3000),
)


def test_a_cohort_has_a_row_for_each_month_in_which_something_moved() -> None:
    found = rows("customer_cohorts", *STORY)
    assert [(r["cohort_month"], r["month_number"]) for r in found] == [
        ("2026-01-01", 0),
        ("2026-01-01", 1),
        ("2026-01-01", 3),
    ]
    assert [r["customers"] for r in found] == [3, 3, 3]
    assert [r["active_customers"] for r in found] == [3, 1, 0]
    assert [r["orders"] for r in found] == [3, 1, 0]


def test_returns_land_in_the_month_of_the_reversal() -> None:
    found = rows("customer_cohorts", *STORY)
    assert [Decimal(r["net_sales"]) for r in found] == [90, 20, -30]
    assert [Decimal(r["cumulative_net_sales"]) for r in found] == [90, 110, 80]


def test_shares_of_a_cohort_are_rounded_as_the_mart_keeps_them() -> None:
    found = rows("customer_cohorts", *STORY)
    assert [r["retention"] for r in found] == ["1.000000", "0.333333", "0.000000"]
    assert [r["cumulative_net_sales_per_customer"] for r in found] == [
        "30.0000",
        "36.6667",
        "26.6667",
    ]


def test_a_month_is_the_shop_s_own() -> None:
    late = datetime(2026, 2, 1, 2, tzinfo=UTC)
    (row,) = rows("customer_cohorts", order(1, late, "a@example.org", 100))
    assert row["cohort_month"] == "2026-01-01"


def test_all_that_became_of_an_order_stands_on_its_own_day_on_one_basis() -> None:
    by_sale, by_order = (rows(mart, *STORY) for mart in ("daily_sales", "daily_sales_by_order"))
    assert [(r["shop_date"], r["returns"]) for r in by_sale if Decimal(r["returns"])] == [
        ("2026-04-10", "30.00")
    ]
    assert [(r["shop_date"], r["returns"]) for r in by_order if Decimal(r["returns"])] == [
        ("2026-01-20", "30.00")
    ]
    for figure in ("gross_sales", "returns", "net_sales", "total_sales"):
        sums = {sum(Decimal(r[figure]) for r in found) for found in (by_sale, by_order)}
        assert len(sums) == 1, figure
    assert [r["orders"] for r in by_order] == [1, 1, 1, 1]


def test_cash_is_dated_by_its_payment() -> None:
    found = rows("daily_cash", *STORY)
    assert [(r["shop_date"], r["net_cash"]) for r in found] == [
        ("2026-01-10", "50.00"),
        ("2026-01-20", "30.00"),
        ("2026-01-25", "10.00"),
        ("2026-02-10", "20.00"),
        ("2026-04-10", "-30.00"),
    ]
