"""The tenant behind a shop domain, with the secrets that sign its webhooks; remembered briefly.

A shop that is not known and a signature that does not fit are looked up afresh, so that a tenant
added or a secret rotated a moment ago is seen at once.
"""

import time
from dataclasses import dataclass, field

import asyncpg

from api.errors import Unavailable
from api.pool import Pool
from warehouse.errors import SealError
from warehouse.secrets import Sealer

REMEMBERED_SECONDS = 30
REMEMBERED_SHOPS = 10_000
CONNECTIONS = 2
QUERY_SECONDS = 3
FIND = """
select tenants.tenant_id, credentials.sealed
from control.tenants
inner join control.credentials on credentials.tenant_id = tenants.tenant_id
where tenants.shop_domain = $1
"""


@dataclass(frozen=True, slots=True)
class Shop:
    """A tenant as the landing knows it."""

    tenant_id: int
    secrets: tuple[str | None, ...] = field(repr=False)
    seen_at: float


class Shops:
    """Finds shops in the control tables, as the landing role."""

    def __init__(self, dsn: str, sealer: Sealer) -> None:
        self.pool = Pool(dsn, name="shopmart landing", size=CONNECTIONS, seconds=QUERY_SECONDS)
        self._sealer = sealer
        self._remembered: dict[str, Shop] = {}

    async def open(self) -> None:
        """Make the pool."""
        await self.pool.open()

    async def close(self) -> None:
        """Give the connections back."""
        await self.pool.close()

    async def find(self, domain: str) -> Shop | None:
        """The shop, remembered or looked up; None when no tenant has this domain.

        Raises Unavailable.
        """
        shop = self._remembered.get(domain)
        if shop is not None and time.monotonic() - shop.seen_at < REMEMBERED_SECONDS:
            return shop
        return await self.look_up(domain)

    async def look_up(self, domain: str) -> Shop | None:
        """The shop as the database has it at this moment. Raises Unavailable."""

        async def fetch(connection: asyncpg.Connection) -> asyncpg.Record | None:
            return await connection.fetchrow(FIND, domain)

        row = await self.pool.run(fetch)
        if row is None:
            self._remembered.pop(domain, None)
            return None
        try:
            credentials = self._sealer.open(row["tenant_id"], row["sealed"])
        except SealError as error:
            raise Unavailable(str(error)) from None
        secrets = (credentials.webhook_secret, credentials.previous_webhook_secret)
        shop = Shop(tenant_id=row["tenant_id"], secrets=secrets, seen_at=time.monotonic())
        if len(self._remembered) >= REMEMBERED_SHOPS:
            self._remembered.clear()
        self._remembered[domain] = shop
        return shop
