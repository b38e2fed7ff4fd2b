"""Orders that the Admin API told of and no webhook did, although one had time to."""

from datetime import datetime, timedelta
from typing import Any

import psycopg

Connection = psycopg.Connection[tuple[Any, ...]]
# Shopify tries a delivery again for four hours.
GRACE = timedelta(hours=5)

# What a webhook told stands in raw for good, so that no retention hides it. Looked through are the
# loads of the last day: a new order is in one of them, and old ones are not read again each hour.
_FIND = """
insert into control.untold_orders (tenant_id, order_id, created_at)
select orders.tenant_id, orders.id, (orders.payload ->> 'createdAt')::timestamptz
from raw.orders as orders
where orders.tenant_id = %(tenant_id)s
    and orders.origin = 'admin'
    and orders._dlt_load_id in (
        select load_id from raw._dlt_loads where inserted_at > now() - interval '1 day'
    )
    and orders.updated_at >= %(since)s
    and (orders.payload ->> 'createdAt')::timestamptz >= %(since)s
    and (orders.payload ->> 'createdAt')::timestamptz <= %(until)s
    and not exists (
        select 1 from raw.orders as told
        where told.tenant_id = orders.tenant_id and told.id = orders.id and told.origin = 'webhook'
    )
    and not exists (
        select 1
        from landing.quarantine as aside
        inner join landing.webhook_events as event
            on event.tenant_id = aside.tenant_id and event.topic = aside.topic
            and event.webhook_id = aside.webhook_id
        where aside.tenant_id = orders.tenant_id and aside.topic like 'orders/%%'
            and position(convert_to(orders.id::text, 'UTF8') in event.body) > 0
    )
on conflict (tenant_id, order_id) do nothing
"""
_TOLD_LATER = """
delete from control.untold_orders as untold
using raw.orders as told
where untold.tenant_id = %s and told.tenant_id = untold.tenant_id
    and told.id = untold.order_id and told.origin = 'webhook'
"""
_WAITING = """
select min(received_at) from (
    select received_at from landing.webhook_events
    where load_batch is null and tenant_id = %(tenant_id)s
    union all
    select events.received_at
    from landing.webhook_events as events
    inner join control.load_batches as batches on batches.batch_id = events.load_batch
    where batches.loaded_at is null and events.tenant_id = %(tenant_id)s
) as waiting
"""
_FIRST = """
select min(received_at) from landing.webhook_events
where tenant_id = %s and topic in ('orders/create', 'orders/updated')
"""


def first_told(connection: Connection, tenant_id: int) -> datetime | None:
    """When the first webhook of an order came, as far back as landing goes."""
    ((first,),) = connection.execute(_FIRST, [tenant_id]).fetchall()
    return first  # type: ignore[no-any-return]


def find_untold(connection: Connection, tenant_id: int, *, since: datetime, now: datetime) -> int:
    """Write down the orders made since then that no webhook told of within the grace.

    Returns how many are found and still untold. One whose webhook waits in landing, or was put
    aside, is none: it was delivered.
    """
    known = connection.execute("select to_regclass('raw._dlt_loads') is not null").fetchone()
    if not known or not known[0]:
        return 0
    ((waiting,),) = connection.execute(_WAITING, {"tenant_id": tenant_id}).fetchall()
    # The webhook of a younger order may be among those that wait.
    until = min(now, waiting or now) - GRACE
    connection.execute(_TOLD_LATER, [tenant_id])
    connection.execute(_FIND, {"tenant_id": tenant_id, "since": since, "until": until})
    ((count,),) = connection.execute(
        "select count(*) from control.untold_orders where tenant_id = %s", [tenant_id]
    ).fetchall()
    return int(count)
