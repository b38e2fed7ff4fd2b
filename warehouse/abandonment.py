"""Which checkouts turned abandoned since the last look: each is counted once.

Whether a checkout is abandoned depends on the moment of asking and is computed when it is read;
only that it has been counted is written down.
"""

from dataclasses import dataclass
from typing import Any

import psycopg

from warehouse.connections import Role, connect
from warehouse.errors import UnknownTenant, WarehouseError
from warehouse.settings import Settings
from warehouse.tenants import get_tenant, list_tenants

Connection = psycopg.Connection[tuple[Any, ...]]

_FRESH = """
select checkouts.checkout_id
from marts.checkouts as checkouts
where checkouts.tenant_id = %s
    and checkouts.is_counted
    and checkouts.status = 'ABANDONED'
    and not exists (
        select 1
        from control.detected_checkouts as detected
        where detected.tenant_id = checkouts.tenant_id
            and detected.checkout_id = checkouts.checkout_id
    )
"""
_COUNT = """
insert into control.detected_checkouts (tenant_id, checkout_id)
select %s, fresh.checkout_id from unnest(%s::text[]) as fresh (checkout_id)
on conflict (tenant_id, checkout_id) do nothing
"""


@dataclass(frozen=True)
class Detected:
    """New abandoned checkouts of each tenant, and why those of others could not be counted."""

    counts: dict[int, int]
    failures: dict[int, str]


def detect(settings: Settings, tenant_id: int) -> int:
    """How many of a tenant's checkouts turned abandoned since the last look.

    Raises UnknownTenant. Before the first build no checkout is known, so none is counted.
    """
    with connect(settings, Role.CONTROL) as connection:
        get_tenant(connection, tenant_id)
    fresh = _fresh(settings, tenant_id)
    if not fresh:
        return 0
    with connect(settings, Role.CONTROL) as connection:
        return connection.execute(_COUNT, [tenant_id, fresh]).rowcount


def detect_all(settings: Settings) -> Detected:
    """The same for every tenant; one's failure stops no other."""
    with connect(settings, Role.CONTROL) as connection:
        tenants = [tenant.tenant_id for tenant in list_tenants(connection)]
    counts, failures = {}, {}
    for tenant_id in tenants:
        try:
            counts[tenant_id] = detect(settings, tenant_id)
        except UnknownTenant:
            continue  # taken away since the list was read
        except (psycopg.Error, WarehouseError) as error:
            failures[tenant_id] = _first_line(error)
    return Detected(counts, failures)


def _first_line(error: Exception) -> str:
    """What happened; the lines after it can quote the row, and with it a person."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def _fresh(settings: Settings, tenant_id: int) -> list[str]:
    """Abandoned ones that no detection has counted, read as the role that sees one tenant."""
    with connect(settings, Role.READER) as connection:
        connection.execute(f"set local app.tenant_id = '{int(tenant_id)}'")
        known = connection.execute("select to_regclass('marts.checkouts') is not null").fetchone()
        if not (known and known[0]):
            return []
        return [str(row[0]) for row in connection.execute(_FRESH, [tenant_id])]
