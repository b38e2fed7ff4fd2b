"""What the sync endpoints take and give."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict
from pydantic.alias_generators import to_camel

from api.schemas import Answer, Moment, Present
from warehouse.syncs import Sync

Id = Annotated[
    str,
    BeforeValidator(lambda given: str(given) if type(given) is int else given),
    Strict(),
    Present,
]


class SyncRequest(BaseModel):
    """Whose shop to read."""

    model_config = ConfigDict(
        alias_generator=to_camel, json_schema_extra={"example": {"tenantId": "1"}}
    )

    tenant_id: Id


class Tally(Answer):
    """What a sync did for one resource."""

    synced: int = Field(description="Documents read.")
    errors: int = Field(description="1 when the sync failed before this resource was complete.")


class SyncAnswer(Answer):
    """How a sync went, or how it stands."""

    message: str
    success: bool
    products: Tally
    customers: Tally
    orders: Tally
    duration: int = Field(description="Milliseconds.")
    sync_id: str | None = Field(default=None, description="Of a 202: the run that does it.")
    status: Literal["running"] | None = Field(default=None, description="Of a 202.")
    skipped: dict[str, str] = Field(description="What was left out, and why.")


class LastSync(Answer):
    """The newest sync of a tenant."""

    sync_id: str
    status: Literal["running", "succeeded", "failed"]
    trigger: str
    started_at: Moment
    finished_at: Moment | None
    counts: dict[str, int]
    error: str | None
    hint: str | None
    skipped: dict[str, str] = Field(description="What was left out, and why.")


class Counts(Answer):
    """How much of a shop is in the marts."""

    products: int
    customers: int
    orders: int


class SyncStatus(Answer):
    """A tenant, what it holds, and its newest sync."""

    tenant_id: str
    name: str
    shop_domain: str
    has_access_token: bool
    counts: Counts
    last_sync: LastSync | None


def outcome(sync: Sync | None, *, message: str, success: bool, duration: float) -> dict[str, Any]:
    """The members that every answer of POST /sync has."""
    counts = sync.counts if sync else {}
    errors = 0 if success else 1

    def tally(resource: str) -> dict[str, int]:
        return {"synced": counts.get(resource, 0), "errors": errors}

    return {
        "message": message,
        "success": success,
        "products": tally("products"),
        "customers": tally("customers"),
        "orders": tally("orders"),
        "duration": round(duration * 1000),
        "skipped": sync.skipped if sync else {},
    }


def last_sync(sync: Sync | None) -> dict[str, Any] | None:
    """The member ``lastSync``."""
    if sync is None:
        return None
    return {
        "syncId": str(sync.sync_id),
        "status": sync.status,
        "trigger": sync.trigger,
        "startedAt": sync.started_at,
        "finishedAt": sync.finished_at,
        "counts": sync.counts,
        "error": sync.error,
        "hint": sync.hint,
        "skipped": sync.skipped,
    }


EXAMPLE = {
    "message": "the sync is complete; the figures follow with the next build",
    "success": True,
    "products": {"synced": 48, "errors": 0},
    "customers": {"synced": 184, "errors": 0},
    "orders": {"synced": 251, "errors": 0},
    "duration": 14210,
    "skipped": {"checkouts": "the scope read_orders was not granted"},
}
RUNNING_EXAMPLE = {
    "message": "the sync is running; GET /api/v1/sync/status/1 tells how it stands",
    "success": True,
    "products": {"synced": 0, "errors": 0},
    "customers": {"synced": 0, "errors": 0},
    "orders": {"synced": 0, "errors": 0},
    "duration": 25003,
    "skipped": {},
    "syncId": "5b7a4c1e-2a54-4f83-8a6c-6a30c7f1c0de",
    "status": "running",
}
STATUS_EXAMPLE = {
    "tenantId": "1",
    "name": "Alpine Tea",
    "shopDomain": "alpine-tea.myshopify.com",
    "hasAccessToken": True,
    "counts": {"products": 48, "customers": 184, "orders": 251},
    "lastSync": {
        "syncId": "12",
        "status": "failed",
        "trigger": "api",
        "startedAt": "2026-03-31T21:59:00Z",
        "finishedAt": "2026-03-31T21:59:01.21Z",
        "counts": {},
        "error": "[API] Invalid API key or access token (unrecognized login or wrong password)",
        "hint": "copy the access token from the shop's app settings again",
        "skipped": {},
    },
}
