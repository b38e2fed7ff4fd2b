"""Signatures can be checked by anybody who has the secret, and forgeries never pass."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from sandbox.announcements import Announcement
from sandbox.profiles import profile
from sandbox.signing import forged, headers, signature

SHOP = profile(0, seed=1)
TOLD = Announcement("orders/create", b'{"id":1}', datetime(2026, 11, 1, tzinfo=UTC), "Placed:9")


@given(st.text(min_size=1), st.binary())
def test_the_signature_is_shopify_s(secret: str, body: bytes) -> None:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    assert signature(secret, body) == base64.b64encode(digest).decode()


def test_the_known_signature_of_a_known_body() -> None:
    known = "VnKUjZsLuN5iZWjn5EntcBVCF9kMN43LglzCE1/GSeY="
    assert signature("hush", b'{"id":1}') == known


def test_an_event_s_ids_stay_the_same_and_differ_between_topics_and_lives() -> None:
    one, again = headers(SHOP, TOLD, "life", 1), headers(SHOP, TOLD, "life", 1)
    assert one == again
    other = headers(SHOP, Announcement("orders/paid", *_rest()), "life", 2)
    assert other["X-Shopify-Event-Id"] == one["X-Shopify-Event-Id"]
    assert other["X-Shopify-Webhook-Id"] != one["X-Shopify-Webhook-Id"]
    later = headers(SHOP, TOLD, "another life", 1)
    assert later["X-Shopify-Webhook-Id"] != one["X-Shopify-Webhook-Id"]


def _rest() -> tuple[bytes, datetime, str]:
    return TOLD.body, TOLD.happened_at, TOLD.event


def test_the_time_has_nine_digits_behind_the_second() -> None:
    assert headers(SHOP, TOLD, "life", 42)["X-Shopify-Triggered-At"] == (
        "2026-11-01T00:00:00.000000042Z"
    )


def test_a_forgery_is_json_under_a_signature_that_does_not_hold() -> None:
    true = headers(SHOP, TOLD, "life", 1)
    changed, body = forged(true, TOLD.body)
    assert body == b'{"id":1,"forged":true}'
    assert changed["X-Shopify-Hmac-Sha256"] == true["X-Shopify-Hmac-Sha256"]
    assert signature(SHOP.webhook_secret, body) != changed["X-Shopify-Hmac-Sha256"]
    assert changed["X-Shopify-Webhook-Id"] != true["X-Shopify-Webhook-Id"]
