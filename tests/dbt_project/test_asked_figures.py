"""Figures that are asked for and not stored: a shop with few orders answers each by its formula.

Ann bought in January and in March, a guest and Eve in March, Zoe never. Of the twenty units of the
March order four came back in April, and two more were put back on the shelf without any money.
"""

from collections.abc import Callable
from decimal import Decimal

import pytest

from tests.dbt_project.case_form import admin_refund, given_back, listed
from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.documents import (
    Document,
    admin_line,
    admin_order,
    agreement,
    bag,
    gid,
    sale,
    transaction,
)
from warehouse.connections import Role, connect

JANUARY, MARCH, APRIL = "2026-01-10T12:00:00Z", "2026-03-10T12:00:00Z", "2026-04-02T12:00:00Z"
ANN, EVE, ZOE = 1, 2, 3
TEA, MUG = 5, 6
FORMULAS = {
    "average_order_value": (
        "select sum(gross_sales - discounts) / sum(orders) from marts.daily_sales"
        " where shop_date between '2026-03-01' and '2026-03-31'",
        Decimal(270) / 3,
    ),
    "units_sold": ("select sum(units_sold) from marts.daily_sales", 27),
    "repeat_rate": (
        "select count(*) filter (where is_repeat)::numeric / count(*) from marts.customers"
        " where orders_count > 0",
        Decimal(1) / 3,
    ),
    "returning_share": (
        "select count(distinct buyer_key) filter (where not is_first_order)::numeric"
        " / count(distinct buyer_key) from marts.orders"
        " where shop_date between '2026-03-01' and '2026-03-31'",
        Decimal(1) / 3,
    ),
    "refund_rate_by_value": (
        "select sum(returns) / sum(gross_sales - discounts) from marts.daily_sales",
        Decimal(40) / 280,
    ),
    "refund_rate_by_units": (
        "select (select sum(quantity) from marts.refunds)::numeric"
        " / (select sum(units_sold) from marts.daily_sales)",
        Decimal(6) / 27,
    ),
    "refund_rate_by_orders": (
        "select count(distinct refunds.order_id)::numeric / count(distinct orders.order_id)"
        " from marts.orders left join marts.refunds using (tenant_id, order_id)",
        Decimal(1) / 4,
    ),
    "refund_rate_by_product": (
        "select case when units_sold >= 20 then returns / (gross_sales - discounts) end"
        f" from marts.products where product_id = {TEA}",
        Decimal(40) / 220,
    ),
    "refund_rate_by_product under 20 units": (
        "select case when units_sold >= 20 then returns / (gross_sales - discounts) end"
        f" from marts.products where product_id = {MUG}",
        None,
    ),
}


def bought(
    number: int, at: str, units: int, *, product: int = TEA, **buyer: Document | str | None
) -> Document:
    """An order of units at 10 each; of a mug at 12."""
    price = 12 if product == MUG else 10
    line = admin_line(number, price, units, product={"id": gid("Product", product)})
    sold = agreement(number, [sale(number, price * units, quantity=units, line=number)], at=at)
    dated = {"createdAt": at, "processedAt": at, "updatedAt": at}
    return admin_order(number, [line], [sold], **dated, **buyer)


def given_back_in_april(order: Document) -> list[tuple[str, Document]]:
    """Four units and their money, two units and none."""
    back = agreement(
        9,
        [sale(9, -40, action="RETURN", quantity=-4, line=2)],
        reason="REFUND",
        at=APRIL,
        refund=7,
    )
    lines = [given_back(1, 2, 4, 40), given_back(2, 2, 2, 0)]
    paid = [transaction(3, "REFUND", 40)]
    refund = admin_refund(7, 2, APRIL, 40, refundLineItems=lines, transactions=paid)
    agreements = [*order["agreements"], back]
    changed = {
        "agreements": agreements,
        "refunds": listed(refund),
        "transactions": [transaction(1, "SALE", 200), *paid],
        "currentTotalPriceSet": bag(160),
        "updatedAt": APRIL,
    }
    return [("refunds", refund), ("orders", {**order, **changed})]


@pytest.fixture(scope="module")
def shop(new_warehouse: Callable[[], Warehouse]) -> tuple[Warehouse, int]:
    warehouse = new_warehouse()
    tenant, other = warehouse.tenant("shop"), warehouse.tenant("other")
    ann, eve, zoe = ({"id": gid("Customer", one)} for one in (ANN, EVE, ZOE))
    large = bought(2, MARCH, 20, customer=ann)
    documents = [
        ("orders", bought(1, JANUARY, 1, customer=ann)),
        *given_back_in_april(large),
        ("orders", bought(3, MARCH, 1, email="guest@example.com")),
        ("orders", bought(4, MARCH, 5, product=MUG, customer=eve)),
        ("customers", {**zoe, "updatedAt": MARCH, "createdAt": MARCH}),
    ]
    warehouse.load(*((tenant, table, "admin", one) for table, one in documents))
    warehouse.load((other, "orders", "admin", bought(1, MARCH, 99, customer=ann)))
    assert warehouse.build().warnings == []
    return warehouse, tenant


@pytest.mark.parametrize("figure", FORMULAS)
def test_a_figure_that_is_asked_for_is_what_its_formula_says(
    shop: tuple[Warehouse, int], figure: str
) -> None:
    warehouse, tenant = shop
    formula, expected = FORMULAS[figure]
    with connect(warehouse.settings, Role.READER) as connection:
        connection.execute(f"set local app.tenant_id = '{tenant}'")
        ((found,),) = connection.execute(formula).fetchall()
    assert found == (expected if expected is None else pytest.approx(expected, abs=Decimal("1e-9")))


def test_lines_that_were_only_put_back_are_units_and_no_money(shop: tuple[Warehouse, int]) -> None:
    warehouse, tenant = shop
    (refund,) = warehouse.read(tenant, "refunds")
    assert (refund["quantity"], refund["goods_amount"], refund["amount"]) == (6, 40, 40)
    assert (refund["discrepancy"], refund["days_to_refund"]) == (0, 23)
