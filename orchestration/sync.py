"""The Admin load as assets: one step reads the shops of all tenants asked for, or of every tenant.

A shop that fails is told in Shopify's words with the cure, keeps its cursors and turns the run
red; the shops beside it are loaded all the same.
"""

from collections.abc import Iterator

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

CHECK = "every_shop_synced"


class SyncConfig(dg.Config):
    """What a sync run may be told."""

    tenant_ids: list[str] = Field(default=[], description="Ids of the tenants to sync; none: all.")
    trigger: str = Field(default="manual", description="Who asked: kept in the list of syncs.")


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
    from pipelines.sync import sync_tenants

    with told_plainly():
        outcomes = sync_tenants(
            settings,
            read_tenant_ids(config.tenant_ids),
            trigger=config.trigger,
            on_progress=context.log.info,
        )
        syncs = told(outcomes, shop_names(settings))
    yield from results_of(syncs)
    if failed_of(syncs):
        raise failure_of(syncs)


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
