"""What waits to be built: landed webhooks not yet loaded, and loads no build has consumed."""

from dataclasses import dataclass

import psycopg

from warehouse.connections import Role, connect
from warehouse.settings import Settings

# Counting stops early: an operator needs to know that much waits, not exactly how much.
COUNTED = 10_000
UNLOADED_EVENTS = """
select count(*) from (
    select 1 from landing.webhook_events where load_batch is null limit %s
) as waiting
"""
OPEN_BATCHES = "select count(*) from control.load_batches where loaded_at is null"
UNBUILT_LOADS = """
select count(*) from raw._dlt_loads as loads
where
    loads.status = 0
    and not exists (
        select 1 from control.build_loads as built
        where built.load_id = loads.load_id and built.build_group = %s
    )
"""


@dataclass(frozen=True)
class Pending:
    """Counts of what waits."""

    events: int
    batches: int
    loads: int

    def __bool__(self) -> bool:
        return bool(self.events or self.batches or self.loads)

    def __str__(self) -> str:
        return (
            f"{self.events} landed webhooks, {self.batches} unfinished batches and "
            f"{self.loads} loads wait to be built"
        )


def pending(settings: Settings, *, group: str = "all") -> Pending:
    """Ask the database, each table with the role that may read it."""
    with connect(settings, Role.LOADER) as loader:
        events = _count(loader, UNLOADED_EVENTS, [COUNTED])
        batches = _count(loader, OPEN_BATCHES, [])
    with connect(settings, Role.DBT) as builder:
        return Pending(events, batches, _unbuilt_loads(builder, group))


def _unbuilt_loads(connection: psycopg.Connection[tuple[object, ...]], group: str) -> int:
    # dlt makes its own bookkeeping with the first load; before that nothing can wait.
    known = connection.execute("select to_regclass('raw._dlt_loads') is not null").fetchone()
    return _count(connection, UNBUILT_LOADS, [group]) if known and known[0] else 0


def _count(
    connection: psycopg.Connection[tuple[object, ...]], query: str, values: list[object]
) -> int:
    row = connection.execute(query, values).fetchone()
    return int(str(row[0])) if row else 0
