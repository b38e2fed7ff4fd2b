"""Data that is older than the schedules let it be: syncs, landed webhooks, builds."""

from datetime import timedelta
from typing import Any

import psycopg

from pipelines.pending import pending
from pipelines.watch.findings import Oddity
from warehouse.connections import Role, connect
from warehouse.settings import Settings

Connection = psycopg.Connection[tuple[Any, ...]]
# Two turns of the sync that comes every six hours, and an hour for the last one to end.
OLDEST_SYNC = timedelta(hours=13)
# The catching up of Dagster takes a minute when no live loop runs.
LONGEST_WAIT = timedelta(minutes=10)

# A tenant is due from the day that it was connected, or resumed.
_LATE = """
select tenants.shop_domain, tenants.tenant_id, last.finished_at, newest.error, newest.hint
from control.tenants as tenants
left join lateral (
    select max(finished_at) as finished_at from control.syncs
    where tenant_id = tenants.tenant_id and status = 'succeeded'
) as last on true
left join lateral (
    select error, hint from control.syncs
    where tenant_id = tenants.tenant_id order by sync_id desc limit 1
) as newest on true
where tenants.status = 'active' and tenants.has_access_token
    and greatest(last.finished_at, tenants.created_at) < now() - %s::interval
order by tenants.tenant_id
"""


def stale(settings: Settings) -> list[Oddity]:
    """Shops that no sync has read for two turns, and events or loads that wait for minutes."""
    with connect(settings, Role.LOADER) as connection:
        late = connection.execute(_LATE, [OLDEST_SYNC]).fetchall()
    return [_late(row) for row in late] + _waiting(settings)


def _late(row: tuple[Any, ...]) -> Oddity:
    shop, tenant_id, last, error, hint = row
    when = f"last read at {last:%Y-%m-%d %H:%M} UTC" if last else "never read"
    why = f"; its last sync failed: {error}" if error else ""
    cure = hint or f"shopmart doctor {tenant_id}, then: shopmart sync {tenant_id}"
    return Oddity(shop, f"{when}{why}", cure)


def _waiting(settings: Settings) -> list[Oddity]:
    found, longest = pending(settings), LONGEST_WAIT.total_seconds()
    odd = []
    if found.events_seconds > longest:
        told = f"landed webhooks wait for {found.events_seconds / 60:.0f} minutes to be loaded"
        odd.append(Oddity("", told, "see what the last build_job says; shopmart live"))
    if found.loads_seconds > longest:
        told = f"{found.loads} loads wait for {found.loads_seconds / 60:.0f} minutes to be built"
        odd.append(Oddity("", told, "see what the last build_job says; shopmart build"))
    return odd
