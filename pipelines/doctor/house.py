"""The points of our own house: the last sync, the shop's days, what landed, what was loaded."""

from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import sql

from pipelines.doctor.findings import Finding, failed, ok, warning
from pipelines.resources import RESOURCES
from warehouse.connections import Role, connect
from warehouse.settings import Settings
from warehouse.status import TenantStatus, read_status
from warehouse.tenants import Tenant

Connection = psycopg.Connection[tuple[Any, ...]]
# The live loop takes seconds, Dagster's catching up a minute.
LATE_SECONDS, STUCK_SECONDS = 60.0, 900.0

# Loads are pruned oldest first, so an older one than any that is kept is no fault. One of the last
# hour may be on its way; dlt names a load by the second in which it began.
_UNRECORDED = """
select count(*) from {table}
where tenant_id = %s and _dlt_load_id in (
    select distinct loaded._dlt_load_id from {table} as loaded
    where loaded.tenant_id = %s
        and loaded._dlt_load_id not in (select load_id from raw._dlt_loads)
        and loaded._dlt_load_id::numeric > (select min(load_id::numeric) from raw._dlt_loads)
        and loaded._dlt_load_id::numeric < extract(epoch from now()) - 3600
)
"""


def house_findings(settings: Settings, connection: Connection, tenant: Tenant) -> Iterator[Finding]:
    """Every point that our own database answers."""
    with connect(settings, Role.CONTROL) as control:
        (status,) = read_status(control, tenant_id=tenant.tenant_id).tenants
    yield _last_sync(status)
    yield _time_zone(connection, tenant)
    yield _landed(status)
    yield _put_aside(status)
    yield _loads(connection, tenant)


def _last_sync(status: TenantStatus) -> Finding:
    name, sync = "last sync", status.last_sync
    again = f"shopmart sync {status.tenant_id}"
    if sync is None:
        return warning(name, "none yet: only what webhooks tell is known", again)
    if sync.status == "failed":
        return failed(name, str(sync.error), sync.hint or again)
    if sync.status == "running":
        return ok(name, f"runs since {sync.started_at:%Y-%m-%d %H:%M} UTC")
    found = f"{sync.finished_at or sync.started_at:%Y-%m-%d %H:%M} UTC"
    if sync.skipped:
        left_out = "; ".join(f"{resource}: {why}" for resource, why in sync.skipped.items())
        return warning(name, f"{found}, without {left_out}", "grant what is missing, then " + again)
    return ok(name, found)


def _time_zone(connection: Connection, tenant: Tenant) -> Finding:
    name, zone = "time zone", tenant.iana_timezone
    if zone is None:
        return warning(
            name,
            "not known yet: days are counted in UTC",
            f"shopmart sync {tenant.tenant_id} asks the shop for it",
        )
    known = connection.execute("select 1 from pg_timezone_names where name = %s", [zone])
    if known.fetchone() is None:
        return failed(
            name,
            f"Postgres does not know {zone[:100]!a}: days are counted in UTC",
            "renew the time zones of the database server (its package tzdata, or Postgres itself)",
        )
    return ok(name, zone)


def _landed(status: TenantStatus) -> Finding:
    name = "landed webhooks"
    if not status.waiting_events or status.lag_seconds < LATE_SECONDS:
        return ok(name, f"{status.waiting_events} wait")
    found = f"{status.waiting_events} wait, the oldest for {status.lag_seconds:.0f} s"
    cure = "let the live loop run (shopmart live, or shopmart up), or load once: shopmart build"
    if status.lag_seconds < STUCK_SECONDS:
        return warning(name, found, cure)
    return failed(name, found, cure)


def _put_aside(status: TenantStatus) -> Finding:
    name = "quarantine"
    if not status.quarantined:
        return ok(name, "nothing was put aside")
    return warning(
        name,
        f"{status.quarantined} webhooks were put aside",
        "`shopmart events quarantine` tells why; mend the cause, then: shopmart events release",
    )


def _loads(connection: Connection, tenant: Tenant) -> Finding:
    name = "loads"
    if connection.execute("select to_regclass('raw._dlt_loads')").fetchone() == (None,):
        return ok(name, "nothing was loaded yet")
    lost = {
        resource.name: count
        for resource in RESOURCES
        if (count := _unrecorded(connection, tenant, resource.name))
    }
    if not lost:
        return ok(name, "every row belongs to a finished load")
    told = ", ".join(f"{count} {resource}" for resource, count in lost.items())
    return failed(
        name,
        f"rows of loads that never finished: {told}",
        f"shopmart sync {tenant.tenant_id} loads them again; then shopmart build --full-refresh",
    )


def _unrecorded(connection: Connection, tenant: Tenant, resource: str) -> int:
    statement = sql.SQL(_UNRECORDED).format(table=sql.Identifier("raw", resource))
    ((count,),) = connection.execute(statement, [tenant.tenant_id, tenant.tenant_id]).fetchall()
    return int(count)
