"""Advisory locks: the names that several rooms know, who holds one, and waiting for it.

Whoever waits does so for as long as an honest holder may work, says for whom, and gives up with
the holder's name instead of Postgres's own words.
"""

import logging
import time
from typing import Any

import psycopg

from warehouse.errors import LockHeld

LOG = logging.getLogger(__name__)
Connection = psycopg.Connection[tuple[Any, ...]]

# Held by the live loop that works; others that run wait for it.
LIVE_LOCK = "live"

# Longer than any build or load that goes on as it should.
PATIENCE_SECONDS = 3_600.0
# How often whoever waits says so.
SLICE_SECONDS = 60.0

# A key of 64 bits stands in pg_locks as two halves.
_HELD = """
select exists (
    select 1
    from pg_locks as locks
    inner join pg_database as databases on databases.oid = locks.database
    where locks.locktype = 'advisory' and locks.objsubid = 1 and locks.granted
        and databases.datname = current_database()
        and (locks.classid::bigint << 32) | locks.objid::bigint = hashtextextended(%s, 0)
)
"""

_HOLDER = """
select
    activity.application_name,
    activity.pid,
    to_char(activity.backend_start, 'YYYY-MM-DD HH24:MI')
from pg_locks as locks
inner join pg_database as databases on databases.oid = locks.database
inner join pg_stat_activity as activity on activity.pid = locks.pid
where locks.locktype = 'advisory' and locks.objsubid = 1 and locks.granted
    and databases.datname = current_database()
    and (locks.classid::bigint << 32) | locks.objid::bigint = hashtextextended(%s, 0)
"""


def sync_lock(tenant_id: int) -> str:
    """Held while a tenant's shop is read."""
    return f"sync:{tenant_id}"


def lock_is_held(connection: Connection, name: str) -> bool:
    """Whether any session of this database holds the named lock."""
    ((held,),) = connection.execute(_HELD, [name]).fetchall()
    return bool(held)


def holder_of(connection: Connection, name: str) -> str | None:
    """Who holds the named lock, as a person can find it; None when nobody does."""
    row = connection.execute(_HOLDER, [name]).fetchone()
    if row is None:
        return None
    since = f", connected since {row[2]}" if row[2] else ""
    return f"{row[0] or 'an unnamed program'} (Postgres process {row[1]}{since})"


def take_lock(connection: Connection, name: str, *, patience: float = PATIENCE_SECONDS) -> None:
    """Take the named session lock, waiting for it; raises LockHeld when patience ends.

    The role's bounds on locks and statements are for its work, not for waiting its turn.
    """
    if _taken_at_once(connection, name):
        return
    deadline = time.monotonic() + patience
    while not _taken_within(connection, name, min(SLICE_SECONDS, deadline - time.monotonic())):
        holder = holder_of(connection, name)
        if time.monotonic() >= deadline:
            raise LockHeld(
                f"the lock {name!r} was waited for {patience:.0f} s and is held by "
                f"{holder or 'another process'}; wait until that has ended, or end it if it hangs, "
                "then try again: nothing is lost"
            )
        LOG.info("waiting for the lock %r, held by %s", name, holder)


def _taken_at_once(connection: Connection, name: str) -> bool:
    row = connection.execute(
        "select pg_try_advisory_lock(hashtextextended(%s, 0))", [name]
    ).fetchone()
    return bool(row and row[0])


def _taken_within(connection: Connection, name: str, seconds: float) -> bool:
    milliseconds = max(int(seconds * 1_000), 1)
    try:
        with connection.transaction():
            connection.execute("set local statement_timeout = 0")
            connection.execute(f"set local lock_timeout = {milliseconds}")
            connection.execute("select pg_advisory_lock(hashtextextended(%s, 0))", [name])
            connection.execute("set local lock_timeout to default")
            connection.execute("set local statement_timeout to default")
    except psycopg.errors.LockNotAvailable:
        return False
    return True
