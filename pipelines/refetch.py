"""Marked orders read again with their agreements and refunds: what a webhook showed, made exact.

An order too long for one page of each list goes through the bulk export by its id.
Shops are read side by side, each for a bounded time: a slow one delays itself alone.
"""

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa  # type: ignore[import-untyped]

from pipelines.access import export_folder, tenant_client
from pipelines.assembly import assemble
from pipelines.documents import Document, record_batches
from pipelines.errors import AccessDenied, ShopifyUnavailable
from pipelines.extract import admin_document, refund_documents
from pipelines.load import Batches, free_lane, load_documents
from pipelines.marked import marked_shops, marks_of, unmark
from pipelines.resources import ORDERS, REFUNDS
from pipelines.shopify.bulk import BulkRunner
from pipelines.shopify.by_id import flattened, gid, has_more, number_of, read_nodes
from pipelines.shopify.client import ShopifyClient
from pipelines.shopify.queries import Granted, bulk_document
from pipelines.shopify.scopes import PERSONAL, with_less_of_people
from pipelines.sync import told
from warehouse.connections import Role, connect
from warehouse.settings import Settings
from warehouse.tenants import Tenant, get_tenant

Connection = psycopg.Connection[tuple[Any, ...]]
# Bound one pass, so that neither a burst of marks nor a slow shop holds the others up.
MOST_MARKS = 500
READING_SECONDS = 60.0
# A long order's export may take Shopify minutes; after this it is the next pass's.
LONGEST_PAUSES_SECONDS = 300.0
SHOPS_AT_ONCE = 8


@dataclass(frozen=True)
class Refetched:
    """What one pass did; a tenant that failed keeps its marks and is named with the reason."""

    orders: int = 0
    refunds: int = 0
    gone: int = 0
    load_ids: Sequence[str] = ()
    failures: dict[int, str] = field(default_factory=dict)

    def __add__(self, other: "Refetched") -> "Refetched":
        return Refetched(
            orders=self.orders + other.orders,
            refunds=self.refunds + other.refunds,
            gone=self.gone + other.gone,
            load_ids=(*self.load_ids, *other.load_ids),
            failures={**self.failures, **other.failures},
        )


@dataclass
class _Found:
    """One tenant's marked orders as they were read; `exported` came through a bulk run.

    `read` are the marks that were answered for, also those of orders that are gone.
    """

    read: set[int] = field(default_factory=set)
    orders: list[Document] = field(default_factory=list)
    exported: list[pa.RecordBatch] = field(default_factory=list)
    refunds: list[Document] = field(default_factory=list)

    @property
    def order_count(self) -> int:
        exported: int = sum(batch.num_rows for batch in self.exported)
        return len(self.orders) + exported

    def batches(self) -> dict[str, Batches]:
        return {
            ORDERS.name: [*record_batches(self.orders), *self.exported],
            REFUNDS.name: record_batches(self.refunds),
        }


def refetch_all(settings: Settings) -> Refetched:
    """Read marked orders again until a pass finds none that can be read; each pass is bounded.

    The failures are those of the last pass: it knows who still refuses.
    """
    total = last = refetch_marked(settings)
    while last.orders or last.gone:
        last = refetch_marked(settings)
        total = replace(total + last, failures=last.failures)
    return total


def refetch_marked(settings: Settings, *, resting: Collection[int] = ()) -> Refetched:
    """Read the marked orders of every tenant that has a token; one's failure stops no other.

    Those that are `resting` are left out.
    """
    with connect(settings, Role.LOADER, autocommit=True) as connection:
        marked = [one for one in marked_shops(connection) if one not in resting]
    with ThreadPoolExecutor(SHOPS_AT_ONCE, thread_name_prefix="refetch") as pool:
        return sum(pool.map(partial(refetch_tenant, settings), marked), start=Refetched())


def refetch_tenant(settings: Settings, tenant_id: int) -> Refetched:
    """Read one tenant's marked orders again, as many as a bounded pass holds; raises nothing."""
    try:
        with connect(settings, Role.LOADER, autocommit=True) as connection:
            tenant = get_tenant(connection, tenant_id)
            return _refetch_tenant(settings, connection, tenant)
    except Exception as error:  # noqa: BLE001 - no fault of one tenant may stop the others
        return Refetched(failures={tenant_id: told(error)[0]})


def _refetch_tenant(settings: Settings, connection: Connection, tenant: Tenant) -> Refetched:
    marks = marks_of(connection, tenant.tenant_id, most=MOST_MARKS)
    if not marks:
        return Refetched()
    with tenant_client(settings, tenant, sleep=_pausing()) as client:
        found = _read_allowed(settings, client, tenant, list(marks))
    load_ids = _load(settings, tenant, found)
    unmark(connection, tenant.tenant_id, {order_id: marks[order_id] for order_id in found.read})
    return Refetched(
        orders=found.order_count,
        refunds=len(found.refunds),
        gone=len(found.read) - found.order_count,
        load_ids=load_ids,
    )


def _pausing() -> Callable[[float], None]:
    """A sleep that gives the shop up when it has been waited for long enough."""
    until = time.monotonic() + LONGEST_PAUSES_SECONDS

    def pause(seconds: float) -> None:
        if time.monotonic() + seconds > until:
            raise ShopifyUnavailable(
                f"the shop did not give its marked orders within {LONGEST_PAUSES_SECONDS:.0f} s"
            )
        time.sleep(seconds)

    return pause


def _read_allowed(
    settings: Settings, client: ShopifyClient, tenant: Tenant, order_ids: Sequence[int]
) -> _Found:
    """The orders with as much of people as Shopify lets the app see."""
    denial = None
    for granted, _ in with_less_of_people(_granted(tenant)):
        try:
            return _read(settings, client, tenant, order_ids, granted)
        except AccessDenied as refusal:
            denial = denial or refusal
    raise denial or AccessDenied("Shopify lets no order be read")


def _read(
    settings: Settings,
    client: ShopifyClient,
    tenant: Tenant,
    order_ids: Sequence[int],
    granted: Granted,
) -> _Found:
    """Orders page by page where they fit in one, else by an export; then their refunds."""
    found, long, refunded = _Found(), list[str](), list[int]()
    began = datetime.now(UTC)
    gids = [gid("Order", order_id) for order_id in order_ids]
    nodes = read_nodes(client, "orders_by_id", gids, granted=granted, too_costly=long)
    until = time.monotonic() + READING_SECONDS
    for order_gid, node in nodes:
        found.read.add(number_of(order_gid))
        if node is not None and has_more(node):
            long.append(order_gid)
        elif node is not None:
            found.orders.append(admin_document(tenant.tenant_id, flattened(node), read_began=began))
            refunded += [number_of(order_gid)] if node["refunds"] else []
        if time.monotonic() > until:
            break
    if long:
        found.read |= {number_of(one) for one in long}
        with export_folder(settings, tenant) as folder:
            query = _long_orders(long, granted)
            refunded += _export(settings, client, tenant, query, folder, into=found)
    found.refunds += refund_documents(
        client, tenant_id=tenant.tenant_id, order_ids=refunded, granted=granted
    )
    return found


def _export(
    settings: Settings,
    client: ShopifyClient,
    tenant: Tenant,
    query: str,
    folder: Path,
    *,
    into: _Found,
) -> list[int]:
    """Export long orders; returns those that have refunds."""
    began = datetime.now(UTC)
    runner = BulkRunner(client, sleep=client.sleep, poll_seconds=settings.bulk_poll_seconds)
    file, _ = runner.export(query, folder / "orders.jsonl")
    with closing(assemble(file, ORDERS)) as assembly:
        refunded = assembly.refunded()
        into.exported += assembly.batches(tenant_id=tenant.tenant_id, read_began=began)
    return refunded


def _long_orders(gids: Iterable[str], granted: Granted) -> str:
    search = " OR ".join(f"id:{number_of(one)}" for one in gids)
    return bulk_document(str(ORDERS.bulk), search=search, granted=granted)


def _load(settings: Settings, tenant: Tenant, found: _Found) -> list[str]:
    if not found.order_count:
        return []
    with free_lane(settings, tenant_id=tenant.tenant_id) as lane_name:
        return [load_documents(settings, lane_name, found.batches())]


def _granted(tenant: Tenant) -> Granted:
    """The scopes that the last sync or examination found."""
    known = tenant.granted_scopes
    return None if known is None else frozenset(known) | {PERSONAL}
