"""Marked orders read again with their agreements and refunds: what a webhook showed, made exact.

An order that is too long for one page of each list goes through the bulk export by its id. A mark is
taken away only when it did not change since it was read, so a webhook during the reading is not lost.
"""

import shutil
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa  # type: ignore[import-untyped]

from pipelines.assembly import assemble
from pipelines.documents import Document, record_batches
from pipelines.errors import PipelineError, QueryTooCostly
from pipelines.extract import admin_document, refund_documents
from pipelines.load import Batches, free_lane, load_documents
from pipelines.resources import ORDERS, REFUNDS
from pipelines.shopify.bulk import BulkRunner
from pipelines.shopify.by_id import flattened, gid, has_more, number_of, read_nodes
from pipelines.shopify.client import ShopifyClient, open_client
from pipelines.shopify.queries import bulk_document
from pipelines.sync import access_token
from warehouse.connections import Role, connect
from warehouse.errors import WarehouseError
from warehouse.settings import Settings
from warehouse.tenants import Tenant, list_tenants

Connection = psycopg.Connection[tuple[Any, ...]]
# Bounds one pass, so that a burst of marks on one tenant does not hold the others up.
MOST_MARKS = 500


@dataclass(frozen=True)
class Refetched:
    """What one pass did; a tenant that failed keeps its marks and is named with the reason."""

    orders: int = 0
    refunds: int = 0
    gone: int = 0
    load_ids: Sequence[str] = ()
    failures: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Mark:
    order_id: int
    marked_at: datetime


@dataclass
class _Pass:
    """One tenant's marked orders on their way: documents by table, and a folder for exports."""

    settings: Settings
    tenant: Tenant
    client: ShopifyClient
    folder: Path
    orders: list[Document] = field(default_factory=list)
    refunds: list[Document] = field(default_factory=list)
    exported: list[pa.RecordBatch] = field(default_factory=list)

    @property
    def order_count(self) -> int:
        return len(self.orders) + sum(batch.num_rows for batch in self.exported)

    def batches(self) -> dict[str, Batches]:
        """Everything that was read, by raw table."""
        return {
            ORDERS.name: [*record_batches(self.orders), *self.exported],
            REFUNDS.name: record_batches(self.refunds),
        }


def refetch_marked(settings: Settings) -> Refetched:
    """Read the marked orders of every tenant that has a token; one's failure stops no other."""
    total = Refetched()
    with connect(settings, Role.LOADER, autocommit=True) as connection:
        for tenant in list_tenants(connection):
            if tenant.status != "active" or not tenant.has_access_token:
                continue
            marks = _marks(connection, tenant)
            if not marks:
                continue
            try:
                done = _refetch(settings, connection, tenant, marks)
            except (PipelineError, WarehouseError) as error:
                done = Refetched(failures={tenant.tenant_id: str(error)})
            total = _sum(total, done)
    return total


def _refetch(
    settings: Settings, connection: Connection, tenant: Tenant, marks: Sequence[_Mark]
) -> Refetched:
    with _pass(settings, connection, tenant) as work:
        _read(work, [mark.order_id for mark in marks])
        load_ids = []
        if work.order_count:
            with free_lane(settings, tenant_id=tenant.tenant_id) as lane_name:
                load_ids.append(load_documents(settings, lane_name, work.batches()))
        _unmark(connection, tenant, marks)
        return Refetched(
            orders=work.order_count,
            refunds=len(work.refunds),
            gone=len(marks) - work.order_count,
            load_ids=load_ids,
        )


@contextmanager
def _pass(settings: Settings, connection: Connection, tenant: Tenant) -> Iterator[_Pass]:
    token = access_token(settings, connection, tenant)
    folder = settings.home_path / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f"refetch-{tenant.tenant_id}-", dir=folder))
    client = open_client(settings, shop_domain=tenant.shop_domain, token=token)
    try:
        yield _Pass(settings, tenant, client, work)
    finally:
        client.close()
        shutil.rmtree(work, ignore_errors=True)


def _read(work: _Pass, order_ids: Sequence[int]) -> None:
    """Orders page by page where they fit in one, else by an export; then their refunds."""
    began = datetime.now(UTC)
    long: list[int] = []
    refunded: list[int] = []
    for order_id, node in _nodes(work.client, order_ids):
        if node is None or has_more(node):
            long += [order_id] if node is None else [number_of(node["id"])]
            continue
        document = admin_document(work.tenant.tenant_id, flattened(node), read_began=began)
        work.orders.append(document)
        refunded += [order_id] if node["refunds"] else []
    refunded += _export_long(work, long, began)
    work.refunds += refund_documents(
        work.client, tenant_id=work.tenant.tenant_id, order_ids=refunded
    )
