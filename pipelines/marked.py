"""The marks of orders that are to be read again: who has some, which are oldest, taking them away.

A mark is taken away only when it did not change since it was read, so that what happens to an order
meanwhile is not lost.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import psycopg

Connection = psycopg.Connection[tuple[Any, ...]]

_SHOPS = """
select marks.tenant_id
from control.refetch_orders as marks
inner join control.tenants as tenants on marks.tenant_id = tenants.tenant_id
where tenants.status = 'active' and tenants.has_access_token
group by marks.tenant_id
order by min(marks.marked_at), marks.tenant_id
"""
_MARKS = """
select order_id, marked_at from control.refetch_orders
where tenant_id = %s order by marked_at, order_id limit %s
"""
_UNMARK = """
delete from control.refetch_orders as mark
using unnest(%s::bigint[], %s::timestamptz[]) as read (order_id, marked_at)
where mark.tenant_id = %s and mark.order_id = read.order_id and mark.marked_at = read.marked_at
"""


def marked_shops(connection: Connection) -> list[int]:
    """The tenants with marks that can be read now, those whose mark is oldest first."""
    return [row[0] for row in connection.execute(_SHOPS)]


def marks_of(connection: Connection, tenant_id: int, *, most: int) -> dict[int, datetime]:
    """A tenant's marked orders and when each was marked, the oldest first."""
    return dict(connection.execute(_MARKS, [tenant_id, most]).fetchall())


def unmark(connection: Connection, tenant_id: int, read: Mapping[int, datetime]) -> None:
    """Take away the marks that are still what they were when they were read."""
    connection.execute(_UNMARK, [list(read), list(read.values()), tenant_id])
