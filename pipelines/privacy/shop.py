"""A whole shop's erasure (shop/redact): every row of the tenant, in every table that has tenants.

What stays is the tenant's row as a tombstone, so that its domain is known, and its receipts. The
tables are asked of the catalog: one that is added tomorrow is emptied, too.
"""

from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import sql

from pipelines.privacy.erase import BUMP, Receipt, empty_all_staging, write_receipt
from pipelines.privacy.models import Counts
from pipelines.privacy.requests import DATA_REQUEST
from warehouse.tenants import SHOP_ERASED

Connection = psycopg.Connection[tuple[Any, ...]]
SCHEMAS = ["control", "landing", "raw", "staging", "marts"]
# The tombstone, its receipts, and the number that ends every answer computed before.
KEPT = ["control.tenants", "control.receipts", "control.data_versions"]
_TABLES = """
select namespace.nspname, class.relname, pg_get_userbyid(class.relowner)
from pg_catalog.pg_class as class
inner join pg_catalog.pg_namespace as namespace on namespace.oid = class.relnamespace
inner join pg_catalog.pg_attribute as attribute
    on attribute.attrelid = class.oid and attribute.attname = 'tenant_id'
    and not attribute.attisdropped
where namespace.nspname = any(%s) and class.relkind in ('r', 'p') and not class.relispartition
    and namespace.nspname || '.' || class.relname <> all(%s)
order by 1, 2
"""
_TOMBSTONE = """
update control.tenants
set name = shop_domain, status = 'paused', pause_reason = %s, paused_at = now(), erased_at = now(),
    iana_timezone = null, currency = null, coverage_from = null, has_access_token = false,
    checkout_webhooks_from = null, granted_scopes = null, scopes_checked_at = null,
    api_version_served = null, token_expires_at = null
where tenant_id = %s
"""
# Whoever else asked is answered by this: nothing is left to erase, and nothing to hand out.
_SETTLED = """
update control.receipts
set acted_at = coalesce(acted_at, now()), cleaned_at = coalesce(cleaned_at, now()),
    bundled_at = case when topic = %(data)s then now() end, deed = 'erased with the whole shop'
where tenant_id = %(tenant)s
    and (acted_at is null or (topic = %(data)s and bundled_at is null))
"""
_IS_ERASED = """
select exists (
    select 1 from control.tenants where tenant_id = %s and erased_at is not null
)
"""
_LATE = """
delete from landing.webhook_events as events
using control.tenants as tenants
where events.tenant_id = tenants.tenant_id and tenants.erased_at is not null
    and not exists (
        select 1 from control.receipts as receipts
        where receipts.tenant_id = events.tenant_id and receipts.topic = events.topic
            and receipts.webhook_id = events.webhook_id and receipts.acted_at is null
    )
"""


def erase_shop(connection: Connection, receipt: Receipt) -> Counts:
    """Erase a tenant and say so on the receipt; returns the rows for each table."""
    with connection.transaction():
        counts = dict(_emptied(connection, receipt.tenant_id))
        empty_all_staging(connection)
        reason = f"{SHOP_ERASED} at the shop's own request ({receipt.topic})"
        connection.execute(_TOMBSTONE, [reason, receipt.tenant_id])
        connection.execute(BUMP, [receipt.tenant_id])
        settle(connection, receipt.tenant_id)
        told = {table: rows for table, rows in counts.items() if rows}
        write_receipt(
            connection, receipt, deed="the whole shop erased", request={"shop": True}, counts=told
        )
    return told


def is_erased(connection: Connection, tenant_id: int) -> bool:
    """Whether the whole shop was erased and has not come back."""
    ((erased,),) = connection.execute(_IS_ERASED, [tenant_id]).fetchall()
    return bool(erased)


def settle(connection: Connection, tenant_id: int) -> Counts:
    """Say on what people of an erased shop asked for that it went with the shop; no rows more."""
    connection.execute(_SETTLED, {"tenant": tenant_id, "data": DATA_REQUEST})
    return {}


def forget_late(connection: Connection) -> int:
    """Delete what landed for an erased shop after its erasure; returns how much."""
    return connection.execute(_LATE).rowcount


def _emptied(connection: Connection, tenant_id: int) -> Iterator[tuple[str, int]]:
    """Each table with the rows that went; row security knows the makers of the marts only."""
    ((me,),) = connection.execute("select current_user").fetchall()
    for schema, table, owner in connection.execute(_TABLES, [SCHEMAS, KEPT]).fetchall():
        if owner != me:
            connection.execute(sql.SQL("set local role {}").format(sql.Identifier(owner)))
        name = sql.Identifier(schema, table)
        query = sql.SQL("delete from {} where tenant_id = %s").format(name)
        yield f"{schema}.{table}", connection.execute(query, [tenant_id]).rowcount
        connection.execute("reset role")
