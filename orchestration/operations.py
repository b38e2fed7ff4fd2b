"""What keeps the service in order, as assets: the watch over checkouts and the nightly upkeep."""

from collections.abc import Iterator

import dagster as dg

from orchestration.failures import told_plainly
from orchestration.names import ABANDONMENT_STEP, OPERATIONS_GROUP, OWNERS, UPKEEP_STEP
from orchestration.outcomes import shop_names
from orchestration.storage import prune_storage
from warehouse.settings import Settings

ABANDONMENT = dg.AssetKey([OPERATIONS_GROUP, ABANDONMENT_STEP])
UPKEEP = dg.AssetKey([OPERATIONS_GROUP, UPKEEP_STEP])


@dg.asset(
    key=ABANDONMENT,
    deps=[dg.AssetKey(["marts", "checkouts"])],
    group_name=OPERATIONS_GROUP,
    kinds={"postgres"},
    owners=OWNERS,
    description=(
        "How many checkouts turned abandoned since the last count, for each shop. Nobody's status "
        "waits for it: a checkout's status is computed when it is read."
    ),
)
def abandonment(
    context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]
) -> Iterator[dg.MaterializeResult[None]]:
    """Count what turned abandoned; each checkout is counted once, and a shop that fails later."""
    from warehouse.abandonment import detect_all

    with told_plainly():
        detected = detect_all(settings)
        shops = shop_names(settings)
    total = sum(detected.counts.values())
    context.log.info(f"{total} checkouts turned abandoned")
    yield dg.MaterializeResult(
        metadata={
            "newly abandoned": dg.MetadataValue.int(total),
            "by shop": _table(detected.counts, shops),
        }
    )
    if detected.failures:
        lines = [f"{len(detected.failures)} of {len(shops)} shops could not be counted."]
        for tenant_id, words in detected.failures.items():
            lines.append(f"{shops.get(tenant_id, 'unknown')} (tenant {tenant_id}): {words}.")
        lines.append("Cure: the next count includes what this one lacks; see the words above.")
        raise dg.Failure(description="\n".join(lines), allow_retries=False)


@dg.asset(
    key=UPKEEP,
    group_name=OPERATIONS_GROUP,
    kinds={"postgres"},
    owners=OWNERS,
    description=(
        "Takes away what is no longer needed: webhooks past their retention, bookkeeping of loads "
        "and builds, Dagster's own old records and logs; then gives the planner fresh statistics."
    ),
)
def upkeep(
    context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]
) -> dg.MaterializeResult[None]:
    """Tidy the warehouse, then Dagster's storage."""
    from pipelines.upkeep import tidy

    with told_plainly():
        done = {**tidy(settings), **prune_storage(settings, context.instance)}
    return dg.MaterializeResult(
        metadata={name: dg.MetadataValue.int(count) for name, count in done.items()}
    )


def _table(counts: dict[int, int], shops: dict[int, str]) -> dg.TableMetadataValue:
    columns = [
        dg.TableColumn("tenant", "string"),
        dg.TableColumn("shop", "string"),
        dg.TableColumn("newly abandoned", "int"),
    ]
    records = [
        dg.TableRecord(
            {
                "tenant": str(tenant_id),
                "shop": shops.get(tenant_id, "unknown"),
                "newly abandoned": count,
            }
        )
        for tenant_id, count in sorted(counts.items())
    ]
    return dg.MetadataValue.table(records, schema=dg.TableSchema(columns))
