"""The two sides that a sweep compares: the ids that a shop has, and those that we hold."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import psycopg

from pipelines.errors import BulkIncomplete
from pipelines.resources import CUSTOMERS, ORDERS, PRODUCTS, Resource
from pipelines.shopify.bulk import BulkFile
from pipelines.shopify.by_id import number_of

Connection = psycopg.Connection[tuple[Any, ...]]

# Inventory is read whole by every sync, and Shopify itself forgets checkouts.
SWEPT: dict[Resource, str] = {
    ORDERS: "bulk_order_ids",
    CUSTOMERS: "bulk_customer_ids",
    PRODUCTS: "bulk_product_ids",
}

# Expected are ids without a tombstone whose newest document is older than the listing. Orders
# before `since` are not shown to the app, so that their absence says nothing.
_HELD = """
select
    id,
    not bool_or(origin = 'webhook' and payload ? 'deleted_at')
    and max(triggered_at) < %(began)s
    and (
        %(since)s::timestamptz is null
        or coalesce(bool_and(
            least(
                coalesce(payload ->> 'createdAt', payload ->> 'created_at')::timestamptz,
                coalesce(payload ->> 'processedAt', payload ->> 'processed_at')::timestamptz
            ) >= %(since)s
        ), false)
    ) as is_expected
from {table}
where tenant_id = %(tenant_id)s
group by id
"""
# A merge takes a record away as well, but tells where its orders went.
_MERGED = "select id from raw.customer_merges where tenant_id = %s and parent_id is not null"


@dataclass(frozen=True)
class Held:
    """Our side: every id that we know of, and those that the shop must still have."""

    known: frozenset[int]
    expected: frozenset[int]


def ids_in(file: BulkFile, resource: Resource) -> set[int]:
    """The ids of an exported list; raises BulkIncomplete unless all counted lines are there."""
    found: set[int] = set()
    lines = 0
    with file.path.open("rb") as listed:
        for line in listed:
            found.add(_number(line, resource))
            lines += 1
    if (lines, lines) != (file.objects, file.roots):
        raise BulkIncomplete(
            f"the list of {resource.name} is incomplete: {lines} ids of {file.objects} that Shopify"
            " counted"
        )
    return found


def held(
    connection: Connection,
    tenant_id: int,
    resource: Resource,
    *,
    began: datetime,
    since: datetime | None,
) -> Held:
    """The ids of a tenant's documents; `since` bounds those of orders that the app can see."""
    values = {
        "tenant_id": tenant_id,
        "began": began,
        "since": since if resource is ORDERS else None,
    }
    query = _HELD.format(table=f"raw.{resource.name}")
    rows = connection.execute(query.encode(), values).fetchall()
    expected = {int(number) for number, is_expected in rows if is_expected}
    if resource is CUSTOMERS:
        expected -= {int(row[0]) for row in connection.execute(_MERGED, [tenant_id])}
    return Held(frozenset(int(row[0]) for row in rows), frozenset(expected))


def _number(line: bytes, resource: Resource) -> int:
    try:
        gid = str(orjson.loads(line)["id"])
        if not gid.startswith(f"gid://shopify/{resource.gid_kind}/"):
            raise ValueError(gid)
        return number_of(gid)
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        raise BulkIncomplete(
            f"the list of {resource.name} is cut or damaged: a line holds no id"
        ) from None
