"""Landed webhooks as assets: claim, parse, load into raw; then read the marked orders again."""

from collections.abc import Iterator

import dagster as dg

from orchestration.failures import told_plainly
from orchestration.lineage import LANDED, ORDER_EDITS, webhook_specs
from orchestration.names import WEBHOOK_STEP
from warehouse.settings import Settings

CHECK = "marked_orders_read_again"


@dg.multi_asset(
    name=WEBHOOK_STEP,
    specs=webhook_specs(),
    check_specs=[
        dg.AssetCheckSpec(
            CHECK,
            asset=LANDED,
            description=(
                "Orders that a webhook showed to be edited or refunded were read again, so that "
                "their figures are exact. One that waits keeps derived figures until it is read."
            ),
        )
    ],
)
def load_webhooks(
    context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Bring landed webhooks into raw, then ask Shopify for the orders they marked."""
    import pipelines

    with told_plainly():
        load = pipelines.load_webhooks(settings)
        refetch = pipelines.refetch_marked(settings)
    yield dg.MaterializeResult(asset_key=LANDED, metadata={})
    yield dg.MaterializeResult(asset_key=ORDER_EDITS, metadata={})
    yield dg.AssetCheckResult(asset_key=LANDED, check_name=CHECK, passed=True)
