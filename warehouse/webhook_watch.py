"""What is known of each tenant's webhooks: written by the watch, told by the status."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

Connection = psycopg.Connection[tuple[Any, ...]]

_READ = """
with untold as (
    select tenant_id, count(*) as orders from control.untold_orders group by tenant_id
)
select
    watch.tenant_id, watch.checked_at, watch.last_delivery_at, watch.expected_deliveries::float8,
    watch.silent_since, coalesce(untold.orders, 0), watch.missing_topics, watch.repaired_topics,
    watch.repaired_at, watch.error
from control.webhook_watch as watch
left join untold using (tenant_id)
where watch.checked_at is not null
    and (%(tenant_id)s::bigint is null or watch.tenant_id = %(tenant_id)s)
"""
_KEEP = """
insert into control.webhook_watch as known (
    tenant_id, orders_told_from, checked_at, last_delivery_at, expected_deliveries, silent_since,
    error
)
values (
    %(tenant_id)s, %(orders_told_from)s, %(at)s, %(last_delivery_at)s, %(expected)s,
    %(silent_since)s, %(error)s
)
on conflict (tenant_id) do update set
    orders_told_from = excluded.orders_told_from, checked_at = excluded.checked_at,
    last_delivery_at = excluded.last_delivery_at,
    expected_deliveries = excluded.expected_deliveries, silent_since = excluded.silent_since,
    error = excluded.error
"""
_SUBSCRIPTIONS = """
update control.webhook_watch set
    address = coalesce(%(address)s, address),
    subscriptions_checked_at = %(at)s,
    missing_topics = %(missing)s,
    repaired_topics = case when %(has_repaired)s then %(repaired)s else repaired_topics end,
    repaired_at = case when %(has_repaired)s then %(at)s else repaired_at end
where tenant_id = %(tenant_id)s
"""
_ADDRESS = """
insert into control.webhook_watch as known (tenant_id, address, orders_told_from)
values (%s, %s, clock_timestamp())
on conflict (tenant_id) do update set
    address = excluded.address,
    orders_told_from = coalesce(known.orders_told_from, excluded.orders_told_from)
"""


@dataclass(frozen=True)
class WebhookWatch:
    """The last look at a tenant's webhooks.

    ``untold_orders``: orders that no webhook told of; ``missing_topics``: without a right
    subscription; ``expected_deliveries``: how many would be usual since the last one.
    """

    checked_at: datetime
    last_delivery_at: datetime | None
    expected_deliveries: float
    silent_since: datetime | None
    untold_orders: int
    missing_topics: list[str]
    repaired_topics: list[str]
    repaired_at: datetime | None
    error: str | None


def read_watch(connection: Connection, tenant_id: int | None = None) -> dict[int, WebhookWatch]:
    """The last look at every tenant, or at one; a tenant that was not looked at is left out."""
    rows = connection.execute(_READ, {"tenant_id": tenant_id}).fetchall()
    return {row[0]: WebhookWatch(*row[1:]) for row in rows}


def remember_address(connection: Connection, tenant_id: int, address: str) -> None:
    """Keep where a tenant's subscriptions deliver, to make them again when they vanish."""
    connection.execute(_ADDRESS, [tenant_id, address])


def watched_from(connection: Connection, tenant_id: int) -> tuple[str | None, datetime | None]:
    """The address of the subscriptions, and since when orders are told; None: not known."""
    row = connection.execute(
        "select address, orders_told_from from control.webhook_watch where tenant_id = %s",
        [tenant_id],
    ).fetchone()
    return (row[0], row[1]) if row else (None, None)


def keep_watch(
    connection: Connection,
    tenant_id: int,
    *,
    at: datetime,
    orders_told_from: datetime | None,
    last_delivery_at: datetime | None,
    expected: float,
    silent_since: datetime | None,
    subscriptions: tuple[str | None, Sequence[str], Sequence[str]] | None,
    error: str | None,
) -> None:
    """Write a look down; ``subscriptions``: address, missing and repaired topics, where seen."""
    values = {
        "tenant_id": tenant_id,
        "at": at,
        "orders_told_from": orders_told_from,
        "last_delivery_at": last_delivery_at,
        "expected": expected,
        "silent_since": silent_since,
        "error": error,
    }
    with connection.transaction():
        connection.execute(_KEEP, values)
        if subscriptions is not None:
            address, missing, repaired = subscriptions
            found = {
                "address": address,
                "missing": list(missing),
                "repaired": list(repaired),
                "has_repaired": bool(repaired),
            }
            connection.execute(_SUBSCRIPTIONS, {**values, **found})
