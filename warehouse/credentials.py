"""The sealed credentials of a tenant: every read and change of ``control.credentials``."""

from collections.abc import Mapping
from typing import Any

import psycopg

from warehouse.errors import UnknownTenant
from warehouse.secrets import Credentials, Sealer
from warehouse.tenant_fields import check_credentials

Connection = psycopg.Connection[tuple[Any, ...]]


def read_credentials(connection: Connection, sealer: Sealer, tenant_id: int) -> Credentials:
    """The opened credentials; raises UnknownTenant or SealError."""
    row = connection.execute(
        "select sealed from control.credentials where tenant_id = %s", [tenant_id]
    ).fetchone()
    if row is None:
        raise UnknownTenant(f"no tenant has the id {tenant_id}")
    return sealer.open(tenant_id, row[0])


def lock_credentials(connection: Connection, sealer: Sealer, tenant_id: int) -> Credentials:
    """The opened credentials, which nobody else can change until the transaction ends."""
    connection.execute(
        "select 1 from control.credentials where tenant_id = %s for update", [tenant_id]
    )
    return read_credentials(connection, sealer, tenant_id)


def change_credentials(
    connection: Connection, sealer: Sealer, tenant_id: int, changes: Mapping[str, str | None]
) -> Credentials:
    """Change some credentials, within a transaction; raises UnknownTenant or InvalidField."""
    new = lock_credentials(connection, sealer, tenant_id).changed(dict(changes))
    check_credentials(new)
    connection.execute(
        "update control.credentials set sealed = %s, changed_at = now() where tenant_id = %s",
        [sealer.seal(tenant_id, new), tenant_id],
    )
    connection.execute(
        "update control.tenants set has_access_token = %s, token_expires_at = %s"
        " where tenant_id = %s",
        [new.can_read_shopify, new.access_token_expires_at, tenant_id],
    )
    return new
