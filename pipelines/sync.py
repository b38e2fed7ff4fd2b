"""Syncs: one tenant's shop read, loaded and, only then, its cursors moved; each sync on record."""

import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from pipelines.access import export_folder, tenant_client
from pipelines.documents import record_batches, spooled
from pipelines.errors import PipelineError, ShopErased, SyncRunning, TenantPaused
from pipelines.extract import Extracted, Progress, Reading, extracted, pausing
from pipelines.load import Batches, free_lane, load_documents
from pipelines.operations import RecordedOperations
from pipelines.resources import EXPORTED, ORDERS, REFUNDS, SHOPS, Resource
from pipelines.shopify.queries import grants
from pipelines.shopify.scopes import ALL_ORDERS, PERSONAL, read_scopes
from warehouse.connections import Role, connect, try_advisory_lock
from warehouse.errors import WarehouseError
from warehouse.locks import sync_lock
from warehouse.settings import Settings
from warehouse.syncs import Cursor, begin_sync, fail_sync, finish_sync, move_cursor, read_cursor
from warehouse.tenants import (
    Tenant,
    clear_coverage_from,
    get_tenant,
    list_tenants,
    record_access,
    record_shop,
    set_coverage_from,
)

LOG = logging.getLogger(__name__)
Connection = psycopg.Connection[tuple[Any, ...]]
# Reading waits for Shopify most of the time; loading takes its turns in the lanes.
SYNCS_AT_ONCE = 4
# What Shopify shows of the past to an app without the scope for all orders.
RECENT_ORDERS = timedelta(days=60)


@dataclass(frozen=True)
class SyncResult:
    """A sync that succeeded: documents of each resource, the loads that hold them, seconds.

    `skipped` tells of each resource that was left out why it was.
    """

    tenant_id: int
    sync_id: int
    counts: Mapping[str, int]
    load_ids: Sequence[str]
    duration: float
    skipped: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SyncOutcome:
    """What became of one tenant's sync: a result or the error that ended it."""

    tenant_id: int
    result: SyncResult | None = None
    error: str | None = None
    hint: str | None = None


def sync_tenant(
    settings: Settings, tenant_id: int, *, trigger: str, on_progress: Progress | None = None
) -> SyncResult:
    """Read what changed in a tenant's shop into the raw tables; raises SyncFailed or LoadFailed."""
    began = time.monotonic()
    with connect(settings, Role.LOADER, autocommit=True) as connection:
        tenant = get_tenant(connection, tenant_id)
        with try_advisory_lock(connection, sync_lock(tenant.tenant_id)) as held:
            if not held:
                raise SyncRunning(f"a sync of {tenant.shop_domain} is running already")
            sync_id = begin_sync(connection, tenant.tenant_id, trigger=trigger)
            with _failure_on_record(settings, tenant, sync_id):
                read = _read_and_load(settings, connection, tenant, on_progress or (lambda _: None))
                finish_sync(
                    connection,
                    tenant.tenant_id,
                    sync_id,
                    counts=read.counts,
                    skipped=read.skipped,
                )
    return SyncResult(
        tenant.tenant_id,
        sync_id,
        counts=read.counts,
        load_ids=[read.load_id],
        duration=time.monotonic() - began,
        skipped=read.skipped,
    )


def sync_tenants(
    settings: Settings,
    tenant_ids: Sequence[int] | None = None,
    *,
    trigger: str,
    on_progress: Progress | None = None,
) -> list[SyncOutcome]:
    """Sync these tenants, or every active one that has a token; one's failure stops no other."""
    if tenant_ids is None:
        tenant_ids = readable_tenants(settings)

    def outcome(tenant_id: int) -> SyncOutcome:
        try:
            result = sync_tenant(settings, tenant_id, trigger=trigger, on_progress=on_progress)
        except Exception as error:  # noqa: BLE001 - no fault of one tenant may stop the others
            text, hint = told(error)
            return SyncOutcome(tenant_id, error=text, hint=hint)
        return SyncOutcome(tenant_id, result=result)

    with ThreadPoolExecutor(max_workers=SYNCS_AT_ONCE, thread_name_prefix="sync") as pool:
        return list(pool.map(outcome, tenant_ids))


def readable_tenants(settings: Settings) -> list[int]:
    """Every active tenant that has a token."""
    with connect(settings, Role.LOADER) as connection:
        return [
            tenant.tenant_id
            for tenant in list_tenants(connection)
            if tenant.status == "active" and tenant.has_access_token
        ]


def told(error: BaseException) -> tuple[str, str | None]:
    """An error's text and cure for a user; one that is none of ours goes to the log instead."""
    if isinstance(error, PipelineError | WarehouseError):
        return str(error), getattr(error, "hint", None)
    LOG.error("an unexpected error in the pipelines", exc_info=error)
    return f"an unexpected {type(error).__name__}", "see the log; nothing was marked as done"


@dataclass(frozen=True)
class _Read:
    counts: Mapping[str, int]
    skipped: Mapping[str, str]
    load_id: str


def _read_and_load(
    settings: Settings, connection: Connection, tenant: Tenant, report: Progress
) -> _Read:
    if tenant.erased_at is not None:
        raise ShopErased(
            f"{tenant.shop_domain} was erased at its own request on {tenant.erased_at:%Y-%m-%d}"
        )
    if tenant.status != "active":
        raise TenantPaused(f"{tenant.shop_domain} is paused: {tenant.pause_reason}")
    began = datetime.now(UTC)
    with _reading(settings, connection, tenant, report) as reading, extracted(reading) as found:
        with free_lane(settings, tenant_id=tenant.tenant_id) as lane_name:
            load_id = load_documents(settings, lane_name, _batches(tenant, found))
        _record(connection, reading, found, began=began)
    counts = {export.resource.name: export.assembly.documents for export in found.exports}
    counts |= {REFUNDS.name: found.refund_count, SHOPS.name: 1}
    return _Read(counts, found.skipped, load_id)


@contextmanager
def _reading(
    settings: Settings, connection: Connection, tenant: Tenant, report: Progress
) -> Iterator[Reading]:
    stop = threading.Event()
    tenant_id = tenant.tenant_id
    with (
        tenant_client(settings, tenant, sleep=pausing(stop)) as client,
        export_folder(settings, tenant) as folder,
    ):
        granted = read_scopes(client)
        record_access(
            connection, tenant_id, scopes=granted, api_version=settings.shopify_api_version
        )
        yield Reading(
            tenant_id=tenant_id,
            client=client,
            granted=granted | {PERSONAL},
            cursors={
                resource.name: _cursor(connection, tenant, resource, granted)
                for resource in EXPORTED
            },
            operations=lambda resource: RecordedOperations(connection, tenant_id, resource.name),
            folder=folder,
            poll_seconds=settings.bulk_poll_seconds,
            report=lambda text: report(f"{tenant.shop_domain}: {text}"),
            stop=stop,
        )


def _cursor(
    connection: Connection, tenant: Tenant, resource: Resource, granted: frozenset[str]
) -> Cursor | None:
    """How far a resource was read; orders begin anew once the older ones may be read, too."""
    if resource is ORDERS and tenant.coverage_from and grants(granted, [ALL_ORDERS]):
        return None
    return read_cursor(connection, tenant.tenant_id, resource.name)


def _batches(tenant: Tenant, found: Extracted) -> dict[str, Batches]:
    exported = {
        export.resource.name: export.assembly.batches(
            tenant_id=tenant.tenant_id, read_began=export.read_began
        )
        for export in found.exports
    }
    return {
        SHOPS.name: record_batches([found.shop]),
        **exported,
        REFUNDS.name: spooled(found.refunds),
    }


def _record(connection: Connection, reading: Reading, found: Extracted, *, began: datetime) -> None:
    """Move the cursors over what is loaded; the orders' has waited for their refunds, too."""
    tenant_id = reading.tenant_id
    with connection.transaction():
        record_shop(
            connection, tenant_id, iana_timezone=found.iana_timezone, currency=found.currency
        )
        if grants(reading.granted, [ALL_ORDERS]):
            clear_coverage_from(connection, tenant_id)
        else:
            set_coverage_from(connection, tenant_id, began - RECENT_ORDERS)
        for export in found.exports:
            move_cursor(connection, tenant_id, export.resource.name, export.cursor)
            reading.operations(export.resource).forget()


@contextmanager
def _failure_on_record(settings: Settings, tenant: Tenant, sync_id: int) -> Iterator[None]:
    """Record whatever ended the sync; an error that is none of ours is told without its text."""
    try:
        yield
    except BaseException as error:
        text, hint = told(error)
        with connect(settings, Role.LOADER) as connection:
            fail_sync(connection, tenant.tenant_id, sync_id, error=text, hint=hint)
        raise
