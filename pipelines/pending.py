"""What waits to be built: landed webhooks, loads that no build has consumed, changed settings."""

from dataclasses import dataclass, field
from typing import Any

import psycopg

from pipelines.build.groups import WHOLE, consumers_of
from warehouse.connections import Role, connect
from warehouse.settings import Settings

Connection = psycopg.Connection[tuple[Any, ...]]
# Counting stops early: an operator needs to know that much waits, not exactly how much.
COUNTED = 10_000
UNLOADED_EVENTS = """
select count(*), coalesce(extract(epoch from now() - min(received_at)), 0)::float8 from (
    select received_at from landing.webhook_events
    where load_batch is null order by event_seq limit %s
) as waiting
"""
OPEN_BATCHES = """
select count(*), coalesce(extract(epoch from now() - min(claimed_at)), 0)::float8
from control.load_batches where loaded_at is null
"""
UNBUILT_LOADS = """
select count(*), coalesce(extract(epoch from now() - min(inserted_at)), 0)::float8
from raw._dlt_loads as loads
where
    loads.status = 0
    and not exists (
        select 1 from control.build_loads as built
        where built.load_id = loads.load_id and built.build_group = any(%s::text[])
    )
"""
# A shop's days, or its threshold, as the tenant states them now against those the marts were built
# with. The first build that notices names the keys for every group; until a group has built them
# they are dirty for it.
MOVED_SHOPS = """
select count(*) from (
    select tenants.tenant_id
    from control.tenants as tenants
    inner join control.shop_zones as zones on tenants.tenant_id = zones.tenant_id
    where
        zones.stated_timezone is distinct from tenants.iana_timezone
        or zones.abandonment_minutes <> tenants.abandonment_minutes
        or zones.checkout_webhooks_from is distinct from tenants.checkout_webhooks_from
    union
    select tenant_id from control.dirty_orders where build_group = %(group)s
    union
    select tenant_id from control.dirty_checkouts where build_group = %(group)s
) as moved
"""


@dataclass(frozen=True)
class Pending:
    """Counts of what waits, and for how many seconds the oldest of it has waited.

    ``shops`` are those whose orders or checkouts are to be counted anew.
    """

    events: int
    batches: int
    loads: int
    shops: int = 0
    events_seconds: float = field(default=0.0, compare=False)
    loads_seconds: float = field(default=0.0, compare=False)

    def __bool__(self) -> bool:
        return bool(self.events or self.batches or self.loads or self.shops)

    def __str__(self) -> str:
        anew = f"; {self.shops} shops are to be counted anew" if self.shops else ""
        return (
            f"{self.events} landed webhooks, {self.batches} unfinished batches and "
            f"{self.loads} loads wait to be built{anew}"
        )


def pending(settings: Settings, *, group: str = WHOLE) -> Pending:
    """Ask the database, each table with the role that may read it."""
    with (
        connect(settings, Role.LOADER, autocommit=True) as loader,
        connect(settings, Role.DBT, autocommit=True) as builder,
    ):
        return waiting(loader, builder, group=group)


def waiting(loader: Connection, builder: Connection, *, group: str = WHOLE) -> Pending:
    """The same over connections of LOADER and DBT that are open already."""
    events, events_seconds = _counted(loader, UNLOADED_EVENTS, [COUNTED])
    batches, batches_seconds = _counted(loader, OPEN_BATCHES, [])
    loads, loads_seconds = _unbuilt_loads(builder, group)
    return Pending(
        events,
        batches,
        loads,
        _moved_shops(builder, group),
        events_seconds=max(events_seconds, batches_seconds),
        loads_seconds=loads_seconds,
    )


def is_unbuilt(builder: Connection, *, group: str) -> bool:
    """Whether a build of this group would find something to do."""
    return bool(_unbuilt_loads(builder, group)[0] or _moved_shops(builder, group))


def _moved_shops(connection: Connection, group: str) -> int:
    ((shops,),) = connection.execute(MOVED_SHOPS, {"group": group}).fetchall()
    return int(shops)


def _unbuilt_loads(connection: Connection, group: str) -> tuple[int, float]:
    # dlt makes its own bookkeeping with the first load; before that nothing can wait.
    known = connection.execute("select to_regclass('raw._dlt_loads') is not null").fetchone()
    if not known or not known[0]:
        return 0, 0.0
    return _counted(connection, UNBUILT_LOADS, [consumers_of(group)])


def _counted(connection: Connection, query: str, values: list[object]) -> tuple[int, float]:
    ((count, seconds),) = connection.execute(query.encode(), values).fetchall()
    return int(count), float(seconds)
