"""One tenant's shop read as documents: bulk exports side by side, refunds after their orders.

Nothing is loaded here and no cursor is moved. What is returned has been proved complete, with the
time at which each reading began. What the app may not read is left out, with the reason.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from pipelines.documents import Document, spool
from pipelines.errors import Abandoned, AccessDenied, BulkFailed, QueryRefused
from pipelines.resources import EXPORTED, ORDERS, Resource
from pipelines.shopify.bulk import BulkFile, BulkRunner
from pipelines.shopify.by_id import number_of, read_refunds
from pipelines.shopify.client import ShopifyClient
from pipelines.shopify.operations import Operations
from pipelines.shopify.queries import Granted, bulk_document, document, fields_sha256, grants
from pipelines.shopify.scopes import with_less_of_people
from pipelines.slices import Documents, Span, read_span
from pipelines.text import without_nul
from warehouse.syncs import Cursor

Progress = Callable[[str], None]
Node = dict[str, Any]


@dataclass(frozen=True)
class Reading:
    """What one sync reads with: `cursors` tell how far each resource was read before."""

    tenant_id: int
    client: ShopifyClient
    granted: Granted
    cursors: Mapping[str, Cursor | None]
    operations: Callable[[Resource], Operations]
    folder: Path
    poll_seconds: float
    report: Progress
    stop: threading.Event


@dataclass(frozen=True)
class Export:
    """One resource's proved export; `cursor` is where its cursor may move after the load.

    `missing` tells what of it Shopify does not let us see, if anything.
    """

    resource: Resource
    assembly: Documents
    read_began: datetime
    cursor: Cursor
    refunds: int = 0
    missing: str = ""


@dataclass(frozen=True)
class Denial:
    """A resource that Shopify does not let us read, in its words."""

    resource: Resource
    missing: str


@dataclass(frozen=True)
class Extracted:
    """Everything of one sync; `refunds` is a spool file of the exported orders' refunds.

    `skipped` tells of each resource that was left out why it was.
    """

    shop: Document
    iana_timezone: str
    currency: str
    exports: Sequence[Export]
    refunds: Path
    refund_count: int
    skipped: Mapping[str, str]


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
    skipped = _not_granted(reading.granted)
    for name, reason in skipped.items():
        reading.report(f"{name} left out: {reason}")
    shop = reading.client.query(document("shop"))["shop"]
    wanted = [resource for resource in EXPORTED if resource.name not in skipped]
    with ThreadPoolExecutor(max_workers=len(wanted), thread_name_prefix="extract") as pool:
        opened = datetime.fromisoformat(shop["createdAt"])
        readings = [pool.submit(_read, reading, resource, opened) for resource in wanted]
        _all_or_first_failure(reading, readings)
    results = [one.result() for one in readings]
    exports = [one for one in results if isinstance(one, Export)]
    skipped |= {one.resource.name: one.missing for one in results if one.missing}
    try:
        yield Extracted(
            shop=admin_document(reading.tenant_id, shop, read_began=began),
            iana_timezone=shop["ianaTimezone"],
            currency=shop["currencyCode"],
            exports=exports,
            refunds=_refund_spool(reading),
            refund_count=sum(export.refunds for export in exports),
            skipped=skipped,
        )
    finally:
        for export in exports:
            export.assembly.close()


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
    client: ShopifyClient, *, tenant_id: int, order_ids: Sequence[int], granted: Granted
) -> Iterator[Document]:
    """Every refund of these orders, each with its order as parent."""
    began = datetime.now(UTC)
    for refund in read_refunds(client, order_ids, granted=granted):
        yield admin_document(tenant_id, refund, read_began=began, parent_id=refund["orderId"])


def _all_or_first_failure(reading: Reading, futures: Iterable[Future[Any]]) -> None:
    done, _ = wait(futures, return_when=FIRST_EXCEPTION)
    if any(future.exception() for future in done):
        reading.stop.set()
    errors = [error for future in futures if (error := future.exception()) is not None]
    for error in sorted(errors, key=lambda error: isinstance(error, Abandoned)):
        raise error


def _not_granted(granted: Granted) -> dict[str, str]:
    """The resources that the granted scopes leave out, with the reason; orders may not be one."""
    skipped = {
        resource.name: f"the app was not granted {' or '.join(resource.scopes)}"
        for resource in EXPORTED
        if not grants(granted, resource.scopes)
    }
    if ORDERS.name in skipped:
        raise AccessDenied(skipped[ORDERS.name])
    return skipped


def _read(reading: Reading, resource: Resource, opened: datetime) -> Export | Denial:
    """One resource's export, orders with their refunds; only orders cannot be done without."""
    try:
        export = _allowed_export(reading, resource, opened)
    except AccessDenied as denial:
        if resource is ORDERS:
            raise
        reading.report(f"{resource.name} left out: {denial}")
        return Denial(resource, str(denial))
    if resource is not ORDERS:
        return export
    refunded = export.assembly.refunded()
    reading.report(f"{len(refunded)} refunded orders to read by id")
    documents = refund_documents(
        reading.client, tenant_id=reading.tenant_id, order_ids=refunded, granted=reading.granted
    )
    return replace(export, refunds=spool(_refund_spool(reading), documents))


def _allowed_export(reading: Reading, resource: Resource, opened: datetime) -> Export:
    """The export with as much of people as Shopify lets the app see."""
    denial, tried = None, set[str]()
    for granted, missing in with_less_of_people(reading.granted):
        fields = fields_sha256(str(resource.bulk), granted)
        if fields in tried or not grants(granted, resource.scopes):
            continue
        tried.add(fields)
        try:
            export = _export(reading, resource, granted, opened)
        except AccessDenied as refusal:
            denial = denial or refusal
        else:
            return replace(export, missing=f"read {missing}: {denial}" if denial else "")
    raise denial or AccessDenied(f"Shopify lets nothing of {resource.name} be read")


def _span(reading: Reading, resource: Resource, fields: str) -> Span:
    # What was read with other fields is read anew: older documents lack what is granted since.
    known = None if resource.whole else reading.cursors.get(resource.name)
    return Span(known.read_until if known and known.fields_sha256 == fields else None)


def _export(reading: Reading, resource: Resource, granted: Granted, opened: datetime) -> Export:
    operations, name = reading.operations(resource), str(resource.bulk)
    runner = BulkRunner(
        reading.client,
        sleep=pausing(reading.stop),
        poll_seconds=reading.poll_seconds,
        operations=operations,
    )

    def run(span: Span, path: Path) -> tuple[BulkFile, datetime]:
        search = span.search(resource.overlap)
        return runner.export(bulk_document(name, search=search, granted=granted), path)

    fields = fields_sha256(name, granted)
    span, where = _span(reading, resource, fields), reading.folder
    try:
        assembly, began = read_span(
            run, resource, span, opened=opened, folder=where, report=reading.report
        )
    except (BulkFailed, AccessDenied, QueryRefused):
        # What Shopify gave is of no use to the next sync either.
        operations.forget()
        raise
    reading.report(f"{assembly.documents} {resource.name} exported")
    # A clock of ours that is ahead of Shopify's would make the cursor skip changes.
    until = began - timedelta(seconds=max(0.0, reading.client.clock_ahead))
    return Export(resource, assembly, began, Cursor(until, fields))


def _refund_spool(reading: Reading) -> Path:
    return reading.folder / "refunds.arrows"
