"""The watch over checkouts and the upkeep as Dagster runs them, on a real Postgres."""

import dagster as dg
import pytest

from orchestration.operations import abandonment, upkeep
from orchestration.sync import SyncConfig, outcomes_of
from tests.orchestration.conftest import WRONG_TOKEN, LocalShopify, make_tenant
from warehouse.settings import Settings


def figures(result: dg.ExecuteInProcessResult, step: str) -> dict[str, object]:
    (event,) = result.asset_materializations_for_node(step)
    return {name: value.value for name, value in event.metadata.items()}


def test_the_upkeep_of_a_new_warehouse_finds_nothing_old(settings: Settings) -> None:
    result = dg.materialize([upkeep], resources={"settings": settings})
    told = figures(result, upkeep.node_def.name)
    assert told["old webhooks"] == told["old loads"] == told["old runs"] == 0
    assert int(str(told["tables vacuumed"])) > 20


def test_the_watch_counts_each_shop_by_itself(settings: Settings) -> None:
    pytest.importorskip("warehouse.abandonment")
    make_tenant(settings, "one.myshopify.com", token="a token")
    result = dg.materialize([abandonment], resources={"settings": settings})
    assert figures(result, abandonment.node_def.name)["newly abandoned"] == 0


def test_a_shop_that_failed_is_tried_again_and_the_others_are_not(
    sandboxed: Settings, shopify: LocalShopify, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orchestration.sync.RETRY_PAUSE_SECONDS", 0.0)
    first, second = shopify.domains
    good = make_tenant(sandboxed, first, token=shopify.token(first))
    bad = make_tenant(sandboxed, second, token=WRONG_TOKEN)
    said: list[str] = []
    config = SyncConfig(trigger="schedule", retries=2)
    outcomes = outcomes_of(config, sandboxed, say=said.append)
    assert {each.tenant_id: bool(each.error) for each in outcomes} == {good: False, bad: True}
    assert sum("are tried again" in line for line in said) == 2
