"""One tenant's sweep: list, compare, ask for what is missing, leave tombstones; each on record."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import psycopg

from pipelines.access import export_folder, tenant_client
from pipelines.documents import Document, record_batches
from pipelines.errors import AccessDenied, BulkFailed, SweepRunning, TenantPaused, TooManyGone
from pipelines.load import free_lane, load_documents
from pipelines.operations import RecordedOperations
from pipelines.resources import ORDERS, Resource
from pipelines.shopify.bulk import BulkRunner
from pipelines.shopify.by_id import gid, number_of, read_nodes
from pipelines.shopify.client import ShopifyClient
from pipelines.shopify.queries import Granted, document, grants
from pipelines.shopify.scopes import ALL_ORDERS, read_scopes
from pipelines.sweep.ids import SWEPT, Held, held, ids_in
from pipelines.sync import RECENT_ORDERS, readable_tenants, told
from warehouse.connections import Role, connect, try_advisory_lock
from warehouse.settings import Settings
from warehouse.sweeps import begin_sweep, fail_sweep, finish_sweep, sweep_lock
from warehouse.syncs import read_cursor
from warehouse.tenants import Tenant, get_tenant

LOG = logging.getLogger(__name__)
Connection = psycopg.Connection[tuple[Any, ...]]
Progress = Callable[[str], None]
SWEEPS_AT_ONCE = 2
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


@dataclass(frozen=True)
class SweepOutcome:
    """What became of one tenant's sweep; `skipped` tells of a resource why it was left out."""

    tenant_id: int
    swept: Mapping[str, Swept] = field(default_factory=dict)
    skipped: Mapping[str, str] = field(default_factory=dict)
    error: str | None = None
    hint: str | None = None


@dataclass
class _Found:
    """The findings of a sweep as they come in; `refused` are resources of which too much is gone."""

    swept: dict[str, Swept] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    stones: dict[str, list[Document]] = field(default_factory=dict)


def sweep_tenant(
    settings: Settings,
    tenant_id: int,
    *,
    trigger: str,
    force: bool = False,
    on_progress: Progress = lambda _: None,
) -> SweepOutcome:
    """Compare a shop's ids with ours and bury what is gone.

    Raises TooManyGone when more than a tenth of a resource would go, unless forced to; the other
    resources are swept all the same. A list that is not proved complete buries nothing (law L4).
    """
    with connect(settings, Role.LOADER, autocommit=True) as connection:
        tenant = get_tenant(connection, tenant_id)
        if tenant.status != "active":
            raise TenantPaused(f"{tenant.shop_domain} is paused: {tenant.pause_reason}")
        with try_advisory_lock(connection, sweep_lock(tenant.tenant_id)) as is_held:
            if not is_held:
                raise SweepRunning(f"a sweep of {tenant.shop_domain} is at work already")
            sweep_id = begin_sweep(connection, tenant.tenant_id, trigger=trigger)
            with _failure_on_record(settings, tenant, sweep_id):
                found = _swept(settings, connection, tenant, force=force, report=on_progress)
                counts = {name: asdict(one) for name, one in found.swept.items()}
                if found.refused:
                    raise TooManyGone("; ".join(found.refused))
                finish_sweep(connection, tenant.tenant_id, sweep_id, counts=counts)
    return SweepOutcome(tenant_id, found.swept, found.skipped)


def sweep_tenants(
    settings: Settings,
    tenant_ids: Sequence[int] | None = None,
    *,
    trigger: str,
    force: bool = False,
    on_progress: Progress = lambda _: None,
) -> list[SweepOutcome]:
    """Sweep these tenants, or every one that a sync would read; one's failure stops no other."""
    chosen = readable_tenants(settings) if tenant_ids is None else tenant_ids

    def outcome(tenant_id: int) -> SweepOutcome:
        try:
            return sweep_tenant(
                settings, tenant_id, trigger=trigger, force=force, on_progress=on_progress
            )
        except Exception as error:  # noqa: BLE001 - no fault of one tenant may stop the others
            text, hint = told(error)
            return SweepOutcome(tenant_id, error=text, hint=hint)

    with ThreadPoolExecutor(max_workers=SWEEPS_AT_ONCE, thread_name_prefix="sweep") as pool:
        return list(pool.map(outcome, chosen))


def _swept(
    settings: Settings, connection: Connection, tenant: Tenant, *, force: bool, report: Progress
) -> _Found:
    found = _Found()
    with (
        tenant_client(settings, tenant) as client,
        export_folder(settings, tenant) as folder,
    ):
        granted = read_scopes(client)
        for resource in SWEPT:
            if not grants(granted, resource.scopes):
                reason = f"the app was not granted {' or '.join(resource.scopes)}"
                found.skipped[resource.name] = reason
                continue
            shop = _Shop(settings, connection, tenant, client, granted, folder)
            try:
                _compare(shop, resource, found, force=force)
            except AccessDenied as denial:
                found.skipped[resource.name] = str(denial)
            else:
                report(f"{tenant.shop_domain}: {_words(resource, found)}")
    if found.stones:
        batches = {name: record_batches(stones) for name, stones in found.stones.items()}
        with free_lane(settings, tenant_id=tenant.tenant_id) as lane_name:
            load_documents(settings, lane_name, batches)
    return found


@dataclass(frozen=True)
class _Shop:
    """What one resource's comparison works with."""

    settings: Settings
    connection: Connection
    tenant: Tenant
    client: ShopifyClient
    granted: Granted
    folder: Path


def _compare(shop: _Shop, resource: Resource, found: _Found, *, force: bool) -> None:
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
    gone = _gone(shop.client, resource, missing)
    found.swept[resource.name] = Swept(
        swept.listed, swept.expected, gone=len(gone), unread=swept.unread
    )
    if gone:
        found.stones[resource.name] = [_tombstone(tenant_id, number) for number in gone]
        LOG.warning(
            "%s: %d %s are gone without a webhook: %s",
            shop.tenant.shop_domain, len(gone), resource.name, ", ".join(map(str, gone[:20])),
        )  # fmt: skip
    if resource is ORDERS:
        _mark_unread(shop.connection, tenant_id, listed, ours)


def _listed(shop: _Shop, resource: Resource) -> tuple[set[int], datetime]:
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


def _gone(client: ShopifyClient, resource: Resource, missing: Sequence[int]) -> list[int]:
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


def _words(resource: Resource, found: _Found) -> str:
    one = found.swept[resource.name]
    return f"{one.listed} {resource.name} in the shop, {one.gone} of {one.expected} gone"


@contextmanager
def _failure_on_record(settings: Settings, tenant: Tenant, sweep_id: int) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        text, hint = told(error)
        with connect(settings, Role.LOADER) as connection:
            fail_sweep(connection, tenant.tenant_id, sweep_id, error=text, hint=hint)
        raise
