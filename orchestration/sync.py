"""The Admin load as assets: one step reads the shops of all tenants asked for, or of every tenant.

A shop that fails is told in Shopify's words with the cure, keeps its cursors and turns the run
red; the shops beside it are loaded all the same.
"""

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import dagster as dg
from pydantic import Field

from orchestration.failures import told_plainly
from orchestration.lineage import ADMIN_API, RAW_DESCRIPTIONS, admin_specs, raw_key
from orchestration.names import SYNC_STEP
from orchestration.outcomes import (
    ShopSync,
    failed_of,
    failure_of,
    loaded_metadata,
    read_tenant_ids,
    shop_names,
    shop_table,
    told,
)
from warehouse.settings import Settings

if TYPE_CHECKING:
    from pipelines.sync import SyncOutcome

CHECK = "every_shop_synced"
RETRY_PAUSE_SECONDS = 20.0


class SyncConfig(dg.Config):
    """What a sync run may be told."""

    tenant_ids: list[str] = Field(default=[], description="Ids of the tenants to sync; none: all.")
    trigger: str = Field(default="manual", description="Who asked: kept in the list of syncs.")
    retries: int = Field(
        default=0, ge=0, le=5, description="How often shops that failed are tried again."
    )


@dg.multi_asset(
    name=SYNC_STEP,
    specs=admin_specs(RAW_DESCRIPTIONS),
    check_specs=[
        dg.AssetCheckSpec(
            CHECK,
            asset=ADMIN_API,
            description="Every shop of the last sync was read completely, line counts proven.",
        )
    ],
)
def sync(
    context: dg.AssetExecutionContext, config: SyncConfig, settings: dg.ResourceParam[Settings]
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Read the shops from the Admin API into raw."""
    with told_plainly():
        outcomes = outcomes_of(config, settings, say=context.log.info)
        syncs = told(outcomes, shop_names(settings))
    yield from results_of(syncs)
    if failed_of(syncs):
        raise failure_of(syncs)


def outcomes_of(
    config: SyncConfig, settings: Settings, *, say: Callable[[str], None]
) -> "list[SyncOutcome]":
    """Sync the tenants; those that failed again, after a pause, as often as was asked for."""
    from pipelines.sync import sync_tenants

    chosen = read_tenant_ids(config.tenant_ids)
    last = sync_tenants(settings, chosen, trigger=config.trigger, on_progress=say)
    outcomes = {each.tenant_id: each for each in last}
    for _ in range(config.retries):
        failed = [each for each in outcomes if outcomes[each].error]
        if not failed:
            break
        say(f"{len(failed)} shops failed and are tried again in {RETRY_PAUSE_SECONDS:.0f} s")
        time.sleep(RETRY_PAUSE_SECONDS)
        again = sync_tenants(settings, failed, trigger=config.trigger, on_progress=say)
        outcomes.update({each.tenant_id: each for each in again})
    return list(outcomes.values())


def results_of(
    syncs: list[ShopSync],
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """What the assets show: nothing new where no shop could be read, and the check either way."""
    failed = failed_of(syncs)
    table = {"shops": shop_table(syncs, list(RAW_DESCRIPTIONS))}
    if not syncs or len(failed) < len(syncs):
        yield dg.MaterializeResult(asset_key=ADMIN_API, metadata=table)
        for resource in RAW_DESCRIPTIONS:
            yield dg.MaterializeResult(
                asset_key=raw_key(resource), metadata=loaded_metadata(syncs, resource)
            )
    yield dg.AssetCheckResult(
        asset_key=ADMIN_API,
        check_name=CHECK,
        passed=not failed,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata=table,
    )
