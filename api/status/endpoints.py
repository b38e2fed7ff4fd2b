"""GET /status."""

from typing import Any

from fastapi import APIRouter

from api.encoding import JsonAnswer
from api.schemas import errors, example
from api.services import Wired
from api.status.schemas import EXAMPLE, Status
from api.syncs.schemas import last_sync
from warehouse.status import BuildStatus, TenantStatus, read_status

router = APIRouter(tags=["health"])


@router.get("/status", response_model=Status, responses=example(EXAMPLE) | errors())
async def status(services: Wired) -> JsonAnswer:
    """How every tenant stands: freshness, what waits, the last sync, coverage, what ends when."""
    found = await services.control.run(read_status)
    return JsonAnswer(
        {
            "timestamp": found.at,
            "liveLoop": found.live_loop,
            "builds": [_build(build) for build in found.builds],
            "tenants": [_tenant(tenant) for tenant in found.tenants],
        }
    )


def _build(build: BuildStatus) -> dict[str, Any]:
    return {
        "group": build.build_group,
        "status": build.status,
        "startedAt": build.started_at,
        "finishedAt": build.finished_at,
        "error": build.error,
    }


def _tenant(tenant: TenantStatus) -> dict[str, Any]:
    return {
        "tenantId": str(tenant.tenant_id),
        "name": tenant.name,
        "shopDomain": tenant.shop_domain,
        "status": tenant.status,
        "pauseReason": tenant.pause_reason,
        "pausedAt": tenant.paused_at,
        "hasAccessToken": tenant.has_access_token,
        "freshAsOf": tenant.fresh_as_of,
        "waitingEvents": tenant.waiting_events,
        "lagSeconds": round(tenant.lag_seconds, 3),
        "martLagSeconds": round(tenant.mart_lag_seconds, 3),
        "markedOrders": tenant.marked_orders,
        "quarantined": tenant.quarantined,
        "coverageFrom": tenant.coverage_from,
        "tokenExpiresAt": tenant.token_expires_at,
        "apiVersion": tenant.api_version,
        "apiVersionEnds": tenant.api_version_ends,
        "lastSync": last_sync(tenant.last_sync),
    }
