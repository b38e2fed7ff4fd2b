"""How the service and every tenant stand, as gauges: the figures of ``shopmart status``.

They come from the database, so every API process tells the same ones: take the maximum over them.
A tenant is named by its id alone. What is not known has no series: a tenant that was never built
has no freshness, one without an expiring token no expiry.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from warehouse.status import BuildStatus, ServiceStatus, TenantStatus
from warehouse.webhook_watch import WebhookWatch


class _Gauge(NamedTuple):
    """One figure of a tenant; ``read`` gets the moment of the status as well."""

    name: str
    told: str
    read: Callable[[TenantStatus, datetime], float | None]


def _seconds(begin: datetime | None, end: datetime | None) -> float | None:
    return (end - begin).total_seconds() if begin and end else None


def _sync_failed(tenant: TenantStatus, _at: datetime) -> float | None:
    sync = tenant.last_sync
    return None if sync is None or sync.status == "running" else float(sync.status == "failed")


def _watched(tenant: TenantStatus, read: Callable[[WebhookWatch], float]) -> float | None:
    return float(read(tenant.webhooks)) if tenant.webhooks else None


TENANT_GAUGES = (
    _Gauge(
        "shopmart_tenant_paused",
        "Whether the tenant rests.",
        lambda tenant, _at: float(tenant.status == "paused"),
    ),
    _Gauge(
        "shopmart_tenant_freshness_seconds",
        "Since a build last changed its figures; a quiet shop's grows without harm.",
        lambda tenant, at: _seconds(tenant.fresh_as_of, at),
    ),
    _Gauge(
        "shopmart_tenant_mart_lag_seconds",
        "How long the oldest landed webhook that the marts lack has waited.",
        lambda tenant, _at: tenant.mart_lag_seconds,
    ),
    _Gauge(
        "shopmart_tenant_load_lag_seconds",
        "How long the oldest landed webhook that is not loaded has waited.",
        lambda tenant, _at: tenant.lag_seconds,
    ),
    _Gauge(
        "shopmart_tenant_waiting_events",
        "Landed webhooks that are not loaded.",
        lambda tenant, _at: tenant.waiting_events,
    ),
    _Gauge(
        "shopmart_tenant_marked_orders",
        "Orders that are to be read again.",
        lambda tenant, _at: tenant.marked_orders,
    ),
    _Gauge(
        "shopmart_tenant_quarantined_events",
        "Webhooks that could not be used and were not released.",
        lambda tenant, _at: tenant.quarantined,
    ),
    _Gauge(
        "shopmart_tenant_last_sync_age_seconds",
        "Since the last sync began.",
        lambda tenant, at: _seconds(tenant.last_sync.started_at, at) if tenant.last_sync else None,
    ),
    _Gauge(
        "shopmart_tenant_last_sync_failed",
        "Whether the last sync failed; no series while one runs.",
        _sync_failed,
    ),
    _Gauge(
        "shopmart_tenant_token_expires_seconds",
        "Until its access token expires; one that is renewed by itself is so before.",
        lambda tenant, at: _seconds(at, tenant.token_expires_at),
    ),
    _Gauge(
        "shopmart_tenant_api_version_expires_seconds",
        "Until when Shopify serves the API version that last answered it, at least.",
        lambda tenant, at: _seconds(at, tenant.api_version_ends),
    ),
    _Gauge(
        "shopmart_tenant_webhooks_silent",
        "Whether webhooks stay away that are usual for the shop; known after the first look.",
        lambda tenant, _at: _watched(tenant, lambda watch: watch.silent_since is not None),
    ),
    _Gauge(
        "shopmart_tenant_untold_orders",
        "Orders that the Admin API told of and no webhook did.",
        lambda tenant, _at: _watched(tenant, lambda watch: watch.untold_orders),
    ),
    _Gauge(
        "shopmart_tenant_missing_subscriptions",
        "Topics that lack a right subscription.",
        lambda tenant, _at: _watched(tenant, lambda watch: len(watch.missing_topics)),
    ),
)


class Standing(Collector):
    """The families of one scrape; without a status only that the database did not tell."""

    def __init__(self, found: ServiceStatus | None) -> None:
        self._found = found

    def collect(self) -> Iterator[Metric]:
        """Every gauge."""
        found = self._found
        yield _single(
            "shopmart_database_up",
            "Whether the database told how the tenants stand.",
            float(found is not None),
        )
        if found is None:
            return
        yield _single(
            "shopmart_live_loop_up", "Whether a live loop is at work.", float(found.live_loop)
        )
        yield _single("shopmart_tenants", "Tenants.", len(found.tenants))
        yield _single(
            "shopmart_stuck_batches",
            "Batches of webhooks that failed to load more than once.",
            len(found.stuck_batches),
        )
        yield from _builds(found.builds, found.at)
        for gauge in TENANT_GAUGES:
            family = GaugeMetricFamily(gauge.name, gauge.told, labels=["tenant_id"])
            for tenant in found.tenants:
                if (value := gauge.read(tenant, found.at)) is not None:
                    family.add_metric([str(tenant.tenant_id)], value)
            yield family


def _single(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(name, told, value=value)


def _builds(builds: Sequence[BuildStatus], at: datetime) -> Iterator[Metric]:
    failed = GaugeMetricFamily(
        "shopmart_build_failed", "Whether the newest build of the group failed.", labels=["group"]
    )
    age = GaugeMetricFamily(
        "shopmart_build_age_seconds", "Since the newest build of the group began.", labels=["group"]
    )
    took = GaugeMetricFamily(
        "shopmart_build_seconds",
        "How long the newest build of the group took, or has run.",
        labels=["group"],
    )
    for build in builds:
        group = [build.build_group]
        failed.add_metric(group, float(build.status == "failed"))
        age.add_metric(group, (at - build.started_at).total_seconds())
        took.add_metric(group, ((build.finished_at or at) - build.started_at).total_seconds())
    yield from (failed, age, took)
