"""The views with another package's column names: its columns, our figures, one shop at a time."""

import csv
import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from shopmart.catalogue.models import models
from tests.dbt_project.compat_shop import GRAINS, history, read, second_order
from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.documents import admin_line, admin_order
from warehouse.connections import Role

DAILY = "shopify__daily_shop"
Built = tuple[Warehouse, int, int]


@pytest.fixture(scope="module")
def built(new_warehouse: Callable[[], Warehouse]) -> Built:
    """Two shops; the order of the second one has the id of an order of the first."""
    warehouse = new_warehouse()
    first, second = warehouse.tenant("first"), warehouse.tenant("second", currency="EUR")
    other = (second, "orders", "admin", admin_order(7, [admin_line(1, 25)], []))
    warehouse.load(*history(first), other)
    warehouse.build()
    warehouse.load((first, "orders", "admin", second_order()))
    warehouse.build()
    return warehouse, first, second


def test_the_columns_are_those_of_the_package_in_their_order(shared: Path) -> None:
    wanted: dict[str, list[str]] = {view: ["tenant_id"] for view in GRAINS}
    with (shared / "dbt_shopify_columns.csv").open() as file:
        for row in csv.DictReader(file):
            wanted.get(row["model"], []).append(row["column"])
    told = {view.name: [column.name for column in view.columns] for view in models("compat")}
    assert told == wanted


def test_the_views_have_the_columns_that_are_told(built: Built) -> None:
    for view in models("compat"):
        found = built[0].rows(
            "select attname::text from pg_attribute where attnum > 0"
            f" and attrelid = 'compat.{view.name}'::regclass order by attnum"
        )
        assert [name for (name,) in found] == [column.name for column in view.columns]


def test_a_column_is_told_as_unfilled_where_it_is(built: Built) -> None:
    warehouse, first, _ = built
    for view in models("compat"):
        told = {column.name for column in view.columns if column.meta.get("is_unfilled")}
        compiled = warehouse.rows(f"select pg_get_viewdef('compat.{view.name}'::regclass)")[0][0]
        nulls = re.findall(r"^\s*(?:SELECT )?NULL::.*? AS \"?(\w+)\"?,?$", compiled, re.MULTILINE)
        assert set(nulls) == told, view.name
        for row in read(warehouse, first, view.name):
            assert {name for name in told if row[name] is not None} == set()


def test_no_view_has_two_rows_for_one_key(built: Built) -> None:
    warehouse, *tenants = built
    for view, key in GRAINS.items():
        for tenant in tenants:
            rows = read(warehouse, tenant, view)
            keys = [tuple(row[name] for name in key.split(", ")) for row in rows]
            assert len(keys) == len(set(keys)), view
            assert {row["tenant_id"] for row in rows} <= {tenant}


def test_an_order_tells_what_was_charged_and_what_was_given_back(built: Built) -> None:
    (row, _) = read(built[0], built[1], "shopify__orders")
    expected = {
        "total_price": "27.5",
        "total_line_items_price": "20",
        "subtotal_price": "20",
        "total_tax": "2.5",
        "shipping_cost": "6",
        "shipping_discount_amount": "1",
        "order_total_shipping_tax": "0.5",
        "refund_subtotal": "10",
        "refund_total_tax": "1",
        "order_adjustment_amount": "-2.5",
        "order_adjustment_tax_amount": "-0.2",
        "order_adjusted_total": "13.8",
        "net_sales": "9.5",
    }
    assert {name: row[name] for name in expected} == {
        name: Decimal(amount) for name, amount in expected.items()
    }


def test_the_package_s_sum_of_an_order_is_what_the_order_is_worth(built: Built) -> None:
    for row in read(built[0], built[1], "shopify__orders"):
        given_back_ = row["refund_subtotal"] + row["refund_total_tax"]
        adjusted = row["order_adjustment_amount"] + row["order_adjustment_tax_amount"]
        assert row["total_price"] + adjusted - given_back_ == row["order_adjusted_total"]


def test_a_buyer_s_first_order_is_new_and_the_next_a_repeat(built: Built) -> None:
    rows = read(built[0], built[1], "shopify__orders")
    told = [(row["customer_order_seq_number"], row["new_vs_repeat"]) for row in rows]
    assert told == [(1, "new"), (2, "repeat")]


def test_a_customer_s_life_is_the_sum_of_the_orders(built: Built) -> None:
    (row,) = read(built[0], built[1], "shopify__customers")
    assert (row["customer_id"], row["lifetime_count_orders"]) == (77, 2)
    assert row["lifetime_total_spent"] == Decimal("57.5")
    assert row["lifetime_total_net"] == Decimal("43.8")
    assert row["avg_order_value"] == 25
    assert (row["avg_quantity_per_order"], row["lifetime_total_tax"]) == (2.5, 2.5)
    assert (row["lifetime_total_shipping"], row["avg_shipping_per_order"]) == (6, 3)
    assert row["lifetime_total_shipping_with_discounts"] == 5


def test_a_day_has_its_own_sales_and_its_own_reversals(built: Built) -> None:
    rows = {row["date_day"].isoformat(): row for row in read(built[0], built[1], DAILY)}
    placed, reversed_ = rows["2026-03-10"], rows["2026-03-12"]
    assert (placed["count_orders"], placed["quantity_sold"], placed["gross_sales"]) == (1, 2, 20)
    assert (placed["count_orders_with_refunds"], placed["avg_order_value"]) == (1, 20)
    assert (reversed_["count_orders"], reversed_["quantity_refunded"]) == (0, 1)
    assert (reversed_["returns"], reversed_["refund_subtotal"]) == (Decimal("10.5"), 10)


def test_every_day_from_the_first_sale_to_today_has_a_row(built: Built) -> None:
    days = [row["date_day"] for row in read(built[0], built[1], DAILY)]
    first, today = dt.date(2026, 3, 10), dt.datetime.now(dt.UTC).date()
    assert days[0] == first
    assert days[-1] >= today - dt.timedelta(days=1)
    assert [(day - first).days for day in days] == list(range(len(days)))


def test_the_days_sum_to_the_orders(built: Built) -> None:
    days, orders = (read(built[0], built[1], view) for view in (DAILY, "shopify__orders"))
    for name in (
        *("gross_sales", "discounts", "returns", "net_sales", "shipping_cost", "refund_subtotal"),
        *("order_adjusted_total", "order_adjustment_amount", "refund_total_tax"),
    ):
        assert sum(row[name] for row in days) == sum(row[name] for row in orders), name


def test_a_line_tells_what_came_back_of_it(built: Built) -> None:
    line, other = read(built[0], built[1], "shopify__order_lines")
    assert (line["pre_tax_price"], line["order_line_tax"], line["quantity"]) == (20, 2, 2)
    assert (line["refunded_quantity"], line["refunded_subtotal"]) == (1, 10)
    assert (line["quantity_net_refunds"], line["subtotal_net_refunds"]) == (1, 10)
    assert (other["refunded_quantity"], other["subtotal_net_refunds"]) == (0, 30)


def test_a_product_tells_what_was_sold_and_what_stayed_sold(built: Built) -> None:
    (row,) = read(built[0], built[1], "shopify__products")
    assert (row["total_quantity_sold"], row["quantity_sold_net_refunds"]) == (5, 4)
    assert (row["subtotal_sold"], row["subtotal_sold_net_refunds"]) == (50, 40)
    assert (row["avg_quantity_per_order_line"], row["product_total_tax"]) == (2.5, 2)
    assert row["first_order_timestamp"] < row["most_recent_order_timestamp"]


def test_a_refund_tells_its_goods_and_its_discrepancy(built: Built) -> None:
    (row,) = read(built[0], built[1], "shopify__refunds")
    assert (row["refund_id"], row["customer_id"], row["days_to_refund"]) == (9, 77, 2)
    assert (row["subtotal"], row["total_tax"], row["total_refunded"]) == (10, 1, 11)
    assert row["refund_discrepancy_amount"] == Decimal("-0.5")


def test_a_shop_sees_only_itself_and_nobody_sees_all(built: Built) -> None:
    warehouse, _, second = built
    assert [
        row["total_line_items_price"] for row in read(warehouse, second, "shopify__orders")
    ] == [Decimal(25)]
    for view in GRAINS:
        assert warehouse.rows(f"select * from compat.{view}", role=Role.READER) == []


def test_a_reader_can_change_nothing(built: Built) -> None:
    allowed = built[0].rows(
        "select has_schema_privilege('shopmart_reader', 'compat', 'create'), bool_or("
        "has_table_privilege('shopmart_reader', oid, 'insert, update, delete, truncate'))"
        " from pg_class where relnamespace = 'compat'::regnamespace and relkind = 'v'"
    )
    assert allowed == [(False, False)]


def test_every_view_asks_with_the_rights_of_its_reader(built: Built) -> None:
    found = built[0].rows(
        "select relname::text from pg_class where relnamespace = 'compat'::regnamespace"
        " and relkind = 'v' and 'security_invoker=true' = any (reloptions) order by 1"
    )
    assert [name for (name,) in found] == sorted(GRAINS)


def test_a_view_stands_until_its_tables_are_made_anew(built: Built) -> None:
    warehouse = built[0]
    query = (
        "select relname::text, oid::bigint from pg_class where relkind = 'v'"
        " and relnamespace = 'compat'::regnamespace"
    )
    before = dict(warehouse.rows(query))
    warehouse.build(tests=False)
    assert dict(warehouse.rows(query)) == before
    warehouse.build(full_refresh=True, tests=False)
    after = dict(warehouse.rows(query))
    assert set(after) == set(before)
    assert set(after.values()).isdisjoint(before.values())
