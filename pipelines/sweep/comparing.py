"""One resource of a shop compared: its list proved, what is missing asked for by its id."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import psycopg

from pipelines.documents import Document
from pipelines.errors import AccessDenied, BulkFailed
from pipelines.operations import RecordedOperations
from pipelines.resources import ORDERS, Resource
from pipelines.shopify.bulk import BulkRunner
from pipelines.shopify.by_id import gid, number_of, read_nodes
from pipelines.shopify.client import ShopifyClient
from pipelines.shopify.queries import Granted, document, grants
from pipelines.shopify.scopes import ALL_ORDERS
from pipelines.sweep.ids import SWEPT, Held, held, ids_in
from pipelines.sync import RECENT_ORDERS
from warehouse.settings import Settings
from warehouse.syncs import read_cursor
from warehouse.tenants import Tenant

LOG = logging.getLogger(__name__)
Connection = psycopg.Connection[tuple[Any, ...]]
# More than this share of a resource is rather a wrong answer than a shop that was emptied.
LARGEST_SHARE = 0.1
# A share of few says nothing: so many may always go, since each was asked for by itself.
ALWAYS = 5
# Shopify's clock and ours may differ where its sixty days begin.
MARGIN = timedelta(days=1)
# Orders that a sync has missed are read again; a tenant that misses more needs a sync.
MOST_MARKS = 5_000
FOUND_BY = "sweep"

_MARK = """
insert into control.refetch_orders (tenant_id, order_id, reason)
select %s, missed.order_id, 'sweep' from unnest(%s::bigint[]) as missed (order_id)
on conflict (tenant_id, order_id) do nothing
"""


@dataclass(frozen=True)
class Swept:
    """One resource: ids that the shop listed, that we expected there, that were gone.

    `unread` are ids that the shop has and we do not: what was made since the last sync, and
    orders that a sync has missed, which are marked to be read.
    """

    listed: int
    expected: int
    gone: int = 0
    unread: int = 0


@dataclass
class Found:
    """What a sweep finds as it goes on; `refused` are resources of which too much is gone."""

    swept: dict[str, Swept] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    stones: dict[str, list[Document]] = field(default_factory=dict)


@dataclass(frozen=True)
class Shop:
    """What one resource's comparison works with."""

    settings: Settings
    connection: Connection
    tenant: Tenant
    client: ShopifyClient
    granted: Granted
    folder: Path


def compare(shop: Shop, resource: Resource, found: Found, *, force: bool) -> None:
    """Add what is gone of a resource to what was found.

    Raises BulkIncomplete where the list is not proved complete (law L4).
    """
    tenant_id = shop.tenant.tenant_id
    listed, began = _listed(shop, resource)
    since = None if grants(shop.granted, [ALL_ORDERS]) else began - RECENT_ORDERS + MARGIN
    ours = held(shop.connection, tenant_id, resource, began=began, since=since)
    missing = sorted(ours.expected - listed)
    swept = Swept(len(listed), len(ours.expected), unread=len(listed - ours.known))
    found.swept[resource.name] = swept
    if len(missing) > max(ALWAYS, LARGEST_SHARE * len(ours.expected)) and not force:
        found.refused.append(
            f"{len(missing)} of {len(ours.expected)} {resource.name} are not in the shop's list"
        )
        return
    gone = gone_of(shop.client, resource, missing)
    found.swept[resource.name] = replace(swept, gone=len(gone))
    if gone:
        found.stones[resource.name] = [_tombstone(tenant_id, number) for number in gone]
        LOG.warning(
            "%s: %d %s are gone without a webhook: %s",
            shop.tenant.shop_domain, len(gone), resource.name, ", ".join(map(str, gone[:20])),
        )  # fmt: skip
    if resource is ORDERS:
        _mark_unread(shop.connection, tenant_id, listed, ours)


def _listed(shop: Shop, resource: Resource) -> tuple[set[int], datetime]:
    """The shop's own ids, proved complete, and when their reading began."""
    operations = RecordedOperations(
        shop.connection, shop.tenant.tenant_id, f"{FOUND_BY}:{resource.name}"
    )
    runner = BulkRunner(
        shop.client,
        sleep=shop.client.sleep,
        poll_seconds=shop.settings.bulk_poll_seconds,
        operations=operations,
    )
    try:
        file, began = runner.export(
            document(SWEPT[resource]), shop.folder / f"{resource.name}.ids.jsonl"
        )
        listed = ids_in(file, resource)
    except (BulkFailed, AccessDenied):
        operations.forget()
        raise
    operations.forget()
    return listed, began


def gone_of(client: ShopifyClient, resource: Resource, missing: Sequence[int]) -> list[int]:
    """Those of the missing that Shopify, asked for each by its id, does not have."""
    gids = [gid(resource.gid_kind, number) for number in missing]
    nodes = read_nodes(client, "objects_by_id", gids, granted=None)
    return [number_of(one) for one, node in nodes if node is None]


def _tombstone(tenant_id: int, number: int) -> Document:
    """What a webhook of the deletion leaves, and that it was the sweep that found it."""
    now = datetime.now(UTC)
    stone = {"id": number, "deleted_at": now.isoformat(), "found_by": FOUND_BY}
    return Document(tenant_id, number, "webhook", now, now, None, orjson.dumps(stone).decode())


def _mark_unread(connection: Connection, tenant_id: int, listed: set[int], ours: Held) -> None:
    # Before the first sync everything is unread.
    if read_cursor(connection, tenant_id, ORDERS.name):
        unread = sorted(listed - ours.known)[:MOST_MARKS]
        connection.execute(_MARK, [tenant_id, unread])
