"""The truth of refunds, products, merged customers and the shop, from facts written by hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sandbox.facts import (
    Adjustment,
    Buyer,
    CustomerDeleted,
    CustomerSaved,
    CustomersMerged,
    Fact,
    Line,
    Payment,
    Placed,
    Presentment,
    ProductDeleted,
    ProductSaved,
    Refunded,
    ReturnedLine,
    Shipping,
    ShippingRefund,
    ShopChanged,
    StockCounted,
    StockRemoved,
    VariantSaved,
)
from sandbox.profiles import profile
from sandbox.state.shop import Shop
from sandbox.truth.answer import truth

AT = datetime(2026, 1, 10, 15, tzinfo=UTC)
LATER = AT + timedelta(days=30)
Json = Any
MUG = Line(1, 7, 70, "Mug", "White", "MUG", "Shop", 1000, 3, 0, 0, 240, Fraction(8, 100), False)
POST = Shipping(5, "Standard", 500, 40, Fraction(8, 100))


def order(number: int = 1, **changes: Json) -> Placed:
    plain: dict[str, Any] = {
        "at": AT,
        "processed_at": AT,
        "number": number,
        "agreement_id": number,
        "buyer": Buyer(None, None, None),
        "lines": (MUG,),
        "shipping": POST,
        "payments": (Payment(1, AT, "SALE", "SUCCESS", 3780, "card", False),),
        "presentment": Presentment("USD", Fraction(1)),
        "discount_code": None,
        "test": False,
        "source": "web",
        "token": "t",
    }
    return Placed(order_id=number, **{**plain, **changes})


def refund(paid: int = 0, status: str = "SUCCESS", units: int = 3, **changes: Json) -> Refunded:
    payments = (Payment(9, LATER, "REFUND", status, paid, "card", False),) if paid else ()
    plain: dict[str, Any] = {
        "at": LATER,
        "order_id": 1,
        "refund_id": 9,
        "agreement_id": 99,
        "lines": (ReturnedLine(4, 1, units, "RETURN"),),
        "shipping": ShippingRefund(6, 5, 500, 40),
        "adjustment": None,
        "payments": payments,
        "note": None,
    }
    return Refunded(**{**plain, **changes})


def told(*facts: Fact, index: int = 0) -> dict[str, Any]:
    shop = Shop(profile(index, seed=1))
    for fact in facts:
        shop.record(fact)
    return truth(shop)


def figures(row: dict[str, Any], *names: str) -> list[Decimal]:
    return [Decimal(row[name]) for name in names]


PARTS = ("goods_amount", "shipping_amount", "tax_amount", "adjustment_amount")


def test_a_refund_is_the_sum_of_its_parts() -> None:
    (row,) = told(order(), refund(3780))["refunds"]
    assert figures(row, *PARTS) == [30, 5, Decimal("2.80"), 0]
    assert figures(row, "amount", "pending_amount", "discrepancy") == [Decimal("37.80"), 0, 0]
    assert (row["is_full"], row["days_to_refund"], row["quantity"]) == (True, 30, 3)


def test_in_a_tax_inclusive_shop_the_parts_are_net_of_tax() -> None:
    inside = replace(MUG, tax=479, tax_rate=Fraction(19, 100))
    sold = order(lines=(inside,), shipping=None, presentment=Presentment("EUR", Fraction(1)))
    (row,) = told(sold, refund(3000, shipping=None), index=1)["refunds"]
    assert figures(row, *PARTS) == [Decimal("25.21"), 0, Decimal("4.79"), 0]


def test_money_that_has_not_moved_is_no_amount() -> None:
    (row,) = told(order(), refund(3780, "PENDING"))["refunds"]
    assert figures(row, "amount", "pending_amount") == [0, Decimal("37.80")]
    assert Decimal(row["discrepancy"]) == Decimal("-37.80")
    assert row["is_full"] is False


def test_goodwill_is_an_adjustment_without_goods() -> None:
    goodwill = refund(200, lines=(), shipping=None, adjustment=Adjustment(3, 200))
    rows = told(order(), goodwill)
    assert figures(rows["refunds"][0], *PARTS, "amount") == [0, 0, 0, 2, 2]
    assert rows["refund_lines"] == []


def test_only_what_was_restocked_is_restocked() -> None:
    gone = refund(lines=(ReturnedLine(4, 1, 2, "NO_RESTOCK"),))
    rows = told(order(), gone)
    (line,) = rows["refund_lines"]
    assert (line["quantity"], line["restocked_quantity"]) == (2, 0)
    assert rows["refunds"][0]["restocked_quantity"] == 0
    assert figures(line, "subtotal", "tax") == [20, Decimal("1.60")]


def test_a_test_order_s_refund_is_none() -> None:
    rows = told(order(test=True), refund(3780))
    assert (rows["refunds"], rows["refund_lines"]) == ([], [])


def mug(at: datetime = AT, price: int = 1000, **changes: Json) -> ProductSaved:
    variants = (VariantSaved(70, 700, "White", "MUG", price, None),)
    saved = ProductSaved(at, 7, AT, AT, "Mug", "Shop", "Goods", "ACTIVE", False, variants)
    return replace(saved, **changes)


def test_a_product_has_the_figures_of_its_lines_whatever_it_is_called_now() -> None:
    (row,) = told(mug(), order(), refund(units=1), mug(LATER, 1500, title="Cup"))["products"]
    assert row["units_sold"] == 3
    assert figures(row, "gross_sales", "returns", "net_sales", "price") == [30, 10, 20, 15]
    assert row["is_deleted"] is False


def test_stock_is_what_the_locations_hold_now() -> None:
    counts = (StockCounted(AT, 700, 1, 4), StockCounted(AT, 700, 2, 9), StockCounted(AT, 700, 1, 3))
    assert told(mug(), *counts)["products"][0]["inventory_quantity"] == 12
    left = told(mug(), *counts, StockRemoved(AT, 700, 2))
    assert left["products"][0]["inventory_quantity"] == 3


def test_a_deleted_product_keeps_its_sales_and_loses_price_and_stock() -> None:
    stocked = StockCounted(AT, 700, 1, 4)
    (row,) = told(mug(), stocked, order(), ProductDeleted(LATER, 7))["products"]
    assert (row["is_deleted"], row["price"], row["inventory_quantity"]) == (True, None, 0)
    assert figures(row, "gross_sales") == [30]


def test_what_was_deleted_before_anybody_listened_is_unknown() -> None:
    shop = Shop(profile(0, seed=1))
    for fact in (mug(), order(), ProductDeleted(LATER, 7)):
        shop.record(fact)
    shop.began = LATER
    assert truth(shop)["products"] == []
    assert len(truth(shop)["order_lines"]) == 1


def customer(number: int) -> CustomerSaved:
    return CustomerSaved(AT, number, AT, "A", "B", f"{number}@example.com", None)


def test_merged_customers_are_one_whoever_was_merged_first() -> None:
    facts: list[Fact] = [customer(number) for number in (1, 2, 3)]
    facts += [order(n, buyer=Buyer(n, None, None), lines=()) for n in (1, 2, 3)]
    facts += [CustomersMerged(AT, 2, 3), CustomersMerged(AT, 1, 2)]
    (row,) = told(*facts)["customers"]
    assert (row["customer_id"], row["orders_count"], row["is_repeat"]) == (1, 3, True)


def test_a_deleted_customer_has_no_row() -> None:
    rows = told(customer(1), customer(2), CustomerDeleted(LATER, 1))["customers"]
    assert [row["customer_id"] for row in rows] == [2]


def test_a_shop_that_moves_takes_all_its_days_with_it() -> None:
    late = AT.replace(hour=3)
    before = told(order(processed_at=late))
    after = told(order(processed_at=late), ShopChanged(LATER, "Moved", "Asia/Tokyo"))
    assert before["orders"][0]["shop_date"] == "2026-01-09"
    assert after["orders"][0]["shop_date"] == "2026-01-10"
    expected = {"name": "Moved", "currency": "USD", "iana_timezone": "Asia/Tokyo"}
    assert after["shops"] == [expected | {"taxes_included": False}]
