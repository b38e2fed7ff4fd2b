"""One tenant's shop read as documents: bulk exports side by side, refunds after their orders.

Nothing is loaded here and no cursor is moved. What is returned has been proved complete, with the
time at which each reading began.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from pipelines.assembly import Assembly, assemble
from pipelines.documents import Document, spool
from pipelines.errors import Abandoned
from pipelines.resources import CUSTOMERS, EVERYTHING_SINCE, ORDERS, Resource
from pipelines.shopify.bulk import BulkRunner
from pipelines.shopify.by_id import number_of, read_refunds
from pipelines.shopify.client import ShopifyClient
from pipelines.shopify.queries import bulk_document, document
from pipelines.text import without_nul

Progress = Callable[[str], None]
Node = dict[str, Any]


@dataclass(frozen=True)
class Reading:
    """What one sync reads with: `cursors` tell how far each resource was read before."""

    tenant_id: int
    client: ShopifyClient
    cursors: Mapping[str, datetime | None]
    folder: Path
    poll_seconds: float
    report: Progress
    stop: threading.Event


@dataclass(frozen=True)
class Export:
    """One resource's proved export; `read_until` is where its cursor may move after the load."""

    resource: Resource
    assembly: Assembly
    read_began: datetime
    read_until: datetime


@dataclass(frozen=True)
class Extracted:
    """Everything of one sync; `refunds` is a spool file of the exported orders' refunds."""

    shop: Document
    iana_timezone: str
    currency: str
    exports: Sequence[Export]
    refunds: Path
    refund_count: int


def pausing(stop: threading.Event) -> Callable[[float], None]:
    """A sleep that ends at once, with Abandoned, when another reading of the sync has failed."""

    def pause(seconds: float) -> None:
        if stop.wait(seconds):
            raise Abandoned("given up because another reading of this sync failed")

    return pause


@contextmanager
def extracted(reading: Reading) -> Iterator[Extracted]:
    """Read a shop; raises the first failure of any part of it."""
    began = datetime.now(UTC)
    shop = reading.client.query(document("shop"))["shop"]
    with ThreadPoolExecutor(max_workers=2, thread_name_prefix="extract") as pool:
        orders = pool.submit(_orders_and_refunds, reading)
        customers = pool.submit(_export, reading, CUSTOMERS)
        _all_or_first_failure(reading, [orders, customers])
    export, refund_count = orders.result()
    exports = (export, customers.result())
    try:
        yield Extracted(
            shop=admin_document(reading.tenant_id, shop, read_began=began),
            iana_timezone=shop["ianaTimezone"],
            currency=shop["currencyCode"],
            exports=exports,
            refunds=_refund_spool(reading),
            refund_count=refund_count,
        )
    finally:
        for export in exports:
            export.assembly.close()


def search_since(cursor: datetime | None, *, overlap: timedelta) -> str:
    """The search that finds what changed since a cursor, reading the overlap again."""
    since = EVERYTHING_SINCE
    if cursor is not None:
        since = (cursor.astimezone(UTC) - overlap).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"updated_at:>='{since}'"


def admin_document(
    tenant_id: int, node: Node, *, read_began: datetime, parent_id: int | None = None
) -> Document:
    """A node of the Admin API as a document."""
    return Document(
        tenant_id=tenant_id,
        id=number_of(node["id"]),
        origin="admin",
        updated_at=datetime.fromisoformat(node["updatedAt"]),
        triggered_at=read_began,
        parent_id=parent_id,
        payload=without_nul(orjson.dumps(node).decode()),
    )


def refund_documents(
    client: ShopifyClient, *, tenant_id: int, order_ids: Sequence[int]
) -> Iterator[Document]:
    """Every refund of these orders, each with its order as parent."""
    began = datetime.now(UTC)
    for refund in read_refunds(client, order_ids):
        yield admin_document(tenant_id, refund, read_began=began, parent_id=refund["orderId"])


def _all_or_first_failure(reading: Reading, futures: Iterable[Future[Any]]) -> None:
    done, _ = wait(futures, return_when=FIRST_EXCEPTION)
    if any(future.exception() for future in done):
        reading.stop.set()
    errors = [error for future in futures if (error := future.exception()) is not None]
    for error in sorted(errors, key=lambda error: isinstance(error, Abandoned)):
        raise error


def _orders_and_refunds(reading: Reading) -> tuple[Export, int]:
    export = _export(reading, ORDERS)
    refunded = export.assembly.refunded()
    reading.report(f"{len(refunded)} refunded orders to read by id")
    documents = refund_documents(reading.client, tenant_id=reading.tenant_id, order_ids=refunded)
    return export, spool(_refund_spool(reading), documents)


def _export(reading: Reading, resource: Resource) -> Export:
    began = datetime.now(UTC)
    search = search_since(reading.cursors.get(resource.name), overlap=resource.overlap)
    runner = BulkRunner(
        reading.client, sleep=pausing(reading.stop), poll_seconds=reading.poll_seconds
    )
    query = bulk_document(str(resource.bulk), search=search)
    file = runner.export(query, reading.folder / f"{resource.name}.jsonl")
    reading.report(f"{file.roots} {resource.name} exported")
    # A clock of ours that is ahead of Shopify's would make the cursor skip changes.
    until = began - timedelta(seconds=max(0.0, reading.client.clock_ahead))
    return Export(resource, assemble(file, resource), began, until)


def _refund_spool(reading: Reading) -> Path:
    return reading.folder / "refunds.arrows"
