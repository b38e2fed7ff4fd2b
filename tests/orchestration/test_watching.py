"""The watch and the sweep as Dagster runs them: warnings with their cure, red where it must be."""

from datetime import UTC, datetime, timedelta

import dagster as dg
import httpx

from orchestration.sweeping import sweep
from orchestration.watching import (
    CHECKS,
    FRESH,
    HEARD,
    SUBSCRIBED,
    TOLD,
    watch,
)
from pipelines.subscriptions import register
from pipelines.sync import sync_tenant
from tests.orchestration.conftest import WRONG_TOKEN, LocalShopify, make_tenant
from warehouse.connections import Role, connect
from warehouse.settings import Settings

ADDRESS = "https://shopmart.example/api/v1/webhook/shopify"


def checks(settings: Settings) -> dict[str, dg.AssetCheckEvaluation]:
    """Every check of one watch."""
    result = dg.materialize([watch], resources={"settings": settings})
    assert result.success, "a warning turns nothing red"
    return {each.check_name: each for each in result.get_asset_check_evaluations()}


def change(settings: Settings, statement: str, *values: object) -> None:
    with connect(settings, Role.OWNER) as owner:
        owner.execute(statement.encode(), values)


def test_a_new_warehouse_is_all_green(settings: Settings) -> None:
    found = checks(settings)
    assert set(found) == set(CHECKS)
    assert [name for name, each in found.items() if not each.passed] == []


def test_what_is_odd_is_a_warning_with_its_cure_and_green_again_when_it_is_over(
    sandboxed: Settings, shopify: LocalShopify
) -> None:
    domain = shopify.domains[0]
    tenant = make_tenant(sandboxed, domain, token=shopify.token(domain))
    refused = make_tenant(sandboxed, shopify.domains[1], token=WRONG_TOKEN)
    sync_tenant(sandboxed, tenant, trigger="test")
    register(sandboxed, tenant, address=ADDRESS)
    last = datetime.now(UTC) - timedelta(hours=5)
    change(
        sandboxed,
        "insert into control.delivery_hours (tenant_id, hour, deliveries, last_received_at)"
        " select %s, hour, 10, %s from generate_series(date_trunc('hour', %s, 'UTC')"
        " - interval '15 days', date_trunc('hour', %s, 'UTC'), '1 hour') as hours (hour)",
        *(tenant, last, last, last),
    )
    change(
        sandboxed,
        "insert into control.untold_orders (tenant_id, order_id, created_at)"
        " values (%s, 5, now() - interval '1 day')",
        tenant,
    )
    change(sandboxed, "update control.tenants set created_at = created_at - interval '2 days'")
    change(sandboxed, "update control.syncs set finished_at = now() - interval '2 days'")
    found = checks(sandboxed)
    amber = {name: each for name, each in found.items() if not each.passed}
    assert {TOLD, HEARD, SUBSCRIBED, FRESH} <= set(amber)
    assert {each.severity for each in amber.values()} == {dg.AssetCheckSeverity.WARN}
    assert not [name for name, each in amber.items() if "Cure: " not in str(each.description)]
    assert shopify.domains[1] in str(amber[SUBSCRIBED].description)
    change(sandboxed, "delete from control.untold_orders")
    change(sandboxed, "delete from control.delivery_hours")
    change(sandboxed, "update control.tenants set status = 'paused' where tenant_id = %s", refused)
    sync_tenant(sandboxed, tenant, trigger="test")
    found = checks(sandboxed)
    assert [name for name in (TOLD, HEARD, SUBSCRIBED, FRESH) if not found[name].passed] == []


def test_a_subscription_that_is_made_again_stands_in_the_metadata(
    sandboxed: Settings, shopify: LocalShopify
) -> None:
    domain = shopify.domains[0]
    tenant = make_tenant(sandboxed, domain, token=shopify.token(domain))
    register(sandboxed, tenant, address=ADDRESS)
    path = f"{shopify.url}/_sandbox/shops/{domain}/subscriptions"
    gone = httpx.get(path).json()[0]
    httpx.post(
        f"{shopify.url}/{domain}/admin/api/2026-10/graphql.json",
        json={
            "query": "mutation D($id: ID!) { webhookSubscriptionDelete(id: $id)"
            " { deletedWebhookSubscriptionId userErrors { message } } }",
            "variables": {"id": gone["id"]},
        },
        headers={"X-Shopify-Access-Token": shopify.token(domain)},
    ).raise_for_status()
    result = dg.materialize([watch], resources={"settings": sandboxed})
    (event,) = result.asset_materializations_for_node(watch.node_def.name)
    assert event.metadata["subscriptions made again"].value == 1
    assert domain in str(event.metadata["made again"].value)


def test_a_sweep_shows_each_shop_and_turns_red_for_one_that_failed(
    sandboxed: Settings, shopify: LocalShopify
) -> None:
    domain = shopify.domains[0]
    tenant = make_tenant(sandboxed, domain, token=shopify.token(domain))
    sync_tenant(sandboxed, tenant, trigger="test")
    result = dg.materialize([sweep], resources={"settings": sandboxed})
    (event,) = result.asset_materializations_for_node(sweep.node_def.name)
    assert event.metadata["gone"].value == 0
    make_tenant(sandboxed, shopify.domains[1], token=WRONG_TOKEN)
    result = dg.materialize([sweep], resources={"settings": sandboxed}, raise_on_error=False)
    (failure,) = result.get_step_failure_events()
    told = str(failure.step_failure_data.user_failure_data.description)  # type: ignore[union-attr]
    assert told.startswith("1 of 2 shops could not be swept.")
    assert f"{shopify.domains[1]} (tenant " in told
    assert "Cure: " in told
