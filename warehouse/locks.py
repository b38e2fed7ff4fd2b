"""The names of the advisory locks that several rooms know, and whether somebody holds one."""

from typing import Any

import psycopg

Connection = psycopg.Connection[tuple[Any, ...]]

# Held by the live loop that works; others that run wait for it.
LIVE_LOCK = "live"

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


def sync_lock(tenant_id: int) -> str:
    """Held while a tenant's shop is read."""
    return f"sync:{tenant_id}"


def lock_is_held(connection: Connection, name: str) -> bool:
    """Whether any session of this database holds the named lock."""
    ((held,),) = connection.execute(_HELD, [name]).fetchall()
    return bool(held)
