"""What a delivery carries besides its body: Shopify's headers, ids and signature."""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid

from sandbox.announcements import Announcement
from sandbox.profiles import Profile

VERSION = "2026-10"


def signature(secret: str, body: bytes) -> str:
    """Shopify's: base64 of HMAC-SHA256 over the raw bytes."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def headers(profile: Profile, told: Announcement, life: str, nanosecond: int) -> dict[str, str]:
    """All headers. The ids follow from the event's place in the shop's life.

    A restarted sandbox goes on with new ids: one given twice would be taken for a repetition.
    """
    event = f"{profile.domain}:{life}:{told.event}"
    return {
        "Content-Type": "application/json",
        "User-Agent": "Shopify-Captain-Hook",
        "X-Shopify-Topic": told.topic,
        "X-Shopify-Hmac-Sha256": signature(profile.webhook_secret, told.body),
        "X-Shopify-Shop-Domain": profile.domain,
        "X-Shopify-API-Version": told.version or VERSION,
        "X-Shopify-Webhook-Id": _id(f"{event}:{told.topic}"),
        "X-Shopify-Event-Id": _id(event),
        "X-Shopify-Triggered-At": f"{told.happened_at:%Y-%m-%dT%H:%M:%S}.{nanosecond:09d}Z",
    }


def forged(true: dict[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
    """A changed body under the signature of the true one, with an id of its own."""
    changed = {"X-Shopify-Webhook-Id": _id(f"forged:{true['X-Shopify-Webhook-Id']}")}
    return true | changed, body[:-1] + b',"forged":true}'


def _id(words: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, words))
