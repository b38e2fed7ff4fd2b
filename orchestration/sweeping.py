"""The weekly sweep as an asset: each shop's ids compared with ours, what is gone buried."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import dagster as dg
from pydantic import Field

from orchestration.failures import told_plainly
from orchestration.lineage import RAW_DESCRIPTIONS, raw_key
from orchestration.names import OPERATIONS_GROUP, OWNERS, SWEEP_STEP
from orchestration.outcomes import read_tenant_ids, shop_names
from warehouse.settings import Settings

if TYPE_CHECKING:
    from pipelines.sweep import SweepOutcome

SWEEP = dg.AssetKey([OPERATIONS_GROUP, SWEEP_STEP])
SWEPT = ("orders", "customers", "products")


class SweepConfig(dg.Config):
    """What a sweep run may be told."""

    tenant_ids: list[str] = Field(default=[], description="Ids of the tenants; none: all.")
    trigger: str = Field(default="manual", description="Who asked: kept in the list of sweeps.")
    force: bool = Field(
        default=False, description="Bury more than a tenth of a resource, once that was looked at."
    )


@dg.multi_asset(
    name=SWEEP_STEP,
    specs=[
        dg.AssetSpec(
            SWEEP,
            deps=[raw_key(name) for name in RAW_DESCRIPTIONS if name in SWEPT],
            group_name=OPERATIONS_GROUP,
            kinds={"shopify", "postgres"},
            owners=OWNERS,
            description=(
                "Orders, customers and products that a shop deleted without our hearing of it: its "
                "ids are compared with ours, and what is missing is asked for by its id before it "
                "is buried. Refuses, and turns red, when more than a tenth of a resource would go."
            ),
        )
    ],
)
def sweep(
    context: dg.AssetExecutionContext, config: SweepConfig, settings: dg.ResourceParam[Settings]
) -> dg.MaterializeResult[None]:
    """Sweep the shops; those that failed turn the run red when the others are done."""
    from pipelines.sweep import sweep_tenants

    with told_plainly():
        chosen = read_tenant_ids(config.tenant_ids)
        outcomes = sweep_tenants(
            settings,
            chosen,
            trigger=config.trigger,
            force=config.force,
            on_progress=context.log.info,
        )
        shops = shop_names(settings)
    failed = [one for one in outcomes if one.error]
    metadata = _metadata(outcomes, shops)
    if failed:
        lines = [f"{len(failed)} of {len(outcomes)} shops could not be swept."]
        lines += [_line(one, shops) for one in failed]
        raise dg.Failure(description="\n".join(lines), metadata=metadata, allow_retries=False)
    return dg.MaterializeResult(asset_key=SWEEP, metadata=metadata)


def _line(outcome: "SweepOutcome", shops: dict[int, str]) -> str:
    shop = shops.get(outcome.tenant_id, "unknown")
    cure = f" Cure: {outcome.hint.rstrip('.')}." if outcome.hint else ""
    return f"{shop} (tenant {outcome.tenant_id}): {str(outcome.error).rstrip('.')}.{cure}"


def _metadata(
    outcomes: Sequence["SweepOutcome"], shops: dict[int, str]
) -> dict[str, dg.MetadataValue]:
    columns = [
        dg.TableColumn("tenant", "string"),
        dg.TableColumn("shop", "string"),
        *(dg.TableColumn(f"{name} gone", "int") for name in SWEPT),
        dg.TableColumn("result", "string"),
    ]
    records = [
        dg.TableRecord(
            {
                "tenant": str(one.tenant_id),
                "shop": shops.get(one.tenant_id, "unknown"),
                **{
                    f"{name} gone": one.swept[name].gone if name in one.swept else 0
                    for name in SWEPT
                },
                "result": one.error
                or "; ".join(f"{name} left out: {why}" for name, why in one.skipped.items())
                or "swept",
            }
        )
        for one in outcomes
    ]
    gone = sum(each.gone for one in outcomes for each in one.swept.values())
    return {
        "gone": dg.MetadataValue.int(gone),
        "by shop": dg.MetadataValue.table(records, schema=dg.TableSchema(columns)),
    }
