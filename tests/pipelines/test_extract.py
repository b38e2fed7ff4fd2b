"""What a sync reads: each resource in its form, and only what the app was granted."""

from datetime import UTC, datetime, timedelta

import pytest

from pipelines.errors import AccessDenied
from pipelines.resources import EXPORTED
from pipelines.sync import SyncResult, sync_tenant
from tests.pipelines.conftest import LocalShopify, rows
from warehouse.settings import Settings

OTHERS = ("customers", "products", "inventory", "locations", "returns")
EVERY_SCOPE = ("read_orders", "read_all_orders", *(f"read_{name}" for name in OTHERS))
NAMES = {resource.name for resource in EXPORTED}


def sync(settings: Settings, tenant_id: int) -> SyncResult:
    return sync_tenant(settings, tenant_id, trigger="test")


def grant(shopify: LocalShopify, *scopes: str, **wishes: object) -> None:
    for shop in shopify.shops:
        shopify.control(f"shops/{shop['shopDomain']}/access", scopes=list(scopes), **wishes)


def test_a_product_holds_its_variants_and_their_stock_items(
    sandboxed: Settings, tenants: list[int]
) -> None:
    result = sync(sandboxed, tenants[0])
    found = rows(
        sandboxed,
        "select (payload #>> '{variantsCount,count}')::int, jsonb_array_length(payload"
        " -> 'variants'), payload #>> '{variants,0,inventoryItem,id}' from raw.products",
    )
    assert len(found) == result.counts["products"] > 0
    assert all(count == variants > 0 for count, variants, _ in found)
    assert all(item.startswith("gid://shopify/InventoryItem/") for _, _, item in found)


def test_stock_is_one_document_for_each_item_and_location(
    sandboxed: Settings, tenants: list[int]
) -> None:
    result = sync(sandboxed, tenants[0])
    found = rows(
        sandboxed,
        "select id, parent_id, payload ->> 'inventoryItemId', payload ->> 'locationId',"
        " payload ->> 'id', jsonb_typeof(payload -> 'quantities') from raw.inventory_levels",
    )
    assert len(found) == result.counts["inventory_levels"] > 0
    for key, parent, item, location, gid, quantities in found:
        assert (key, parent) == (f"{item}:{location}", item)
        assert gid.startswith("gid://shopify/InventoryLevel/")
        assert quantities == "array"
    variants = rows(
        sandboxed,
        "select count(*) from raw.products, jsonb_array_elements(payload -> 'variants') as variant"
        " where split_part(variant #>> '{inventoryItem,id}', '/', 5) in"
        " (select parent_id from raw.inventory_levels)",
    )
    assert variants[0][0] > 0


def test_a_backfilled_checkout_is_known_by_its_number_as_text(
    sandboxed: Settings, tenants: list[int]
) -> None:
    sync(sandboxed, tenants[0])
    found = rows(
        sandboxed,
        "select id, payload ->> 'id', updated_at = (payload ->> 'updatedAt')::timestamptz,"
        " jsonb_array_length(payload -> 'lineItems') from raw.checkouts",
    )
    assert found
    for key, gid, newest, lines in found:
        assert gid == f"gid://shopify/AbandonedCheckout/{key}"
        assert newest
        assert lines > 0


def test_stock_is_read_whole_each_time_and_products_only_where_they_changed(
    sandboxed: Settings, tenants: list[int]
) -> None:
    first = sync(sandboxed, tenants[0])
    second = sync(sandboxed, tenants[0])
    assert second.counts["inventory_levels"] == first.counts["inventory_levels"]
    assert second.counts["products"] < first.counts["products"]
    assert second.counts["checkouts"] <= first.counts["checkouts"]


def test_what_was_not_granted_is_left_out_and_told(
    sandboxed: Settings, tenants: list[int], shopify: LocalShopify
) -> None:
    grant(shopify, "read_orders", "read_all_orders")
    result = sync(sandboxed, tenants[0])
    assert dict(result.skipped) == {
        "customers": "the app was not granted read_customers",
        "products": "the app was not granted read_products",
        "inventory_levels": "the app was not granted read_inventory",
    }
    assert set(result.counts) == {"orders", "checkouts", "refunds", "shops"}
    recorded = rows(sandboxed, "select status, skipped from control.syncs")
    assert recorded == [("succeeded", dict(result.skipped))]
    fields = rows(
        sandboxed,
        "select bool_or(payload ? 'customer'), bool_or(payload ? 'retailLocation'),"
        " bool_or(payload #> '{lineItems,0}' ? 'product') from raw.orders",
    )
    assert fields == [(False, False, False)]
    granted = rows(sandboxed, "select granted_scopes from control.tenants where tenant_id = 1")
    assert granted == [(["read_all_orders", "read_orders"],)]


def test_a_scope_that_is_granted_later_brings_the_resource_from_its_beginning(
    sandboxed: Settings, tenants: list[int], shopify: LocalShopify
) -> None:
    grant(shopify, "read_orders", "read_all_orders")
    sync(sandboxed, tenants[0])
    assert rows(sandboxed, "select resource from control.cursors order by 1") == [
        ("checkouts",),
        ("orders",),
    ]
    grant(shopify, "read_orders", "read_all_orders", "write_products")
    result = sync(sandboxed, tenants[0])
    assert result.counts["products"] == rows(sandboxed, "select count(*) from raw.products")[0][0]
    assert "products" not in result.skipped


def test_what_a_scope_granted_later_shows_of_older_orders_is_read_too(
    sandboxed: Settings, tenants: list[int], shopify: LocalShopify
) -> None:
    named = (
        "select count(*) filter (where payload ? 'customer'), count(*) from raw.orders"
        " where tenant_id = %s"
    )
    grant(shopify, "read_orders", "read_all_orders")
    sync(sandboxed, tenants[0])
    ((none, every),) = rows(sandboxed, named, tenants[0])
    assert none == 0
    grant(shopify, "read_orders", "read_all_orders", "read_customers")
    assert sync(sandboxed, tenants[0]).counts["orders"] == every
    assert rows(sandboxed, named, tenants[0]) == [(every, every)]
    assert sync(sandboxed, tenants[0]).counts["orders"] < every


@pytest.mark.parametrize("scopes", [(), ("read_customers", "read_products")])
def test_without_the_right_to_orders_nothing_is_read_and_the_cure_is_told(
    sandboxed: Settings, tenants: list[int], shopify: LocalShopify, scopes: tuple[str, ...]
) -> None:
    grant(shopify, *scopes)
    with pytest.raises(AccessDenied, match="not granted read_orders") as denied:
        sync(sandboxed, tenants[0])
    assert "read_orders" in str(denied.value.hint)
    assert rows(sandboxed, "select count(*) from control.cursors") == [(0,)]
    assert rows(sandboxed, "select count(*) from control.bulk_operations") == [(0,)]


def test_without_all_orders_figures_are_complete_for_sixty_days_and_the_first_answer_stays(
    sandboxed: Settings, tenants: list[int], shopify: LocalShopify
) -> None:
    covered = "select coverage_from from control.tenants where tenant_id = %s"
    sync(sandboxed, tenants[1])
    assert rows(sandboxed, covered, tenants[1]) == [(None,)]
    grant(shopify, "read_orders", "read_customers")
    sync(sandboxed, tenants[0])
    ((first,),) = rows(sandboxed, covered, tenants[0])
    age = datetime.now(UTC) - first
    assert timedelta(days=60) <= age < timedelta(days=60, minutes=10)
    sync(sandboxed, tenants[0])
    assert rows(sandboxed, covered, tenants[0]) == [(first,)]


def test_once_all_orders_may_be_read_the_older_ones_are_and_coverage_is_whole(
    sandboxed: Settings, tenants: list[int], shopify: LocalShopify
) -> None:
    held = "select count(*) from raw.orders where tenant_id = %s and origin = 'admin'"
    grant(shopify, "read_orders", "read_customers")
    sync(sandboxed, tenants[0])
    every = shopify.shops[0]["orders"]
    assert rows(sandboxed, held, tenants[0])[0][0] < every
    grant(shopify, "read_orders", "read_customers", "read_all_orders")
    sync(sandboxed, tenants[0])
    assert rows(sandboxed, held, tenants[0]) == [(every,)]
    covered = "select coverage_from from control.tenants where tenant_id = %s"
    assert rows(sandboxed, covered, tenants[0]) == [(None,)]
    assert sync(sandboxed, tenants[0]).counts["orders"] < every


@pytest.mark.parametrize(
    ("level", "told", "customers"),
    [("level1", "without names, addresses, e-mails and phone", True), ("none", "customers", False)],
)
def test_an_app_without_approval_for_customer_data_reads_the_rest(
    sandboxed: Settings,
    tenants: list[int],
    shopify: LocalShopify,
    level: str,
    told: str,
    customers: bool,
) -> None:
    grant(shopify, *EVERY_SCOPE, customer_data=level)
    result = sync(sandboxed, tenants[0])
    assert result.counts["orders"] == shopify.shops[0]["orders"]
    assert result.counts["products"] > 0
    assert ("customers" in result.counts) is customers
    assert told in result.skipped["orders"]
    assert "not approved" in result.skipped["orders"] or "DENIED" in result.skipped["orders"]
    seen = "select bool_or(payload ? 'email'), bool_or(payload ? 'customer') from raw.orders"
    assert rows(sandboxed, seen) == [(False, customers)]


def test_a_resource_that_shopify_denies_in_the_midst_costs_no_other(
    sandboxed: Settings, tenants: list[int], shopify: LocalShopify
) -> None:
    grant(shopify, *EVERY_SCOPE, customer_data="none")
    result = sync(sandboxed, tenants[0])
    assert "ACCESS_DENIED" in result.skipped["customers"]
    moved = {name for (name,) in rows(sandboxed, "select resource from control.cursors")}
    assert moved == NAMES - {"customers"}
