"""The Admin load as Dagster runs it, against a local Shopify and a real Postgres."""

from typing import Any

import dagster as dg
import pytest

from orchestration.lineage import ADMIN_API, RAW_DESCRIPTIONS, raw_key
from orchestration.names import SYNC_STEP
from orchestration.sync import CHECK, sync
from tests.orchestration.conftest import WRONG_TOKEN, LocalShopify, make_tenant
from warehouse.connections import Role, connect
from warehouse.settings import Settings
from warehouse.syncs import latest_sync, read_cursor

INCOMPLETE = "line_end"


def run_sync(settings: Settings, **config: object) -> dg.ExecuteInProcessResult:
    run_config = {"ops": {SYNC_STEP: {"config": config}}}
    return dg.materialize(
        [sync], resources={"settings": settings}, run_config=run_config, raise_on_error=False
    )


def materialized(result: dg.ExecuteInProcessResult) -> dict[dg.AssetKey, dict[str, Any]]:
    return {
        event.asset_key: {
            name: value.value for name, value in event.materialization.metadata.items()
        }
        for event in result.get_asset_materialization_events()
        if event.asset_key
    }


def check_passed(result: dg.ExecuteInProcessResult) -> bool:
    (evaluation,) = result.get_asset_check_evaluations()
    assert evaluation.check_name == CHECK
    assert evaluation.severity is dg.AssetCheckSeverity.ERROR
    return evaluation.passed


def words_of(result: dg.ExecuteInProcessResult) -> str:
    (failure,) = result.get_step_failure_events()
    data = failure.step_failure_data
    assert data.user_failure_data
    return str(data.user_failure_data.description)


def cursor(settings: Settings, tenant_id: int) -> object:
    with connect(settings, Role.LOADER) as loader:
        return read_cursor(loader, tenant_id, "orders")


def test_every_tenant_is_loaded_and_counted(
    sandboxed: Settings, tenants: list[int], shopify: LocalShopify
) -> None:
    result = run_sync(sandboxed)
    assert result.success
    assert check_passed(result)
    found = materialized(result)
    assert set(found) == {ADMIN_API, *map(raw_key, RAW_DESCRIPTIONS)}
    assert found[raw_key("shops")]["documents"] == len(tenants)
    orders = sum(len(shopify.world.shop(domain).orders) for domain in shopify.domains)
    assert found[raw_key("orders")]["documents"] == orders
    assert found[raw_key("orders")]["shops synced"] == len(tenants)


def test_a_wrong_token_fails_its_own_shop_and_no_other(
    sandboxed: Settings, shopify: LocalShopify
) -> None:
    first, second = shopify.domains
    good = make_tenant(sandboxed, first, token=shopify.token(first))
    bad = make_tenant(sandboxed, second, token=WRONG_TOKEN)
    result = run_sync(sandboxed)
    assert not result.success
    assert not check_passed(result)
    assert materialized(result)[raw_key("orders")]["shops failed"] == 1
    assert cursor(sandboxed, good) is not None
    assert cursor(sandboxed, bad) is None
    words = words_of(result)
    assert words.startswith(f"1 of 2 shops could not be synced.\n{second} (tenant {bad}): ")
    assert "Invalid API key or access token" in words
    assert "Cure: " in words
    assert WRONG_TOKEN not in words


def test_a_cut_bulk_result_turns_the_run_red_and_moves_no_cursor(
    sandboxed: Settings, tenants: list[int], shopify: LocalShopify
) -> None:
    shopify.fault(truncate_bulk=INCOMPLETE, times=10, shop=shopify.domains[0])
    result = run_sync(sandboxed)
    assert not result.success
    assert shopify.domains[0] in words_of(result)
    assert shopify.domains[1] not in words_of(result)
    assert [cursor(sandboxed, tenant) is None for tenant in tenants] == [True, False]


def test_only_the_tenants_asked_for_are_read(sandboxed: Settings, tenants: list[int]) -> None:
    assert run_sync(sandboxed, tenant_ids=[str(tenants[1])], trigger="api").success
    with connect(sandboxed, Role.CONTROL) as control:
        assert latest_sync(control, tenants[0]) is None
        latest = latest_sync(control, tenants[1])
    assert latest is not None
    assert (latest.status, latest.trigger) == ("succeeded", "api")


def test_where_no_shop_could_be_read_nothing_counts_as_loaded(
    sandboxed: Settings, shopify: LocalShopify
) -> None:
    make_tenant(sandboxed, shopify.domains[0], token=WRONG_TOKEN)
    result = run_sync(sandboxed)
    assert not result.success
    assert not materialized(result)
    assert not check_passed(result)


@pytest.mark.parametrize(("given", "named"), [("x", "tenant_ids"), ("999", "999")])
def test_a_tenant_that_does_not_exist_is_named(
    sandboxed: Settings, tenants: list[int], given: str, named: str
) -> None:
    result = run_sync(sandboxed, tenant_ids=[given])
    assert not result.success
    assert named in words_of(result)


def test_a_warehouse_without_tenants_syncs_nothing(sandboxed: Settings) -> None:
    result = run_sync(sandboxed)
    assert result.success
    assert materialized(result)[raw_key("orders")]["documents"] == 0


def test_no_secret_is_in_what_a_run_keeps(
    sandboxed: Settings, tenants: list[int], shopify: LocalShopify
) -> None:
    kept = str(run_sync(sandboxed).all_events)
    secrets = [shopify.token(domain) for domain in shopify.domains]
    assert not [secret for secret in secrets if secret in kept]
