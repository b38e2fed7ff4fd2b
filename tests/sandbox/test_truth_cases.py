"""The truth gives the known answers of the metric definitions, from facts written by hand."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from sandbox.facts import (
    Adjustment,
    Buyer,
    Cancelled,
    CustomerSaved,
    Deleted,
    Fact,
    Line,
    Paid,
    Payment,
    Placed,
    Presentment,
    Refunded,
    ReturnedLine,
    Shipping,
    ShippingRefund,
)
from sandbox.profiles import profile
from sandbox.state.shop import Shop
from sandbox.truth.answer import truth

Json = Any
AT = datetime(2026, 1, 10, 15, tzinfo=UTC)


def line(number: int = 1, **changes: Json) -> Line:
    plain: dict[str, Any] = {
        "price": 1000,
        "quantity": 1,
        "line_discount": 0,
        "order_discount": 0,
        "tax": 0,
        "tax_rate": Fraction(0),
        "gift_card": False,
    }
    return Line(number, 1, 1, "Mug", "White", "MUG", "Shop", **{**plain, **changes})


def order(number: int, *lines: Line, **changes: Json) -> Placed:
    plain: dict[str, Any] = {
        "at": AT,
        "processed_at": changes.get("at", AT),
        "number": number,
        "agreement_id": number,
        "buyer": Buyer(None, None, None),
        "shipping": None,
        "payments": (),
        "presentment": Presentment("USD", Fraction(1)),
        "discount_code": None,
        "test": False,
        "source": "web",
        "token": "t",
    }
    return Placed(order_id=number, lines=lines, **{**plain, **changes})


def refund(number: int, at: datetime, *lines: ReturnedLine, **changes: Json) -> Refunded:
    plain: dict[str, Any] = {"shipping": None, "adjustment": None, "payments": (), "note": None}
    return Refunded(
        at=at, order_id=number, refund_id=9, agreement_id=99, lines=lines, **{**plain, **changes}
    )


def pay(number: int, kind: str, amount: int, status: str = "SUCCESS") -> Payment:
    return Payment(number, AT, kind, status, amount, "card", False)


def told(*facts: Fact, index: int = 0) -> dict[str, Any]:
    """The truth of a shop in which this happened; index 0 adds tax, index 1 includes it."""
    shop = Shop(profile(index, seed=1))
    for fact in facts:
        shop.record(fact)
    return truth(shop)


def figures(row: dict[str, Any], *names: str) -> list[Decimal]:
    return [Decimal(row[name]) for name in names]


def test_three_of_ten_make_gross_thirty_with_or_without_tax_on_top() -> None:
    for tax in (0, 240):
        rows = told(order(1, line(quantity=3, tax=tax)))
        assert figures(rows["orders"][0], "gross_sales", "taxes") == [30, Decimal(tax) / 100]
        assert Decimal(rows["order_lines"][0]["gross_sales"]) == 30


def test_money_paid_in_two_ways_is_one_order() -> None:
    payments = (pay(1, "SALE", 6800), pay(2, "CAPTURE", 4000), pay(3, "REFUND", 1000))
    rows = told(order(1, line(price=10000, tax=800), payments=payments))
    found = figures(rows["orders"][0], "amount_paid", "amount_refunded", "taxes")
    assert found == [108, 10, 8]
    assert Decimal(rows["customers"][0]["average_order_value"]) == 100


def test_failed_pending_and_test_payments_count_nowhere() -> None:
    test = Payment(4, AT, "SALE", "SUCCESS", 500, "card", True)
    payments = (pay(1, "SALE", 1000, "FAILURE"), pay(2, "REFUND", 200, "PENDING"), test)
    rows = told(order(1, line(), payments=payments), Paid(AT, 1, (pay(5, "VOID", 1000),)))
    assert figures(rows["orders"][0], "amount_paid", "amount_refunded") == [0, 0]


def test_change_given_back_was_not_paid() -> None:
    rows = told(order(1, line(), payments=(pay(1, "SALE", 2000), pay(2, "CHANGE", 1000))))
    assert Decimal(rows["orders"][0]["amount_paid"]) == 10


def test_three_guests_with_three_addresses_are_three_customers() -> None:
    guests = [
        order(n, line(n), buyer=Buyer(None, f"guest{n}@example.com", None)) for n in (1, 2, 3)
    ]
    rows = told(*guests)["customers"]
    assert [row["orders_count"] for row in rows] == [1, 1, 1]
    assert not any(row["is_repeat"] for row in rows)


def test_addresses_that_differ_by_case_are_one_identity() -> None:
    first = order(1, line(1), buyer=Buyer(None, "Casey@Example.com", None))
    later = order(
        2, line(2), buyer=Buyer(None, " casey@example.com", None), at=AT + timedelta(days=3)
    )
    (row,) = told(first, later)["customers"]
    assert (row["orders_count"], row["days_to_second_order"]) == (2, 3)
    assert Decimal(row["gross_sales"]) == 20


def test_guests_without_anything_are_never_the_same_guest() -> None:
    assert len(told(order(1, line(1)), order(2, line(2)))["customers"]) == 2


def test_a_record_without_orders_is_a_customer() -> None:
    (row,) = told(CustomerSaved(AT, 7, AT, "Ada", "Abbott", None, None))["customers"]
    assert (row["customer_id"], row["orders_count"]) == (7, 0)
    assert row["average_order_value"] is row["cohort_month"] is row["first_order_id"] is None


def test_january_s_order_refunded_in_march_leaves_a_lifetime_of_nothing() -> None:
    march = AT + timedelta(days=60)
    back = refund(1, march, ReturnedLine(1, 1, 1, "RETURN"))
    rows = told(order(1, line(price=5000)), back)
    assert Decimal(rows["customers"][0]["total_spent"]) == 0
    january, later = rows["daily_sales"]
    assert figures(january, "net_sales", "returns") == [50, 0]
    assert figures(later, "net_sales", "returns") == [-50, 50]
    assert (january["orders"], later["orders"]) == (1, 0)


def test_a_cancelled_unpaid_order_sums_to_nothing() -> None:
    placed = order(1, line(price=10000, order_discount=2000))
    back = refund(1, AT + timedelta(days=1), ReturnedLine(1, 1, 1, "CANCEL"))
    (row,) = told(placed, Cancelled(back.at, 1, "OTHER", back, ()))["orders"]
    found = figures(row, "gross_sales", "discounts", "returns", "net_sales", "current_total_price")
    assert found == [100, 20, 80, 0, 0]
    assert row["is_cancelled"]


def test_a_void_changes_no_sales_figure() -> None:
    placed = order(1, line(price=10000, order_discount=2000))
    (row,) = told(placed, Paid(AT, 1, (pay(1, "VOID", 8000),)))["orders"]
    assert figures(row, "net_sales") == [80]


def test_a_price_that_includes_tax_is_taken_apart() -> None:
    inclusive = line(price=12000, tax=2000, tax_rate=Fraction(20, 100))
    (row,) = told(order(1, inclusive), index=1)["orders"]
    assert figures(row, "gross_sales", "taxes", "total_sales") == [100, 20, 120]


def test_an_inclusive_discount_is_shown_without_its_tax() -> None:
    half = line(price=12000, order_discount=6000, tax=1000, tax_rate=Fraction(20, 100))
    (row,) = told(order(1, half), index=1)["orders"]
    assert figures(row, "gross_sales", "discounts", "net_sales", "taxes") == [100, 50, 50, 10]


def test_delivery_is_net_of_tax_and_refunds_of_it_are_negative() -> None:
    placed = order(1, line(), shipping=Shipping(5, "Post", 1000, 80, Fraction(8, 100)))
    back = refund(1, AT, shipping=ShippingRefund(6, 5, 400, 32))
    (row,) = told(placed, back)["orders"]
    assert figures(row, "shipping", "taxes", "returns") == [6, Decimal("0.48"), 0]


def test_goodwill_is_a_return_of_money_without_goods() -> None:
    (row,) = told(order(1, line()), refund(1, AT, adjustment=Adjustment(1, 300)))["orders"]
    assert figures(row, "returns", "net_sales", "current_total_price") == [3, 7, 7]


def test_gift_cards_are_in_no_sales_figure() -> None:
    card = line(2, price=5000, gift_card=True)
    rows = told(order(1, line(1), card))
    (row,) = rows["orders"]
    assert figures(row, "gross_sales", "gift_card_sales", "total_sales") == [10, 50, 10]
    assert (row["units_sold"], row["line_count"]) == (1, 2)


@pytest.mark.parametrize("gone", ["test", "deleted"])
def test_test_and_deleted_orders_count_nowhere(gone: str) -> None:
    facts: list[Fact] = [order(1, line(), test=gone == "test")]
    if gone == "deleted":
        facts.append(Deleted(AT, 1))
    assert all(rows == [] for mart, rows in told(*facts).items() if mart != "shops")


def test_a_day_ends_at_the_shop_s_midnight() -> None:
    late = datetime(2026, 3, 9, 3, 59, 59, tzinfo=UTC)
    rows = told(order(1, line(1), at=late), order(2, line(2), at=late + timedelta(seconds=1)))
    assert [row["shop_date"] for row in rows["daily_sales"]] == ["2026-03-08", "2026-03-09"]


def test_an_imported_order_is_dated_by_its_processing() -> None:
    rows = told(order(1, line(), processed_at=AT - timedelta(days=5)))
    assert rows["daily_sales"][0]["shop_date"] == "2026-01-05"


def test_units_given_back_in_parts_leave_no_cent() -> None:
    placed = order(1, line(price=333, quantity=7, order_discount=100, tax=199))
    parts = [
        refund(1, AT, ReturnedLine(n, 1, units, "RETURN")) for n, units in enumerate((3, 1, 3))
    ]
    (row,) = told(placed, *parts)["orders"]
    assert figures(row, "net_sales", "taxes", "current_total_price") == [0, 0, 0]
    (of_line,) = told(placed, *parts[:2])["order_lines"]
    assert of_line["current_quantity"] == 3
