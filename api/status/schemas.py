"""The answer of the status endpoint."""

from typing import Literal

from pydantic import Field

from api.schemas import Answer, Moment
from api.syncs.schemas import STATUS_EXAMPLE, LastSync


class Build(Answer):
    """The newest build of one group of models."""

    group: str
    status: Literal["running", "succeeded", "failed"]
    started_at: Moment
    finished_at: Moment | None
    error: str | None


class WebhookStanding(Answer):
    """The last look at a shop's webhooks."""

    checked_at: Moment
    last_delivery_at: Moment | None
    silent_since: Moment | None = Field(
        description="Since when webhooks stay away that are usual for the shop at these hours."
    )
    untold_orders: int = Field(description="Orders that a sync brought and no webhook told of.")
    missing_topics: list[str] = Field(description="Topics without a right subscription.")
    repaired_topics: list[str] = Field(description="Topics that were last subscribed to again.")
    repaired_at: Moment | None
    error: str | None = Field(description="Why the subscriptions could not be looked at.")


class TenantStanding(Answer):
    """One tenant: how fresh its figures are, what waits, what went wrong, what ends when."""

    tenant_id: str
    name: str
    shop_domain: str
    status: Literal["active", "paused"]
    pause_reason: str | None
    paused_at: Moment | None
    has_access_token: bool
    fresh_as_of: Moment | None = Field(description="When a build last changed its figures.")
    waiting_events: int = Field(description="Landed webhooks that are not loaded yet.")
    lag_seconds: float = Field(description="How long the oldest of them has waited.")
    mart_lag_seconds: float = Field(
        description="How long the oldest landed webhook that some mart lacks has waited."
    )
    marked_orders: int = Field(description="Orders that are to be read again.")
    quarantined: int = Field(description="Webhooks that could not be used, with a reason.")
    coverage_from: Moment | None = Field(description="How far back Shopify let us read.")
    token_expires_at: Moment | None
    api_version: str | None = Field(description="The version that Shopify answered with.")
    api_version_ends: Moment | None = Field(description="Until when Shopify serves it at least.")
    last_sync: LastSync | None
    webhooks: WebhookStanding | None = Field(description="Null until they were looked at.")


class StuckBatch(Answer):
    """Landed webhooks whose load did not succeed at the first try."""

    batch_id: str
    events: int
    tries: int
    claimed_at: Moment
    failed_at: Moment | None
    error: str | None


class Status(Answer):
    """Everything at one moment."""

    timestamp: Moment
    live_loop: bool = Field(description="Whether the live loop is at work.")
    builds: list[Build]
    tenants: list[TenantStanding]
    stuck_batches: list[StuckBatch] = Field(description="Loads that fail; none as a rule.")


EXAMPLE = {
    "timestamp": "2026-03-31T22:00:00.124Z",
    "liveLoop": True,
    "builds": [
        {
            "group": "live",
            "status": "succeeded",
            "startedAt": "2026-03-31T21:59:58.2Z",
            "finishedAt": "2026-03-31T21:59:59.1Z",
            "error": None,
        }
    ],
    "tenants": [
        {
            "tenantId": "1",
            "name": "Alpine Tea",
            "shopDomain": "alpine-tea.myshopify.com",
            "status": "active",
            "pauseReason": None,
            "pausedAt": None,
            "hasAccessToken": True,
            "freshAsOf": "2026-03-31T21:59:59.1Z",
            "waitingEvents": 2,
            "lagSeconds": 0.41,
            "martLagSeconds": 17.2,
            "markedOrders": 0,
            "quarantined": 0,
            "coverageFrom": "2025-11-01T00:00:00Z",
            "tokenExpiresAt": "2026-04-01T21:30:00Z",
            "apiVersion": "2026-10",
            "apiVersionEnds": "2027-10-16T15:00:00Z",
            "lastSync": STATUS_EXAMPLE["lastSync"],
            "webhooks": {
                "checkedAt": "2026-03-31T21:40:07.5Z",
                "lastDeliveryAt": "2026-03-31T21:59:58.1Z",
                "silentSince": None,
                "untoldOrders": 0,
                "missingTopics": [],
                "repairedTopics": ["carts/update"],
                "repairedAt": "2026-03-28T04:40:06.9Z",
                "error": None,
            },
        }
    ],
    "stuckBatches": [],
}
