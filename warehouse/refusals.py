"""Deliveries that were not taken: counted by day, cause and the shop that they named.

Anybody can send anything, so a day has a bounded number of rows; of each the newest headers are
kept as a sample, never a body, and of the headers only those that hold no secret.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import psycopg

Connection = psycopg.Connection[tuple[Any, ...]]
Cause = Literal["header missing", "too large", "unknown shop", "bad signature"]
ROWS_OF_A_DAY = 1_000
# Stands for every further shop of a day that has its rows already.
OTHERS = "(others)"

# Written for asyncpg: arrays of causes, shops, counts and samples, of equal length.
COUNT_REFUSALS = f"""
insert into landing.refusals as known (day, cause, shop_domain, deliveries, sample)
select (now() at time zone 'UTC')::date, given.cause, given.shop, sum(given.deliveries),
    min(given.sample)::jsonb
from (
    select
        refusals.cause, refusals.deliveries, refusals.sample,
        case
            when (
                select count(*) from landing.refusals
                where day = (now() at time zone 'UTC')::date
            ) < {ROWS_OF_A_DAY} or exists (
                select 1 from landing.refusals as standing
                where standing.day = (now() at time zone 'UTC')::date
                    and standing.cause = refusals.cause and standing.shop_domain = refusals.shop
            ) then refusals.shop
            else '{OTHERS}'
        end as shop
    from unnest($1::text[], $2::text[], $3::bigint[], $4::text[])
        as refusals (cause, shop, deliveries, sample)
) as given
group by given.cause, given.shop
order by given.cause, given.shop
on conflict (day, cause, shop_domain) do update
set deliveries = known.deliveries + excluded.deliveries, sample = excluded.sample, last_at = now()
"""
_LIST = """
select day, cause, shop_domain, deliveries, first_at, last_at, sample
from landing.refusals
where day > (now() at time zone 'UTC')::date - %s::integer
order by day desc, deliveries desc, cause, shop_domain
"""


@dataclass(frozen=True, slots=True)
class Refusal:
    """How many deliveries of a UTC day were not taken for one cause; `sample`: newest headers."""

    day: date
    cause: Cause
    shop_domain: str
    deliveries: int
    first_at: datetime
    last_at: datetime
    sample: dict[str, str]


def list_refusals(connection: Connection, *, days: int) -> Sequence[Refusal]:
    """The refusals of so many days, today's first, the most frequent first."""
    return [Refusal(*row) for row in connection.execute(_LIST, [days])]


def forget_refusals(connection: Connection, *, days: int) -> int:
    """Delete what is older than so many days; asked as the owner. Returns how many rows."""
    return connection.execute(
        "delete from landing.refusals where day < (now() at time zone 'UTC')::date - %s::integer",
        [days],
    ).rowcount
