"""What is stored of a delivery."""

from datetime import UTC, datetime

import orjson
import pytest

from api.webhooks.event import LONGEST_NAME, Event, event_of

HEADERS = {
    "x-shopify-topic": "orders/updated",
    "x-shopify-hmac-sha256": "signature",
    "x-shopify-shop-domain": "alpine-tea.myshopify.com",
    "x-shopify-webhook-id": "one",
    "x-shopify-name": "orders, all",
    "authorization": "Bearer secret",
    "cookie": "session",
}


def made(body: bytes = b"{}", **changes: str | None) -> Event:
    headers = {name: value for name, value in {**HEADERS, **changes}.items() if value is not None}
    return event_of(tenant_id=1, shop_domain="alpine-tea.myshopify.com", headers=headers, body=body)


def test_a_delivery_without_an_id_gets_the_same_one_each_time() -> None:
    without: dict[str, str | None] = {"x-shopify-webhook-id": None}
    assert made(b"one", **without).webhook_id == made(b"one", **without).webhook_id
    assert made(b"one", **without).webhook_id != made(b"two", **without).webhook_id


def test_only_shopifys_headers_are_kept_and_never_the_signature() -> None:
    kept = orjson.loads(made().headers)
    assert kept["x-shopify-name"] == "orders, all"
    assert all(name.startswith("x-shopify-") for name in kept)
    assert "x-shopify-hmac-sha256" not in kept


@pytest.mark.parametrize(
    ("given", "moment"),
    [
        ("2026-03-31T20:15:09.123456789Z", datetime(2026, 3, 31, 20, 15, 9, 123456, UTC)),
        ("2026-03-31T22:15:09+02:00", datetime(2026, 3, 31, 20, 15, 9, tzinfo=UTC)),
        ("2026-03-31T20:15:09", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_the_trigger_time_is_read_or_left_out(given: str | None, moment: datetime | None) -> None:
    assert made(**{"x-shopify-triggered-at": given}).triggered_at == moment


@pytest.mark.parametrize("header", ["x-shopify-webhook-id", "x-shopify-topic"])
def test_a_name_too_long_for_a_key_is_shortened_without_collisions(header: str) -> None:
    one, two = made(**{header: "x" * 5000}), made(**{header: "x" * 5001})
    ids = [(event.topic, event.webhook_id) for event in (one, two)]
    assert ids[0] != ids[1]
    assert all(len(part) <= LONGEST_NAME for pair in ids for part in pair)
