"""The Admin load as assets: one step reads the shops of all tenants asked for, or of every tenant.

A tenant that fails is told in Shopify's words with the cure, keeps its cursors and turns the run
red; the tenants beside it are loaded all the same.
"""

from collections.abc import Iterator

import dagster as dg
from pydantic import Field

from orchestration.failures import told_plainly
from orchestration.lineage import RAW_DESCRIPTIONS, admin_specs, raw_key
from orchestration.names import SYNC_STEP
from orchestration.outcomes import (
    failed_of,
    failure_of,
    loaded_metadata,
    outcome_table,
    read_tenant_ids,
)
from warehouse.settings import Settings

CHECK = "all_tenants_synced"


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
            asset=raw_key("shops"),
            description="Every tenant of the last sync was read completely, line counts proven.",
        )
    ],
)
def sync(
    context: dg.AssetExecutionContext, config: SyncConfig, settings: dg.ResourceParam[Settings]
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Read the shops from the Admin API into raw."""
    from pipelines.sync import sync_tenants

    with told_plainly():
        tenant_ids = read_tenant_ids(config.tenant_ids)
        outcomes = sync_tenants(
            settings, tenant_ids, trigger=config.trigger, on_progress=context.log.info
        )
    failed = failed_of(outcomes)
    for resource in RAW_DESCRIPTIONS if len(failed) < len(outcomes) else ():
        yield dg.MaterializeResult(
            asset_key=raw_key(resource), metadata=loaded_metadata(outcomes, resource)
        )
    yield dg.AssetCheckResult(
        asset_key=raw_key("shops"),
        check_name=CHECK,
        passed=not failed,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={"tenants": outcome_table(outcomes, list(RAW_DESCRIPTIONS))},
    )
    if failed:
        raise failure_of(outcomes)
