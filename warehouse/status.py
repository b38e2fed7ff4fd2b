"""How the service and each tenant stand: what ``shopmart status`` and ``/api/v1/status`` tell.

Read with the CONTROL role, in a handful of statements whatever the number of tenants.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

import psycopg

from warehouse.locks import LIVE_LOCK, lock_is_held
from warehouse.shopify_versions import supported_until
from warehouse.stuck_batches import StuckBatch, stuck_batches
from warehouse.syncs import Sync, latest_sync
from warehouse.webhook_watch import WebhookWatch, read_watch

Connection = psycopg.Connection[tuple[Any, ...]]

# More unbuilt batches than these are hours of standstill: the lag is told short of the truth then.
NEWEST_BATCHES = 10_000
# An event waits until it has its verdict: unclaimed, or in a batch that is not finished; one that
# is loaded again waits since then.
_TENANTS = """
with waiting as (
    select tenant_id, greatest(received_at, replayed_at) as received_at
    from landing.webhook_events where load_batch is null
    union all
    select events.tenant_id, greatest(events.received_at, events.replayed_at)
    from landing.webhook_events as events
    inner join control.load_batches as batches on batches.batch_id = events.load_batch
    where batches.loaded_at is null
),
lag as (
    select tenant_id, count(*) as events, extract(epoch from now() - min(received_at)) as seconds
    from waiting group by tenant_id
),
-- Loaded, and in no whole build yet: after the last one began, or completed while it did.
unbuilt as (
    select batches.batch_id
    from (
        select batch_id, loaded_at, load_id from control.load_batches
        order by batch_id desc limit %(batches)s
    ) as batches
    where
        batches.load_id is not null
        and batches.loaded_at >= coalesce((
            select max(started_at) from control.builds
            where build_group = 'all' and status = 'succeeded'
        ), '-infinity')
        and not exists (
            select 1 from control.build_loads as built
            where built.load_id = batches.load_id and built.build_group = 'all'
        )
),
lacking as (
    select tenant_id, received_at from waiting
    union all
    select events.tenant_id, greatest(events.received_at, events.replayed_at)
    from landing.webhook_events as events
    inner join unbuilt on unbuilt.batch_id = events.load_batch
    where events.verdict = 'loaded'
),
mart_lag as (
    select tenant_id, extract(epoch from now() - min(received_at)) as seconds
    from lacking group by tenant_id
),
aside as (
    select tenant_id, count(*) as events from landing.quarantine
    where released_at is null group by tenant_id
),
marked as (
    select tenant_id, count(*) as orders from control.refetch_orders group by tenant_id
)
select
    tenants.tenant_id, tenants.name, tenants.shop_domain, tenants.status, tenants.pause_reason,
    tenants.paused_at, tenants.has_access_token, versions.built_at,
    coalesce(versions.data_version, 0), coalesce(lag.events, 0),
    greatest(coalesce(lag.seconds, 0), 0)::float8,
    greatest(coalesce(mart_lag.seconds, 0), 0)::float8, coalesce(marked.orders, 0),
    coalesce(aside.events, 0), tenants.coverage_from, tenants.token_expires_at,
    tenants.api_version_served
from control.tenants as tenants
left join control.data_versions as versions using (tenant_id)
left join lag using (tenant_id)
left join mart_lag using (tenant_id)
left join aside using (tenant_id)
left join marked using (tenant_id)
where %(tenant_id)s::bigint is null or tenants.tenant_id = %(tenant_id)s
order by tenants.tenant_id
"""
_SYNCS = """
select distinct on (tenant_id)
    tenant_id, sync_id, status, trigger, started_at, finished_at, counts, error, hint, skipped
from control.syncs
where %(tenant_id)s::bigint is null or tenant_id = %(tenant_id)s
order by tenant_id, sync_id desc
"""
_BUILDS = """
select distinct on (build_group)
    build_group, status, started_at, finished_at, error
from control.builds order by build_group, build_id desc
"""


@dataclass(frozen=True)
class TenantStatus:
    """One tenant: how fresh its figures are, what waits, what went wrong, what ends when."""

    tenant_id: int
    name: str
    shop_domain: str
    status: Literal["active", "paused"]
    pause_reason: str | None
    paused_at: datetime | None
    has_access_token: bool
    # The last build that changed this tenant's figures.
    fresh_as_of: datetime | None
    data_version: int
    waiting_events: int
    lag_seconds: float
    # The same until it is in every mart.
    mart_lag_seconds: float
    marked_orders: int
    quarantined: int
    coverage_from: datetime | None
    token_expires_at: datetime | None
    api_version: str | None
    api_version_ends: datetime | None = None
    last_sync: Sync | None = None
    # The last look at its webhooks; None before the first.
    webhooks: WebhookWatch | None = None


@dataclass(frozen=True)
class BuildStatus:
    """The newest build of one group of models."""

    build_group: str
    status: Literal["running", "succeeded", "failed"]
    started_at: datetime
    finished_at: datetime | None
    error: str | None


@dataclass(frozen=True)
class ServiceStatus:
    """Everything at one moment; ``live_loop``: whether a live loop is at work.

    ``stuck_batches``: landed events whose load did not succeed at the first try.
    """

    at: datetime
    live_loop: bool
    builds: Sequence[BuildStatus]
    tenants: Sequence[TenantStatus]
    stuck_batches: Sequence[StuckBatch] = ()


def read_status(connection: Connection, *, tenant_id: int | None = None) -> ServiceStatus:
    """The status of every tenant, or of one (nothing for an unknown id)."""
    ((at,),) = connection.execute("select now()").fetchall()
    asked = {"tenant_id": tenant_id, "batches": NEWEST_BATCHES}
    rows = connection.execute(_TENANTS, asked).fetchall()
    syncs = _syncs(connection, tenant_id)
    watch = read_watch(connection, tenant_id)
    return ServiceStatus(
        at=at,
        live_loop=lock_is_held(connection, LIVE_LOCK),
        builds=[BuildStatus(*row) for row in connection.execute(_BUILDS)],
        tenants=[_completed(TenantStatus(*row), syncs, watch) for row in rows],
        stuck_batches=stuck_batches(connection),
    )


def _syncs(connection: Connection, tenant_id: int | None) -> dict[int, Sync]:
    rows = connection.execute(_SYNCS, {"tenant_id": tenant_id}).fetchall()
    found = {row[0]: Sync(*row[1:]) for row in rows}
    # One that seems to run may have died; that takes a closer look, at few tenants.
    for each in [each for each, sync in found.items() if sync.status == "running"]:
        found[each] = latest_sync(connection, each) or found[each]
    return found


def _completed(
    tenant: TenantStatus, syncs: dict[int, Sync], watch: dict[int, WebhookWatch]
) -> TenantStatus:
    ends = supported_until(tenant.api_version) if tenant.api_version else None
    return replace(
        tenant,
        api_version_ends=ends,
        last_sync=syncs.get(tenant.tenant_id),
        webhooks=watch.get(tenant.tenant_id),
    )
