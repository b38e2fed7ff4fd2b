"""Landed webhooks as Dagster loads them, against a local Shopify and a real Postgres."""

from typing import Any

import dagster as dg
import psycopg

from orchestration.lineage import LANDED, RAW_DESCRIPTIONS, WEBHOOK_DESCRIPTIONS, raw_key
from orchestration.webhooks import CHECK, load_webhooks
from pipelines.sync import sync_tenant
from tests.orchestration.conftest import WRONG_TOKEN, LocalShopify, make_tenant
from warehouse.connections import Role, connect
from warehouse.settings import Settings

NOTHING = {
    "webhooks": 0,
    "documents": 0,
    "kept, not modelled": 0,
    "quarantined": 0,
    "orders marked": 0,
}


def run_load(settings: Settings) -> dg.ExecuteInProcessResult:
    return dg.materialize([load_webhooks], resources={"settings": settings}, raise_on_error=False)


def figures(result: dg.ExecuteInProcessResult) -> dict[str, Any]:
    (event,) = result.asset_materializations_for_node("load_webhooks")[:1]
    assert event.asset_key == LANDED
    return {name: value.value for name, value in event.metadata.items()}


def check(result: dg.ExecuteInProcessResult) -> dg.AssetCheckEvaluation:
    (evaluation,) = result.get_asset_check_evaluations()
    assert evaluation.check_name == CHECK
    return evaluation


def land(settings: Settings, tenant_id: int, topic: str, body: bytes) -> None:
    with connect(settings, Role.LANDING) as landing:
        landing.execute(
            "insert into landing.webhook_events"
            " (tenant_id, webhook_id, topic, shop_domain, headers, body)"
            " values (%s, gen_random_uuid()::text, %s, 'one.myshopify.com', '{}', %s)",
            [tenant_id, topic, body],
        )


def mark_an_order(settings: Settings, tenant_id: int) -> None:
    with connect(settings, Role.OWNER) as owner:
        mark(
            owner,
            "select tenant_id, id, 'test' from raw.orders where tenant_id = %s limit 1",
            tenant_id,
        )


def mark(owner: psycopg.Connection[tuple[object, ...]], rows: str, tenant_id: int) -> None:
    query = f"insert into control.refetch_orders (tenant_id, order_id, reason) {rows}"
    owner.execute(query.encode(), [tenant_id])


def test_nothing_landed_is_loaded_as_nothing(sandboxed: Settings) -> None:
    result = run_load(sandboxed)
    assert result.success
    assert check(result).passed
    assert figures(result) == NOTHING
    keys = {event.asset_key for event in result.get_asset_materialization_events()}
    assert keys == {LANDED, *map(raw_key, [*RAW_DESCRIPTIONS, *WEBHOOK_DESCRIPTIONS])}


def test_what_cannot_be_read_is_counted_and_blocks_nobody(
    sandboxed: Settings, tenants: list[int]
) -> None:
    land(sandboxed, tenants[0], "orders/create", b"{broken")
    land(sandboxed, tenants[0], "themes/update", b'{"id": 1}')
    result = run_load(sandboxed)
    assert result.success
    assert figures(result) == {
        **NOTHING,
        "webhooks": 2,
        "kept, not modelled": 1,
        "quarantined": 1,
    }


def test_a_marked_order_is_read_again(sandboxed: Settings, tenants: list[int]) -> None:
    sync_tenant(sandboxed, tenants[0], trigger="test")
    mark_an_order(sandboxed, tenants[0])
    evaluation = check(run_load(sandboxed))
    assert evaluation.passed
    assert evaluation.metadata["orders"].value == 1


def test_a_shop_that_refuses_fails_the_check_and_not_the_build(
    sandboxed: Settings, shopify: LocalShopify
) -> None:
    domain = shopify.domains[0]
    tenant = make_tenant(sandboxed, domain, token=WRONG_TOKEN)
    with connect(sandboxed, Role.OWNER) as owner:
        mark(owner, "select %s, 1, 'test'", tenant)
    result = run_load(sandboxed)
    assert result.success
    evaluation = check(result)
    assert not evaluation.passed
    assert str(evaluation.description).startswith(f"{domain} (tenant {tenant}): ")
