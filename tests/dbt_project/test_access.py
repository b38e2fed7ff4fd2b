"""Row-level security, policies and grants stand on every mart after each kind of build."""

from collections.abc import Callable

import psycopg
import pytest

from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.documents import admin_line, admin_order, agreement, sale
from warehouse.connections import Role, connect

MARTS = (
    *("ledger", "orders", "order_lines", "customer_lives", "daily_sales", "checkout_lives"),
    *("products", "refunds", "refund_lines", "shops"),
    *("customer_cohorts", "customer_rfm", "daily_sales_by_order", "daily_cash"),
)
SECURITY = """
select class.relname, class.relrowsecurity and class.relforcerowsecurity,
    (select array_agg(polname::text order by polname) from pg_policy where polrelid = class.oid),
    has_table_privilege('shopmart_reader', class.oid, 'select'),
    has_table_privilege('shopmart_reader', class.oid, 'insert, update, delete'),
    (select array_agg(attribute.attname::text order by position.place)
        from pg_index, unnest(indkey) with ordinality as position (number, place)
        inner join pg_attribute as attribute
            on attribute.attrelid = class.oid and attribute.attnum = position.number
        where indrelid = class.oid and indisprimary)
from pg_class as class
where relnamespace = 'marts'::regnamespace and relkind = 'r' and relname = any (%s)
"""


@pytest.fixture(scope="module")
def built(new_warehouse: Callable[[], Warehouse]) -> tuple[Warehouse, int, int]:
    """Two shops whose orders have the same ids."""
    warehouse = new_warehouse()
    first, second = warehouse.tenant("first"), warehouse.tenant("second")
    for tenant, price in ((first, 10), (second, 25)):
        order = admin_order(
            1, [admin_line(1, price)], [agreement(1, [sale(1, price, quantity=1, line=1)])]
        )
        warehouse.load((tenant, "orders", "admin", order))
    warehouse.build()
    return warehouse, first, second


@pytest.mark.parametrize("full_refresh", [None, False, True], ids=["first", "second", "full"])
def test_every_mart_is_locked_after_a_build(
    built: tuple[Warehouse, int, int], full_refresh: bool | None
) -> None:
    warehouse = built[0]
    if full_refresh is not None:
        warehouse.build(full_refresh=full_refresh)
    with connect(warehouse.settings, Role.DBT) as connection:
        found = connection.execute(SECURITY, [list(MARTS)]).fetchall()
    assert {str(row[0]) for row in found} == set(MARTS)
    for mart, forced, policies, may_read, may_write, key in found:
        assert (forced, policies, may_read, may_write) == (
            True,
            ["service", "tenant"],
            True,
            False,
        ), mart
        assert key[0] == "tenant_id", mart


def test_two_shops_with_the_same_ids_keep_their_own_figures(
    built: tuple[Warehouse, int, int],
) -> None:
    warehouse, first, second = built
    for mart in ("orders", "order_lines", "daily_sales", "customers"):
        for tenant, price in ((first, 10), (second, 25)):
            (row,) = warehouse.read(tenant, mart)
            assert (row["tenant_id"], row["gross_sales"]) == (tenant, price)


def test_a_reader_without_a_tenant_sees_nothing(built: tuple[Warehouse, int, int]) -> None:
    assert built[0].rows("select * from marts.orders", role=Role.READER) == []


def test_a_reader_has_no_way_to_staging(built: tuple[Warehouse, int, int]) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        built[0].rows("select * from staging.stg_shopify__orders", role=Role.READER)
