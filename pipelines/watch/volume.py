"""A day's orders against what is usual for the shop on that day of the week."""

from dataclasses import dataclass
from math import sqrt
from typing import Any

import psycopg

from pipelines.watch.findings import Oddity
from warehouse.connections import Role, connect
from warehouse.settings import Settings
from warehouse.tenants import list_tenants

Connection = psycopg.Connection[tuple[Any, ...]]
# Of fewer orders no day says anything.
FEWEST_USUAL = 10.0
# Chance, and then a quarter of the usual, or four times as many.
CHANCES, SHARE = 4.0, 4.0

# Yesterday is the last whole day of the shop; a day that is not in the mart had no order. Before
# the shop's first order nothing was usual.
_DAYS = """
with yesterday as (
    select shops.tenant_id, (now() at time zone shops.day_timezone)::date - 1 as shop_date
    from marts.shops as shops
    where shops.tenant_id = %(tenant_id)s
)
select
    yesterday.shop_date,
    (
        select coalesce(sum(days.orders), 0)::int from marts.daily_sales as days
        where days.tenant_id = yesterday.tenant_id and days.shop_date = yesterday.shop_date
    ),
    (
        select avg(orders)::float8 from (
            select coalesce(sum(days.orders), 0) as orders
            from generate_series(1, 4) as weeks (ago)
            left join marts.daily_sales as days
                on days.tenant_id = yesterday.tenant_id
                and days.shop_date = yesterday.shop_date - 7 * weeks.ago
            where yesterday.shop_date - 7 * weeks.ago >= (
                select min(first.shop_date) from marts.daily_sales as first
                where first.tenant_id = yesterday.tenant_id
            )
            group by weeks.ago
        ) as earlier
    )
from yesterday
"""


@dataclass(frozen=True)
class Day:
    """A shop's last whole day: its orders, and the mean of that weekday in the weeks before."""

    orders: int
    usual: float

    @property
    def is_odd(self) -> bool:
        """Whether the day has far fewer or far more orders than chance explains."""
        if max(self.usual, self.orders / SHARE) < FEWEST_USUAL:
            return False
        spread = CHANCES * sqrt(self.usual)
        is_low = self.orders < self.usual / SHARE and self.orders < self.usual - spread
        is_high = self.orders > self.usual * SHARE and self.orders > self.usual + spread
        return is_low or is_high


def unusual(settings: Settings) -> list[Oddity]:
    """Shops whose last whole day has far fewer or far more orders than is usual for them."""
    odd = []
    with connect(settings, Role.LOADER) as connection:
        tenants = [one for one in list_tenants(connection) if one.status == "active"]
    for tenant in tenants:
        day = _last_day(settings, tenant.tenant_id)
        if day and day.is_odd:
            told = f"{day.orders} orders yesterday, where {day.usual:.0f} are usual on that weekday"
            cure = (
                f"a sale or a holiday explains it; else: shopmart doctor {tenant.tenant_id}, then "
                f"shopmart sweep {tenant.tenant_id}"
            )
            odd.append(Oddity(tenant.shop_domain, told, cure))
    return odd


def _last_day(settings: Settings, tenant_id: int) -> Day | None:
    """None before the first build, and for a shop without weeks behind it."""
    with connect(settings, Role.READER) as connection:
        connection.execute(f"set local app.tenant_id = '{int(tenant_id)}'".encode())
        known = connection.execute("select to_regclass('marts.daily_sales') is not null").fetchone()
        if not (known and known[0]):
            return None
        row = connection.execute(_DAYS, {"tenant_id": tenant_id}).fetchone()
    return Day(int(str(row[1])), float(str(row[2]))) if row and row[2] is not None else None
