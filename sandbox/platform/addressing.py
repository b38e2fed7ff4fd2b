"""What a subscription changes about a webhook: its own id, its name, the fields it asked for."""

from __future__ import annotations

import uuid
from typing import Any

import orjson

from sandbox.platform.subscriptions import Subscription
from sandbox.signing import signature


def addressed(
    sent: dict[str, str], body: bytes, to: Subscription, secret: str
) -> tuple[dict[str, str], bytes]:
    """Headers and body for one subscription: the event's id stays, the webhook's is its own."""
    own = str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{to.number}:{sent['X-Shopify-Webhook-Id']}"))
    headers = {**sent, "X-Shopify-Webhook-Id": own}
    if to.name:
        headers["X-Shopify-Name"] = to.name
    if to.include_fields:
        body = orjson.dumps(_picked(orjson.loads(body), to.include_fields))
        headers["X-Shopify-Hmac-Sha256"] = signature(secret, body)
    return headers, body


def _picked(value: dict[str, Any], paths: tuple[str, ...]) -> dict[str, Any]:
    """The wanted fields; `customer.id` reaches into an object, or into each of a list."""
    picked: dict[str, Any] = {}
    for name in dict.fromkeys(path.partition(".")[0] for path in paths):
        if name not in value:
            continue
        below = tuple(p.partition(".")[2] for p in paths if p.startswith(f"{name}."))
        picked[name] = _below(value[name], below) if name not in paths else value[name]
    return picked


def _below(value: object, paths: tuple[str, ...]) -> object:
    if isinstance(value, dict):
        return _picked(value, paths)
    if isinstance(value, list):
        return [_below(item, paths) for item in value]
    return value
