"""The hourly watch: each shop's webhooks, and looks at the data that go amber, never red.

A warning stops nothing: figures stand as they are, and somebody ought to look.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import dagster as dg

from orchestration.failures import in_words, told_plainly
from orchestration.lineage import ADMIN_API, LANDED, WEBHOOKS
from orchestration.names import OPERATIONS_GROUP, OWNERS, WATCH_STEP
from warehouse.settings import Settings

if TYPE_CHECKING:
    from pipelines.watch.webhooks import Watched

WATCH = dg.AssetKey([OPERATIONS_GROUP, WATCH_STEP])
TOLD, HEARD, SUBSCRIBED = "every_order_was_told", "no_shop_is_silent", "subscriptions_stand"
FRESH, USUAL, KNOWN = "data_is_on_time", "orders_are_as_usual", "fields_are_as_known"
CHECKS = {
    TOLD: "Every order that a sync brought was told by a webhook, too, within five hours.",
    HEARD: "No shop has fallen silent at hours at which its webhooks are usual.",
    SUBSCRIBED: "Every shop sends what we subscribed to; what vanished is subscribed to again.",
    FRESH: "Each shop was read within two turns of the sync, and nothing waits for long.",
    USUAL: "Each shop's orders of yesterday are as many as on that weekday before.",
    KNOWN: "What shops send has the fields that it had; others are told for a week.",
}
WARN = dg.AssetCheckSeverity.WARN


@dg.asset(
    key=WATCH,
    deps=[WEBHOOKS, LANDED, ADMIN_API, dg.AssetKey(["marts", "daily_sales"])],
    check_specs=[
        dg.AssetCheckSpec(name, asset=WATCH, description=words) for name, words in CHECKS.items()
    ],
    group_name=OPERATIONS_GROUP,
    kinds={"shopify", "postgres"},
    owners=OWNERS,
    description=(
        "Each shop's webhooks: orders that only a sync told of, shops that fell silent, "
        "subscriptions that Shopify took away, which are made again. And whether the data is on "
        "time, as much as usual, and of the form that it had."
    ),
)
def watch(
    context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Look after every active tenant."""
    from pipelines.watch.webhooks import watch_webhooks

    with told_plainly():
        watched = watch_webhooks(settings)
    for one in watched:
        if one.repaired:
            context.log.warning(f"{one.shop_domain}: subscribed again: {', '.join(one.repaired)}")
    yield dg.MaterializeResult(
        asset_key=WATCH,
        metadata={
            "shops": dg.MetadataValue.int(len(watched)),
            "orders untold": dg.MetadataValue.int(sum(one.untold_orders for one in watched)),
            "shops silent": dg.MetadataValue.int(sum(bool(one.silence.since) for one in watched)),
            "subscriptions made again": dg.MetadataValue.int(
                sum(len(one.repaired) for one in watched)
            ),
            "made again": dg.MetadataValue.json(
                {one.shop_domain: list(one.repaired) for one in watched if one.repaired}
            ),
        },
    )
    yield _check(TOLD, _untold(watched))
    yield _check(HEARD, _silent(watched))
    yield _check(SUBSCRIBED, _unsubscribed(watched))
    with told_plainly():
        yield from _data_checks(settings)


def _data_checks(settings: Settings) -> Iterator[dg.AssetCheckResult]:
    from pipelines.errors import PipelineError
    from pipelines.watch.drift import drifted
    from pipelines.watch.freshness import stale
    from pipelines.watch.volume import unusual
    from warehouse.errors import WarehouseError

    for name, look in ((FRESH, stale), (USUAL, unusual), (KNOWN, drifted)):
        try:
            yield _check(name, [str(one) for one in look(settings)])
        except (PipelineError, WarehouseError) as error:
            yield _check(name, [f"it could not be looked at: {in_words(error)}"])


def _check(name: str, odd: Sequence[str]) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=WATCH,
        check_name=name,
        passed=not odd,
        severity=WARN,
        description="\n".join(odd) or None,
        metadata={"found": len(odd)},
    )


def _untold(watched: Sequence["Watched"]) -> list[str]:
    return [
        f"{one.shop_domain}: {one.untold_orders} orders came by sync and by no webhook; their "
        "figures are right. Cure: look at the app's deliveries in Shopify's dashboard, then: "
        f"shopmart webhooks check {one.tenant_id}."
        for one in watched
        if one.untold_orders
    ]


def _silent(watched: Sequence["Watched"]) -> list[str]:
    return [
        f"{one.shop_domain}: no webhook since {one.silence.since:%Y-%m-%d %H:%M} UTC, where "
        f"{one.silence.expected:.0f} are usual. Cure: shopmart webhooks check {one.tenant_id}; see "
        "that the address answers from outside; until then: shopmart sync."
        for one in watched
        if one.silence.since
    ]


def _unsubscribed(watched: Sequence["Watched"]) -> list[str]:
    lines = [
        f"{one.shop_domain}: no right subscription to {', '.join(one.missing)}. "
        f"Cure: shopmart webhooks register {one.tenant_id} --address https://…."
        for one in watched
        if one.missing
    ]
    return lines + [
        f"{one.shop_domain}: the subscriptions could not be looked at: {one.error.rstrip('.')}. "
        f"Cure: {(one.hint or f'shopmart doctor {one.tenant_id}').rstrip('.')}."
        for one in watched
        if one.error
    ]
