"""The sweep against a shop that deletes without a word: what is gone is buried, nothing else."""

from collections.abc import Iterable

import pytest

from pipelines.access import tenant_client
from pipelines.build import run_build
from pipelines.errors import BulkIncomplete, SweepRunning, TenantPaused, TooManyGone
from pipelines.refetch import refetch_all
from pipelines.resources import ORDERS
from pipelines.sweep import sweep_tenant, sweep_tenants
from pipelines.sweep.comparing import gone_of
from pipelines.sync import sync_tenant, sync_tenants
from pipelines.webhooks import load_webhooks
from tests.pipelines.conftest import LocalShopify, land_deliveries, rows
from tests.proofs.marts import contents, moved
from warehouse.connections import Role, connect, try_advisory_lock
from warehouse.settings import Settings
from warehouse.sweeps import sweep_lock
from warehouse.tenants import get_tenant, pause_tenant

STONES = (
    "select tenant_id, '{table}', id from raw.{table}"
    " where origin = 'webhook' and payload ? 'deleted_at'"
)


def buried(settings: Settings) -> set[tuple[int, str, int]]:
    """Every tombstone: tenant, table and id."""
    tables = ("orders", "customers", "products")
    return set(rows(settings, " union all ".join(STONES.format(table=one) for one in tables)))


def ids(settings: Settings, tenant: int, table: str) -> list[int]:
    query = f"select id from raw.{table} where tenant_id = %s and origin = 'admin' order by id"
    return [row[0] for row in rows(settings, query, tenant)]


def delete_products(shopify: LocalShopify, domain: str, products: Iterable[int]) -> None:
    for number in products:
        shopify.happen(domain, "product_delete", product_id=number)


@pytest.fixture
def domain(shopify: LocalShopify) -> str:
    return str(shopify.shops[0]["shopDomain"])


@pytest.fixture
def synced(sandboxed: Settings, tenants: list[int]) -> Settings:
    assert not [one.error for one in sync_tenants(sandboxed, trigger="test") if one.error]
    return sandboxed


def test_what_is_gone_is_buried_and_a_webhook_that_comes_after_all_changes_no_mart(
    synced: Settings, tenants: list[int], shopify: LocalShopify, domain: str
) -> None:
    """Ids are the same in both shops on purpose: the other tenant's are not touched."""
    (cancelled,) = shopify.happen(domain, "order", test=True)[-1:]
    (stranger,) = shopify.happen(domain, "customer_create")[-1:]
    sync_tenant(synced, tenants[0], trigger="test")
    product = ids(synced, tenants[0], "products")[0]
    shopify.delivered()
    shopify.happen(domain, "delete", order_id=cancelled["order_id"])
    shopify.happen(domain, "customer_delete", customer_id=stranger["customer_id"])
    delete_products(shopify, domain, [product])
    outcomes = sweep_tenants(synced, trigger="test")
    assert [one.error for one in outcomes] == [None, None]
    assert {name: one.gone for name, one in outcomes[0].swept.items()} == {
        "orders": 1,
        "customers": 1,
        "products": 1,
    }
    assert buried(synced) == {
        (tenants[0], "orders", cancelled["order_id"]),
        (tenants[0], "customers", stranger["customer_id"]),
        (tenants[0], "products", product),
    }
    run_build(synced, tests=False)
    before = contents(synced)
    told = [one for one in shopify.delivered() if one.topic.endswith("/delete")]
    assert len(told) == 3
    land_deliveries(synced, told, {domain: tenants[0]})
    load_webhooks(synced)
    run_build(synced, tests=False)
    assert moved(before, contents(synced)) == []
    ((deleted,),) = rows(
        synced,
        "select is_deleted from marts.products where tenant_id = %s and product_id = %s",
        tenants[0],
        product,
    )
    assert deleted


def test_where_nothing_is_gone_nothing_is_written(synced: Settings, tenants: list[int]) -> None:
    outcome = sweep_tenant(synced, tenants[0], trigger="test")
    assert [one.gone + one.unread for one in outcome.swept.values()] == [0, 0, 0]
    assert min(one.expected for one in outcome.swept.values()) > 5
    assert buried(synced) == set()
    assert rows(synced, "select status, error from control.sweeps") == [("succeeded", None)]
    assert rows(synced, "select count(*) from control.bulk_operations") == [(0,)]


@pytest.mark.parametrize("cut", ["line_end", "mid_line"])
def test_a_list_that_is_cut_buries_nothing(
    synced: Settings, tenants: list[int], shopify: LocalShopify, domain: str, cut: str
) -> None:
    delete_products(shopify, domain, ids(synced, tenants[0], "products")[:1])
    shopify.fault(truncate_bulk=cut, times=3)
    with pytest.raises(BulkIncomplete):
        sweep_tenant(synced, tenants[0], trigger="test")
    assert buried(synced) == set()
    ((status, error, hint),) = rows(synced, "select status, error, hint from control.sweeps")
    assert (status, bool(error), bool(hint)) == ("failed", True, True)
    shopify.fault(truncate_bulk=None)
    assert sweep_tenant(synced, tenants[0], trigger="test").swept["products"].gone == 1


@pytest.mark.parametrize("code", ["INTERNAL_SERVER_ERROR", "TIMEOUT"])
def test_a_list_that_failed_with_a_part_of_it_buries_nothing(
    synced: Settings, tenants: list[int], shopify: LocalShopify, code: str
) -> None:
    shopify.fault(fail_bulk=code, partial_data=True, times=3)
    (outcome,) = sweep_tenants(synced, tenants[:1], trigger="test")
    assert code in str(outcome.error)
    assert buried(synced) == set()


def test_too_much_at_once_is_refused_told_and_done_when_forced(
    synced: Settings, tenants: list[int], shopify: LocalShopify, domain: str
) -> None:
    products = ids(synced, tenants[0], "products")
    delete_products(shopify, domain, products[:6])
    (test_order,) = rows(
        synced,
        "select id from raw.orders where tenant_id = %s and payload ->> 'test' = 'true' limit 1",
        tenants[0],
    ) or [(None,)]
    if test_order[0]:
        shopify.happen(domain, "delete", order_id=test_order[0])
    with pytest.raises(TooManyGone, match=f"6 of {len(products)} products") as refused:
        sweep_tenant(synced, tenants[0], trigger="test")
    assert "--force" in str(refused.value.hint)
    assert "products" not in {table for _, table, _ in buried(synced)}
    assert ("orders" in {table for _, table, _ in buried(synced)}) == bool(test_order[0])
    outcome = sweep_tenant(synced, tenants[0], trigger="test", force=True)
    assert outcome.swept["products"].gone == 6
    assert sweep_tenant(synced, tenants[0], trigger="test").swept["products"].gone == 0


def test_only_what_shopify_denies_when_asked_by_id_counts_as_gone(
    synced: Settings, tenants: list[int]
) -> None:
    with connect(synced, Role.LOADER) as connection:
        tenant = get_tenant(connection, tenants[0])
    known = ids(synced, tenants[0], "orders")
    with tenant_client(synced, tenant) as client:
        assert gone_of(client, ORDERS, [*known, 4_711]) == [4_711]


def test_an_order_that_a_sync_has_missed_is_read_again(
    synced: Settings, tenants: list[int]
) -> None:
    missed = ids(synced, tenants[0], "orders")[3]
    with connect(synced, Role.OWNER) as owner:
        owner.execute(
            "delete from raw.orders where tenant_id = %s and id = %s", (tenants[0], missed)
        )
    assert sweep_tenant(synced, tenants[0], trigger="test").swept["orders"].unread == 1
    marks = rows(synced, "select tenant_id, order_id, reason from control.refetch_orders")
    assert marks == [(tenants[0], missed, "sweep")]
    assert refetch_all(synced).orders == 1
    assert missed in ids(synced, tenants[0], "orders")


def test_without_the_scope_for_all_orders_older_ones_are_not_missed(
    synced: Settings, tenants: list[int], shopify: LocalShopify, domain: str
) -> None:
    shopify.control(f"shops/{domain}/access", scopes=["read_orders", "read_customers"])
    outcome = sweep_tenant(synced, tenants[0], trigger="test")
    held = len(ids(synced, tenants[0], "orders"))
    assert outcome.swept["orders"].listed < held
    assert outcome.swept["orders"].expected <= outcome.swept["orders"].listed
    assert outcome.swept["orders"].gone == 0
    assert outcome.skipped == {"products": "the app was not granted read_products"}
    assert buried(synced) == set()


def test_a_merged_customer_is_not_missed(
    synced: Settings, tenants: list[int], shopify: LocalShopify, domain: str
) -> None:
    shopify.delivered()
    shopify.happen(domain, "customer_merge")
    land_deliveries(synced, shopify.delivered(), {domain: tenants[0]})
    load_webhooks(synced)
    assert sweep_tenant(synced, tenants[0], trigger="test").swept["customers"].gone == 0


def test_two_sweeps_of_a_shop_do_not_meet_and_a_paused_one_is_left_alone(
    synced: Settings, tenants: list[int]
) -> None:
    with (
        connect(synced, Role.LOADER, autocommit=True) as other,
        try_advisory_lock(other, sweep_lock(tenants[0])),
        pytest.raises(SweepRunning),
    ):
        sweep_tenant(synced, tenants[0], trigger="test")
    with connect(synced, Role.CONTROL) as control:
        pause_tenant(control, tenants[0], reason="by hand")
    with pytest.raises(TenantPaused, match="by hand"):
        sweep_tenant(synced, tenants[0], trigger="test")
    assert [one.tenant_id for one in sweep_tenants(synced, trigger="test")] == [tenants[1]]


def test_a_sweep_whose_process_was_killed_is_told_as_failed_by_the_next(
    synced: Settings, tenants: list[int]
) -> None:
    with connect(synced, Role.OWNER) as owner:
        owner.execute(
            "insert into control.sweeps (tenant_id, trigger) values (%s, 'test')", [tenants[0]]
        )
    sweep_tenant(synced, tenants[0], trigger="test")
    told = rows(synced, "select status, error from control.sweeps order by sweep_id")
    assert told == [("failed", "the process ended before the sweep did"), ("succeeded", None)]
