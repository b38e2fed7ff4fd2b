"""What a landed ``shop/update`` says of the shop itself: its time zone and currency.

A tenant without a token learns them from nowhere else. The newest document of both origins decides,
so that an old webhook that comes late changes nothing.
"""

from collections.abc import Iterable
from typing import Any

import psycopg

from pipelines.landed.parse import Parsed
from pipelines.resources import SHOPS
from warehouse.tenants import record_shop

Connection = psycopg.Connection[tuple[Any, ...]]

_NEWEST = """
select distinct on (tenant_id)
    tenant_id,
    coalesce(payload ->> 'ianaTimezone', payload ->> 'iana_timezone') as iana_timezone,
    coalesce(payload ->> 'currencyCode', payload ->> 'currency') as currency
from raw.shops
where tenant_id = any (%s)
order by tenant_id, updated_at desc, triggered_at desc, origin
"""


def record_shops(connection: Connection, loaded: Iterable[Parsed]) -> None:
    """Keep the zone and currency of each shop of which a document was loaded."""
    tenants = sorted({one.document.tenant_id for one in loaded if one.table == SHOPS.name})
    if not tenants:
        return
    for tenant_id, zone, currency in connection.execute(_NEWEST, [tenants]).fetchall():
        if zone and currency:
            record_shop(connection, tenant_id, iana_timezone=zone, currency=currency)
