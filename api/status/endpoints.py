"""GET /status."""

from typing import Any

from fastapi import APIRouter

from api.encoding import JsonAnswer
from api.schemas import errors, example
from api.services import Wired
from api.status.schemas import EXAMPLE, Status
from api.syncs.schemas import last_sync
from warehouse.status import BuildStatus, TenantStatus, read_status
from warehouse.stuck_batches import StuckBatch
from warehouse.webhook_watch import WebhookWatch

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
            "stuckBatches": [_stuck(batch) for batch in found.stuck_batches],
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


def _stuck(batch: StuckBatch) -> dict[str, Any]:
    return {
        "batchId": str(batch.batch_id),
        "events": batch.events,
        "tries": batch.tries,
        "claimedAt": batch.claimed_at,
        "failedAt": batch.failed_at,
        "error": batch.error,
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
        "webhooks": _webhooks(tenant.webhooks),
    }


def _webhooks(watch: WebhookWatch | None) -> dict[str, Any] | None:
    if watch is None:
        return None
    return {
        "checkedAt": watch.checked_at,
        "lastDeliveryAt": watch.last_delivery_at,
        "silentSince": watch.silent_since,
        "untoldOrders": watch.untold_orders,
        "missingTopics": watch.missing_topics,
        "repairedTopics": watch.repaired_topics,
        "repairedAt": watch.repaired_at,
        "error": watch.error,
    }
