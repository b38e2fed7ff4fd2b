"""The compat views agree with the marts in every case with a known answer, the rarer ones too."""

from collections.abc import Callable, Iterator

import pytest

from tests.dbt_project.compat_shop import Row, read
from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.known_cases import BUYERS, CASES
from tests.dbt_project.rare_cases import RARE
from tests.dbt_project.small_shopify import Shelf, reading_out
from tests.dbt_project.stories import Told, tell

ALL = {**CASES, **RARE, **BUYERS}
FIGURES = ("gross_sales", "discounts", "returns", "net_sales")


@pytest.fixture(scope="module")
def told(new_warehouse: Callable[..., Warehouse]) -> Iterator[Told]:
    """Each case as a shop of its own, as the Admin API tells it."""
    shelf = Shelf()
    with reading_out(shelf) as url:
        yield tell(new_warehouse(shopify_base_url=url), "admin", ALL, shelf)


def look(told: Told, case: str, view: str) -> list[Row]:
    return read(told.warehouse, told.tenants[case], view)


def total(rows: list[Row], *names: str) -> object:
    return sum(row[name] for row in rows for name in names)


@pytest.mark.parametrize("case", ALL)
def test_an_order_is_worth_the_same_in_both(told: Told, case: str) -> None:
    marts, views = told.read(case, "orders"), look(told, case, "shopify__orders")
    assert [row["order_id"] for row in views] == [row["order_id"] for row in marts]
    for mart, view in zip(marts, views, strict=True):
        worth = mart["total_sales"] + mart["tips"] + mart["gift_card_sales"]
        assert view["order_adjusted_total"] == worth
        assert [view[name] for name in FIGURES] == [mart[name] for name in FIGURES]
        assert (
            view["total_tax"] - view["refund_total_tax"] + view["order_adjustment_tax_amount"]
            == (mart["taxes"])
        )
        assert (view["new_vs_repeat"] == "new") == mart["is_first_order"]


@pytest.mark.parametrize("case", ALL)
def test_the_days_sum_to_the_orders(told: Told, case: str) -> None:
    days, orders = (look(told, case, f"shopify__{name}") for name in ("daily_shop", "orders"))
    assert total(days, "count_orders") == len(orders)
    for name in (*FIGURES, "order_adjusted_total", "shipping_cost", "refund_subtotal"):
        assert total(days, name) == total(orders, name), name


@pytest.mark.parametrize("case", ALL)
def test_lines_and_products_have_the_goods_of_the_orders(told: Told, case: str) -> None:
    orders, lines, products = (
        look(told, case, f"shopify__{name}") for name in ("orders", "order_lines", "products")
    )
    cards = sum(line["gift_card_sales"] for line in told.read(case, "order_lines"))
    assert total(lines, "pre_tax_price") == total(orders, "subtotal_price") + cards  # type: ignore[operator]
    named = [line for line in lines if line["product_id"] is not None and not line["is_gift_card"]]
    assert total(products, "subtotal_sold") == total(named, "pre_tax_price")
    assert total(products, "product_total_tax") == total(named, "order_line_tax")


@pytest.mark.parametrize("case", ALL)
def test_a_refund_takes_back_the_same_goods_in_both(told: Told, case: str) -> None:
    marts, views = told.read(case, "refunds"), look(told, case, "shopify__refunds")
    assert [(row["refund_id"], row["subtotal"]) for row in views] == [
        (row["refund_id"], row["goods_amount"]) for row in marts
    ]


@pytest.mark.parametrize("case", ALL)
def test_a_customer_of_the_views_is_one_with_an_id(told: Told, case: str) -> None:
    known = [row for row in told.read(case, "customers") if row["customer_id"] is not None]
    views = look(told, case, "shopify__customers")
    assert {row["customer_id"]: row["lifetime_total_spent"] for row in views} == {
        row["customer_id"]: row["amount_paid"] for row in known
    }
