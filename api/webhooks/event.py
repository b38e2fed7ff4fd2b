"""A delivery as it is stored: what Shopify's headers say of it, and its body untouched."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

PREFIX = "x-shopify-"
SIGNATURE = "x-shopify-hmac-sha256"
# These are members of a primary key, whose entries Postgres bounds at some 2,700 bytes.
LONGEST_NAME = 255
# Postgres refuses times at the edges of the calendar, and no delivery is from there.
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Event:
    """One row of ``landing.webhook_events``, in the order of INSERT_EVENTS."""

    tenant_id: int
    webhook_id: str
    event_id: str | None
    topic: str
    shop_domain: str
    api_version: str | None
    triggered_at: datetime | None
    headers: str
    body: bytes


def event_of(*, tenant_id: int, shop_domain: str, headers: Mapping[str, str], body: bytes) -> Event:
    """The event; a delivery without an id gets one from its body, so that it lands once only."""
    webhook_id = headers.get("x-shopify-webhook-id") or f"sha256:{hashlib.sha256(body).hexdigest()}"
    kept = {
        name: value
        for name, value in headers.items()
        if name.startswith(PREFIX) and name != SIGNATURE
    }
    return Event(
        tenant_id=tenant_id,
        webhook_id=_short(webhook_id),
        event_id=headers.get("x-shopify-event-id"),
        topic=_short(headers["x-shopify-topic"]),
        shop_domain=shop_domain,
        api_version=headers.get("x-shopify-api-version"),
        triggered_at=_moment(headers.get("x-shopify-triggered-at")),
        headers=orjson.dumps(kept).decode(),
        body=body,
    )


def _short(name: str) -> str:
    if len(name) <= LONGEST_NAME:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()
    return f"{name[: LONGEST_NAME - 72]}#sha256:{digest}"


def _moment(text: str | None) -> datetime | None:
    """RFC 3339 with a zone, nanoseconds cut to microseconds; None for what cannot be stored."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None and EARLIEST <= moment < LATEST else None
