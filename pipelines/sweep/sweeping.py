"""One tenant's sweep: list, compare, ask for what is missing, leave tombstones; each on record."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

import psycopg

from pipelines.access import export_folder, tenant_client
from pipelines.documents import record_batches
from pipelines.errors import AccessDenied, SweepRunning, TenantPaused, TooManyGone
from pipelines.load import free_lane, load_documents
from pipelines.resources import Resource
from pipelines.shopify.queries import grants
from pipelines.shopify.scopes import read_scopes
from pipelines.sweep.comparing import Found, Shop, Swept, compare
from pipelines.sweep.ids import SWEPT
from pipelines.sync import readable_tenants, told
from warehouse.connections import Role, connect, try_advisory_lock
from warehouse.settings import Settings
from warehouse.sweeps import begin_sweep, fail_sweep, finish_sweep, sweep_lock
from warehouse.tenants import Tenant, get_tenant

Connection = psycopg.Connection[tuple[Any, ...]]
Progress = Callable[[str], None]
SWEEPS_AT_ONCE = 2


@dataclass(frozen=True)
class SweepOutcome:
    """What became of one tenant's sweep; `skipped` tells of a resource why it was left out."""

    tenant_id: int
    swept: Mapping[str, Swept] = field(default_factory=dict)
    skipped: Mapping[str, str] = field(default_factory=dict)
    error: str | None = None
    hint: str | None = None


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
) -> Found:
    found = Found()
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
            shop = Shop(settings, connection, tenant, client, granted, folder)
            try:
                compare(shop, resource, found, force=force)
            except AccessDenied as denial:
                found.skipped[resource.name] = str(denial)
            else:
                report(f"{tenant.shop_domain}: {_words(resource, found)}")
    if found.stones:
        batches = {name: record_batches(stones) for name, stones in found.stones.items()}
        with free_lane(settings, tenant_id=tenant.tenant_id) as lane_name:
            load_documents(settings, lane_name, batches)
    return found


def _words(resource: Resource, found: Found) -> str:
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
