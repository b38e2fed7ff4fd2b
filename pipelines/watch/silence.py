"""Whether a shop that usually sends webhooks has fallen silent: counted by hours, judged by habit.

Shops sleep at night and at weekends, so the time since the last delivery is compared with the same
hours of the days before, and with those of the same day of the week.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

import psycopg

Connection = psycopg.Connection[tuple[Any, ...]]
Hours = Mapping[datetime, int]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# So many expected deliveries do not stay away by chance; a quiet shop never comes that far.
TELLING = 20.0
LONGEST_LOOK = DAY
DAYS_COMPARED, FEWEST_DAYS, WEEK = 7, 3, 7

_COUNTED = """
update control.load_batches set counted = true
where loaded_at is not null and not counted returning batch_id
"""
# What was handed to the loader again had its hour counted; of an erased shop nothing is kept.
_COUNT = """
insert into control.delivery_hours as known (tenant_id, hour, deliveries, last_received_at)
select
    events.tenant_id, date_trunc('hour', events.received_at, 'UTC'), count(*),
    max(events.received_at)
from landing.webhook_events as events
inner join control.tenants as tenants on events.tenant_id = tenants.tenant_id
where events.load_batch = any (%s) and events.replayed_at is null and tenants.erased_at is null
group by 1, 2
on conflict (tenant_id, hour) do update set
    deliveries = known.deliveries + excluded.deliveries,
    last_received_at = greatest(known.last_received_at, excluded.last_received_at)
"""
_HOURS = """
select hour, deliveries, last_received_at from control.delivery_hours
where tenant_id = %s order by hour
"""
_WAITING = """
select max(received_at) from landing.webhook_events where load_batch is null and tenant_id = %s
"""


@dataclass(frozen=True)
class Silence:
    """The last delivery, and how many would have been usual since; None: none ever came."""

    last: datetime | None = None
    expected: float = 0.0

    @property
    def since(self) -> datetime | None:
        """Since when the shop is silent; None when it is not, or is a quiet one."""
        return self.last if self.expected >= TELLING else None


def count_deliveries(connection: Connection) -> None:
    """Add the events of finished batches to their hours, each batch once."""
    with connection.transaction():
        batches = [row[0] for row in connection.execute(_COUNTED)]
        connection.execute(_COUNT, [batches])


def silence_of(connection: Connection, tenant_id: int, *, now: datetime) -> Silence:
    """How a tenant's last delivery compares with its habit."""
    rows = connection.execute(_HOURS, [tenant_id]).fetchall()
    ((waiting,),) = connection.execute(_WAITING, [tenant_id]).fetchall()
    last = max([*(row[2] for row in rows), *([waiting] if waiting else [])], default=None)
    if last is None:
        return Silence()
    hours = {row[0].astimezone(UTC): int(row[1]) for row in rows}
    return Silence(last, expected(hours, last=last, now=now))


def expected(hours: Hours, *, last: datetime, now: datetime) -> float:
    """How many deliveries would be usual between the last one and now, in a day at most.

    The mean of the same hours on the days before the silence, or what came in them a whole number
    of weeks ago where that is less; 0 while fewer than three such days are known.
    """
    if not hours or now <= last:
        return 0.0
    first, begins = min(hours), max(last, now - LONGEST_LOOK)
    nearest = max(1, ceil((now - last) / DAY))
    days = [
        _deliveries(hours, begins - days * DAY, now - days * DAY)
        for days in range(nearest, nearest + DAYS_COMPARED)
        if begins - days * DAY >= first
    ]
    if len(days) < FEWEST_DAYS:
        return 0.0
    usual = sum(days) / len(days)
    week = ceil(nearest / WEEK) * WEEK * DAY
    if begins - week >= first:
        usual = min(usual, _deliveries(hours, begins - week, now - week))
    return usual


def _deliveries(hours: Hours, begins: datetime, ends: datetime) -> float:
    """The deliveries of a span; of the hours at its ends their share."""
    total, hour = 0.0, begins.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    while hour < ends:
        share = (min(ends, hour + HOUR) - max(begins, hour)) / HOUR
        total += hours.get(hour, 0) * share
        hour += HOUR
    return total
