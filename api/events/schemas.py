"""What the endpoints of deliveries take and give."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict
from pydantic.alias_generators import to_camel

from api.schemas import Answer, Moment

State = Literal["waiting", "loading", "loaded", "built", "kept", "quarantined"]
EventId = Annotated[
    str, BeforeValidator(lambda given: str(given) if type(given) is int else given), Strict()
]
TIME = "An ISO time, UTC unless it says otherwise, or so long ago: 90m, 2h, 7d."


class Delivery(Answer):
    """What became of one delivery of a webhook."""

    event_id: str = Field(description="Our number of it.")
    tenant_id: str
    shop_domain: str
    topic: str
    webhook_id: str = Field(description="Shopify's id of the delivery.")
    shopify_event_id: str | None = Field(description="Shopify's id of what it tells of.")
    api_version: str | None
    triggered_at: Moment | None
    received_at: Moment
    deliveries: int = Field(description="How often it came.")
    last_received_at: Moment | None = Field(description="When it came again.")
    state: State
    batch_id: str | None = Field(description="The claim that it belongs to.")
    claimed_at: Moment | None
    tries: int | None = Field(description="How often its batch was handed out again.")
    loaded_at: Moment | None
    load_id: str | None = Field(description="The load that brought its documents.")
    live_built_at: Moment | None = Field(description="When the fast models showed it.")
    whole_built_at: Moment | None = Field(description="When every model showed it.")
    replayed_at: Moment | None = Field(description="When it was last handed back.")
    reason: str | None = Field(description="Why it was put aside.")
    quarantined_at: Moment | None
    released_at: Moment | None


class Deliveries(Answer):
    """Deliveries, newest first; `next` is the `before` of those that follow."""

    events: list[Delivery]
    next: str | None


class DeliveryInFull(Delivery):
    """A delivery with its headers and, when asked for, its body."""

    headers: dict[str, str]
    body: str | None = Field(description="As text; null unless asked for, or when it is no UTF-8.")
    body_base64: str | None = Field(description="Its bytes, when asked for.")


class Selection(BaseModel):
    """Which deliveries to hand back: what is given narrows it, and nothing at all wants `all`."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        extra="forbid",
        json_schema_extra={"example": {"topic": "orders/create", "since": "2h"}},
    )

    event_id: EventId | None = Field(default=None, description="Its number or webhook id.")
    topic: str | None = None
    webhook_id: str | None = None
    since: str | None = Field(default=None, description=TIME)
    until: str | None = Field(default=None, description=TIME)
    all: bool = Field(
        default=False, strict=True, description="Really every delivery of the tenant that is kept."
    )
    after: EventId | None = Field(default=None, description="Go on behind this event.")


class HandedBack(Answer):
    """How many were handed to the loader again; `remaining`: how many wait for another call."""

    deliveries: int
    remaining: int
    last: str | None = Field(description="The `after` of the next call.")


class Refused(Answer):
    """Deliveries of one UTC day that were not taken, for one cause, naming one shop."""

    day: str
    cause: Literal["header missing", "too large", "unknown shop", "bad signature"]
    shop_domain: str
    deliveries: int
    first_at: Moment
    last_at: Moment
    sample: dict[str, str] = Field(description="The newest one's headers; never a secret.")


class Refusals(Answer):
    """What was not taken, newest day first."""

    refusals: list[Refused]


EXAMPLE: dict[str, Any] = {
    "eventId": "4711",
    "tenantId": "1",
    "shopDomain": "alpine-tea.myshopify.com",
    "topic": "orders/create",
    "webhookId": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
    "shopifyEventId": "98880550-7158-44d4-b7cd-2c97c8a091b5",
    "apiVersion": "2026-10",
    "triggeredAt": "2026-03-31T20:15:09.123456Z",
    "receivedAt": "2026-03-31T20:15:09.402Z",
    "deliveries": 2,
    "lastReceivedAt": "2026-03-31T20:16:09.5Z",
    "state": "built",
    "batchId": "812",
    "claimedAt": "2026-03-31T20:15:09.61Z",
    "tries": 0,
    "loadedAt": "2026-03-31T20:15:10.02Z",
    "loadId": "1774988109.9",
    "liveBuiltAt": "2026-03-31T20:15:10.44Z",
    "wholeBuiltAt": "2026-03-31T20:15:31.2Z",
    "replayedAt": None,
    "reason": None,
    "quarantinedAt": None,
    "releasedAt": None,
}
LIST_EXAMPLE = {"events": [EXAMPLE], "next": None}
FULL_EXAMPLE = {
    **EXAMPLE,
    "headers": {"x-shopify-topic": "orders/create", "x-shopify-api-version": "2026-10"},
    "body": None,
    "bodyBase64": None,
}
HANDED_EXAMPLE = {"deliveries": 12, "remaining": 0, "last": "4711"}
REFUSALS_EXAMPLE = {
    "refusals": [
        {
            "day": "2026-03-31",
            "cause": "unknown shop",
            "shopDomain": "left-us.myshopify.com",
            "deliveries": 3,
            "firstAt": "2026-03-31T08:00:00Z",
            "lastAt": "2026-03-31T20:00:00Z",
            "sample": {"x-shopify-topic": "orders/create"},
        }
    ]
}
