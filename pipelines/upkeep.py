"""What grows by itself and is no longer needed: webhooks past their retention, old bookkeeping.

Each deletion is bounded to rows that nothing reads any more: an event that was not loaded, was put
aside, or belongs to an unfinished batch stays, whatever its age.
"""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import sql

from pipelines.privacy.acting import act_on_requests
from pipelines.privacy.cleaning import forget_exports
from pipelines.privacy.late import scrub_late
from pipelines.privacy.shop import forget_late
from pipelines.retention import clear_stages, forget_quarantine, forget_records, thin_classes
from warehouse.connections import Role, connect
from warehouse.refusals import forget_refusals
from warehouse.settings import Settings

Connection = psycopg.Connection[tuple[Any, ...]]
# The live loop compares loads with builds several times a second: a week of them would be dear.
BOOKKEEPING_DAYS = 1
# Bounds the locks and the log of one transaction.
BATCHES_AT_ONCE = 500
SCHEMAS = ["control", "landing", "raw", "staging", "marts", "dagster"]

OLD_BATCHES = """
select batch_id from control.load_batches
where loaded_at < now() - make_interval(days => %s) and batch_id > %s
order by batch_id limit %s
"""
FORGET_EVENTS = """
delete from landing.webhook_events as events
where load_batch = any(%s) and verdict in ('loaded', 'kept')
    and not exists (
        select 1 from control.receipts as receipts
        where receipts.tenant_id = events.tenant_id and receipts.topic = events.topic
            and receipts.webhook_id = events.webhook_id and receipts.acted_at is null
    )
"""
FORGET_BATCHES = """
delete from control.load_batches as batches
where batch_id = any(%s)
    and not exists (select 1 from landing.webhook_events where load_batch = batches.batch_id)
"""
# The newest load stays, so that it is known since when loads are on record.
BUILT_LOADS = """
select load_id from raw._dlt_loads
where status = 0 and inserted_at < now() - make_interval(days => %s)
    and inserted_at < (select max(inserted_at) from raw._dlt_loads)
    and load_id in (select load_id from control.build_loads where build_group = 'all')
"""
FORGOTTEN_LOADS = """
delete from control.build_loads
where built_at < now() - make_interval(days => %s)
    and load_id not in (select load_id from raw._dlt_loads)
"""
OLD_BUILDS = """
delete from control.builds
where finished_at < now() - make_interval(days => %s)
    and build_id not in (select max(build_id) from control.builds group by build_group)
"""
OWN_TABLES = """
select schemaname, tablename from pg_tables
where tableowner = current_user and schemaname = any(%s) order by 1, 2
"""


def tidy(settings: Settings) -> dict[str, int]:
    """Delete what is no longer needed, then vacuum; the counts of what was deleted.

    Requests for privacy that wait are acted upon first.
    """
    return {
        "privacy requests": len(act_on_requests(settings)),
        "late webhooks of erased shops": forget_late_webhooks(settings),
        "old webhooks": forget_webhooks(settings),
        "late webhooks of erased people": scrub_late(settings),
        "old quarantined webhooks": forget_quarantine(settings),
        "old refusals": forget_refused(settings),
        **forget_bookkeeping(settings),
        **forget_records(settings),
        "old classes of buyers": thin_classes(settings),
        "staging tables emptied": clear_stages(settings),
        "tables vacuumed": vacuum(settings),
    }


def forget_late_webhooks(settings: Settings) -> int:
    """Delete what landed for shops after their erasure, and exports that killed syncs left."""
    forget_exports(settings)
    with connect(settings, Role.OWNER, autocommit=True) as owner:
        return forget_late(owner)


def forget_webhooks(settings: Settings) -> int:
    """Delete events that were loaded before the retention began, batch by batch."""
    forgotten, last = 0, 0
    with connect(settings, Role.OWNER, autocommit=True) as owner:
        # The owner is the user's own role, without the bounds that ours have.
        owner.execute("set statement_timeout = '10min'")
        while batches := _old_batches(owner, settings.landing_days, after=last):
            last = batches[-1]
            with owner.transaction():
                forgotten += owner.execute(FORGET_EVENTS, [batches]).rowcount
                owner.execute(FORGET_BATCHES, [batches])
    return forgotten


def forget_refused(settings: Settings) -> int:
    """Delete the counts of refused deliveries that are older than any delivery is kept."""
    with connect(settings, Role.OWNER, autocommit=True) as owner:
        return forget_refusals(owner, days=settings.landing_days)


def forget_bookkeeping(settings: Settings) -> dict[str, int]:
    """Delete the records of loads that every group has built, and of old builds."""
    with (
        connect(settings, Role.DBT, autocommit=True) as builder,
        connect(settings, Role.LOADER, autocommit=True) as loader,
    ):
        loads = 0
        if _exists(builder, "raw._dlt_loads"):
            built = [row[0] for row in builder.execute(BUILT_LOADS, [BOOKKEEPING_DAYS])]
            # First the load, then that it was built: the other way round it would be built again.
            query = "delete from raw._dlt_loads where load_id = any(%s)"
            loads = loader.execute(query, [built]).rowcount
            builder.execute(FORGOTTEN_LOADS, [BOOKKEEPING_DAYS])
        builds = builder.execute(OLD_BUILDS, [BOOKKEEPING_DAYS]).rowcount
    return {"old loads": loads, "old builds": builds}


def vacuum(settings: Settings) -> int:
    """Vacuum and analyse every table of ours, each as the role that owns it."""
    done = 0
    for role in (Role.OWNER, Role.LOADER, Role.DBT, Role.DAGSTER):
        with connect(settings, role, autocommit=True) as connection:
            # The service's own bound on statements is for queries.
            connection.execute("set statement_timeout = 0")
            for schema, table in connection.execute(OWN_TABLES, [SCHEMAS]).fetchall():
                name = sql.Identifier(str(schema), str(table))
                connection.execute(sql.SQL("vacuum (analyze, skip_locked) {}").format(name))
                done += 1
    return done


def _old_batches(connection: Connection, days: int, *, after: int) -> Sequence[int]:
    rows = connection.execute(OLD_BATCHES, [days, after, BATCHES_AT_ONCE]).fetchall()
    return [row[0] for row in rows]


def _exists(connection: Connection, relation: str) -> bool:
    row = connection.execute("select to_regclass(%s) is not null", [relation]).fetchone()
    return bool(row and row[0])
