"""POST /sync and GET /sync/status/{tenantId}."""

import time
from typing import Any

from fastapi import APIRouter

from api.arguments import TenantId, parse_tenant_id
from api.control import Connection
from api.encoding import JsonAnswer
from api.errors import BadRequest, Conflict
from api.schemas import as_text, errors, example
from api.services import Services, Wired
from api.syncs.schemas import (
    EXAMPLE,
    RUNNING_EXAMPLE,
    STATUS_EXAMPLE,
    SyncAnswer,
    SyncRequest,
    SyncStatus,
    last_sync,
    outcome,
)
from api.syncs.watching import Launched, RunEndedEarly, watch
from warehouse.syncs import Sync, latest_sync
from warehouse.tenants import Tenant, get_tenant

router = APIRouter(tags=["syncs"])
DONE = "the sync is complete; the figures follow with the next build"


@router.post(
    "/sync",
    response_model=SyncAnswer,
    responses={
        **example(EXAMPLE),
        202: {
            "description": "It takes longer than a client waits.",
            "model": SyncAnswer,
            "content": {"application/json": {"example": as_text(RUNNING_EXAMPLE)}},
        },
        **errors(
            e400="tenantId: is missing",
            e404="no tenant has the id 7",
            e409="a sync of this tenant is running already; wait for it to end",
            e422="tenantId: must be a text",
        ),
    },
)
async def start_sync(services: Wired, request: SyncRequest) -> JsonAnswer:
    """Read a shop now and wait for the result; a failed one is ``success: false``, in its words."""
    began = time.monotonic()
    tenant_id = parse_tenant_id(request.tenant_id)
    newest = await services.control.run(lambda found: _may_start(found, tenant_id))
    ended_at = newest.finished_at if newest else None
    run_id = await services.dagster.launch_sync(tenant_id, ended_at=ended_at)
    launched = Launched(tenant_id, run_id, newest.sync_id if newest else 0)
    try:
        sync = await watch(services, launched)
    except RunEndedEarly:
        message = f"the run {run_id} ended before the sync began; Dagster's page of it tells why"
        failed = outcome(None, message=message, success=False, duration=time.monotonic() - began)
        return JsonAnswer(failed)
    return _told(sync, launched, duration=time.monotonic() - began)


@router.get(
    "/sync/status/{tenant_id}",
    response_model=SyncStatus,
    responses=example(STATUS_EXAMPLE) | errors(e404="no tenant has the id 7"),
)
async def sync_status(services: Wired, tenant_id: TenantId) -> JsonAnswer:
    """What a tenant holds, and how its newest sync stands."""
    tenant, sync = await services.control.run(lambda connection: _status(connection, tenant_id))
    return JsonAnswer(
        {
            "tenantId": str(tenant.tenant_id),
            "name": tenant.name,
            "shopDomain": tenant.shop_domain,
            "hasAccessToken": tenant.has_access_token,
            "counts": await _counts(services, tenant_id),
            "lastSync": last_sync(sync),
        }
    )


def _may_start(connection: Connection, tenant_id: int) -> Sync | None:
    """The newest sync before this one; raises what forbids another one."""
    tenant, newest = _status(connection, tenant_id)
    if not tenant.has_access_token:
        raise BadRequest(
            "the tenant has no accessToken; add one by PATCH "
            f"/api/v1/tenants/{tenant_id} before its shop can be read"
        )
    if tenant.status == "paused":
        raise Conflict(
            f"the tenant is paused: {tenant.pause_reason or 'without a reason'}; give credentials "
            f"that work by PATCH /api/v1/tenants/{tenant_id}, or resume it on the command line"
        )
    if newest is not None and newest.status == "running":
        raise Conflict("a sync of this tenant is running already; wait for it to end")
    return newest


def _status(connection: Connection, tenant_id: int) -> tuple[Tenant, Sync | None]:
    return get_tenant(connection, tenant_id), latest_sync(connection, tenant_id)


async def _counts(services: Services, tenant_id: int) -> dict[str, int]:
    rows = await services.marts.ask("counts", tenant_id)
    return {name: rows[0][name] if rows else 0 for name in ("products", "customers", "orders")}


def _told(sync: Sync | None, launched: Launched, *, duration: float) -> JsonAnswer:
    if sync is None or sync.status == "running":
        message = (
            f"the sync is running; GET /api/v1/sync/status/{launched.tenant_id} tells how it stands"
        )
        running: dict[str, Any] = outcome(sync, message=message, success=True, duration=duration)
        sync_id = launched.run_id if sync is None else str(sync.sync_id)
        return JsonAnswer({**running, "syncId": sync_id, "status": "running"}, 202)
    if sync.status == "failed":
        words = ". Cure: ".join(text for text in (sync.error, sync.hint) if text)
        return JsonAnswer(outcome(sync, message=words, success=False, duration=duration))
    return JsonAnswer(outcome(sync, message=DONE, success=True, duration=duration))
