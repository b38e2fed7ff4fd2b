"""Landed webhooks as assets: claim, parse, load into raw; then read the marked orders again."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import dagster as dg

from orchestration.failures import told_plainly
from orchestration.lineage import (
    LANDED,
    RAW_DESCRIPTIONS,
    WEBHOOK_DESCRIPTIONS,
    raw_key,
    webhook_specs,
)
from orchestration.names import WEBHOOK_STEP
from orchestration.outcomes import shop_names
from warehouse.settings import Settings

if TYPE_CHECKING:
    from pipelines.refetch import Refetched
    from pipelines.webhooks import WebhookLoad

SAID = "Brought up to date with the landed webhooks."
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
    """Bring landed webhooks into raw, then ask Shopify for the orders they marked.

    A shop that refuses fails the check only: its figures stay derived, the build goes on.
    """
    from pipelines import refetch, webhooks
    from pipelines.privacy.acting import act_on_requests

    with told_plainly():
        load = webhooks.load_webhooks(settings)
        deeds = act_on_requests(settings)
        context.log.info(f"{load.events} landed webhooks loaded as {load.documents} documents")
        context.log.info(f"{len(deeds)} requests for privacy acted upon")
        again = refetch.refetch_all(settings)
        shops = shop_names(settings)
    yield dg.MaterializeResult(asset_key=LANDED, metadata=load_metadata(load))
    for resource in WEBHOOK_DESCRIPTIONS:
        yield dg.MaterializeResult(asset_key=raw_key(resource))
    # The sync's own tables are written here, too; unsaid, they would be shown as out of date.
    for resource in RAW_DESCRIPTIONS:
        context.log_event(dg.AssetMaterialization(raw_key(resource), description=SAID))
    yield refetch_check(again, shops)


def load_metadata(load: "WebhookLoad") -> dict[str, dg.MetadataValue]:
    """The figures of one load of landed webhooks."""
    return {
        "webhooks": dg.MetadataValue.int(load.events),
        "documents": dg.MetadataValue.int(load.documents),
        "kept, not modelled": dg.MetadataValue.int(load.kept),
        "quarantined": dg.MetadataValue.int(load.quarantined),
        "orders marked": dg.MetadataValue.int(load.marked),
    }


def refetch_check(again: "Refetched", shops: Mapping[int, str]) -> dg.AssetCheckResult:
    """Whether every shop answered, and what was read."""
    failures = [
        f"{shops.get(tenant_id, 'unknown')} (tenant {tenant_id}): {words}"
        for tenant_id, words in again.failures.items()
    ]
    return dg.AssetCheckResult(
        asset_key=LANDED,
        check_name=CHECK,
        passed=not failures,
        severity=dg.AssetCheckSeverity.ERROR,
        description="\n".join(failures) or None,
        metadata={
            "orders": again.orders,
            "refunds": again.refunds,
            "no longer in the shop": again.gone,
        },
    )
