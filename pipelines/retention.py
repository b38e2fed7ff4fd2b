"""How long records are kept that nobody asks for later, and what loads leave in their staging.

Receipts of what privacy law asks for are no such records: they stay.
"""

from typing import Any

import psycopg
from psycopg import sql

from pipelines.destination import staging_schema
from pipelines.load import LANES, lane_lock
from warehouse.connections import Role, connect, try_advisory_lock
from warehouse.settings import Settings

Connection = psycopg.Connection[tuple[Any, ...]]
# Of a tenant's syncs and sweeps the last one and the last good one stay: they say how it stands.
_ATTEMPTS = """
delete from {table} as old
where old.finished_at < now() - interval '90 days'
    and old.{number} <> (
        select max(newest.{number}) from {table} as newest where newest.tenant_id = old.tenant_id
    )
    and old.{number} is distinct from (
        select max(good.{number}) from {table} as good
        where good.tenant_id = old.tenant_id and good.status = 'succeeded'
    )
"""
RECORDS = {
    "old syncs": _ATTEMPTS.format(table="control.syncs", number="sync_id"),
    "old sweeps": _ATTEMPTS.format(table="control.sweeps", number="sweep_id"),
    # A bulk run lasts ten days at most, its file seven.
    "old exports on record": (
        "delete from control.bulk_operations where submitted_at < now() - interval '20 days'"
    ),
    # A bucket that nobody has used for a day is full.
    "old query costs": (
        "delete from control.query_costs where measured_at < now() - interval '1 day'"
    ),
    "old hours of deliveries": (
        "delete from control.delivery_hours where hour < now() - interval '90 days'"
    ),
    "old untold orders": (
        "delete from control.untold_orders where found_at < now() - interval '30 days'"
    ),
    "old fields": (
        "delete from control.payload_fields where last_seen_at < now() - interval '400 days'"
    ),
}
_ASIDE = """
with old as (
    delete from landing.quarantine
    where released_at is null and quarantined_at < now() - make_interval(days => %s)
    returning tenant_id, topic, webhook_id
)
delete from landing.webhook_events as events using old
where events.tenant_id = old.tenant_id and events.topic = old.topic
    and events.webhook_id = old.webhook_id and events.verdict = 'quarantined'
"""
_RELEASED = """
delete from landing.quarantine where released_at < now() - make_interval(days => %s)
"""
# The first day on record of a month stays. Days are probed by key: the table may be large.
_OLD_CLASSES = """
select shops.tenant_id, day::date
from marts.shops as shops
cross join lateral (
    select min(as_of_date) as first_date from marts.customer_rfm where tenant_id = shops.tenant_id
) as kept
cross join lateral generate_series(
    kept.first_date::timestamp, current_date - %s - interval '1 day', interval '1 day'
) as day
where exists (
    select 1 from marts.customer_rfm as standing
    where standing.tenant_id = shops.tenant_id and standing.as_of_date = day::date
) and exists (
    select 1 from marts.customer_rfm as earlier
    where earlier.tenant_id = shops.tenant_id and earlier.as_of_date < day::date
        and earlier.as_of_date >= date_trunc('month', day)::date
)
order by 1, 2
"""
_FORGET_CLASSES = "delete from marts.customer_rfm where tenant_id = %s and as_of_date = %s"
_STAGED = """
select class.relname from pg_class as class
inner join pg_namespace as namespace on class.relnamespace = namespace.oid
where namespace.nspname = %s and class.relkind = 'r' and class.relname not like '\\_dlt%%'
    and class.relowner = current_user::regrole and pg_relation_size(class.oid) > 0
"""


def forget_quarantine(settings: Settings) -> int:
    """Delete webhooks that were put aside long ago, and the notes of those that were released."""
    with connect(settings, Role.OWNER, autocommit=True) as owner:
        owner.execute(_RELEASED, [settings.landing_days])
        return owner.execute(_ASIDE, [settings.quarantine_days]).rowcount


def forget_records(settings: Settings) -> dict[str, int]:
    """Delete records of work that was done long ago; the counts of each."""
    with connect(settings, Role.OWNER, autocommit=True) as owner:
        return {name: owner.execute(query.encode()).rowcount for name, query in RECORDS.items()}


def thin_classes(settings: Settings) -> int:
    """Of buyers' classes that are older than ``rfm_days`` keep the first day of each shop's months.

    Returns the rows deleted. Each day is a transaction of its own.
    """
    with connect(settings, Role.DBT, autocommit=True) as builder:
        ((stands,),) = builder.execute("select to_regclass('marts.customer_rfm') is not null")
        if not stands:
            return 0
        # The role's own bound on statements is for builds.
        builder.execute("set statement_timeout = '10min'")
        days = builder.execute(_OLD_CLASSES, [settings.rfm_days]).fetchall()
        return sum(builder.execute(_FORGET_CLASSES, day).rowcount for day in days)


def clear_stages(settings: Settings) -> int:
    """Empty what loads have left in their staging tables; a lane that is at work is left alone."""
    emptied = 0
    with connect(settings, Role.LOADER, autocommit=True) as connection:
        for name in LANES:
            with try_advisory_lock(connection, lane_lock(name)) as is_held:
                if is_held:
                    emptied += _emptied(connection, staging_schema(name))
    return emptied


def _emptied(connection: Connection, schema: str) -> int:
    tables = [str(row[0]) for row in connection.execute(_STAGED, [schema]).fetchall()]
    for table in tables:
        connection.execute(sql.SQL("truncate {}").format(sql.Identifier(schema, table)))
    return len(tables)
