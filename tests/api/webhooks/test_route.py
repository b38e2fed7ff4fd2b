"""POST /webhook/shopify over real HTTP: the contract's order of checks, and what lands."""

from datetime import UTC, datetime

import httpx
import pytest

from tests.api.shops import LANDING, SECRET, Shop, landed, rows, serving, sign
from warehouse.settings import Settings

BODY = b'{"id": 820982911946154508, "note": "Gr\xc3\xbc\xc3\x9fe"}'
ALL = ("Topic", "Hmac-Sha256", "Shop-Domain")
NO_HEADER = [*((name, None) for name in ALL), ("Topic", ""), ("Shop-Domain", "")]


def error_of(answer: httpx.Response) -> str:
    text = answer.json()["error"]
    assert isinstance(text, str)
    return text


def test_a_signed_delivery_lands_as_the_bytes_it_is(
    api: httpx.Client, settings: Settings, shop: Shop
) -> None:
    answer = shop.deliver(api, BODY)
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    ((tenant_id, webhook_id, topic, domain, version, triggered_at, body, headers),) = rows(
        settings,
        "select tenant_id, webhook_id, topic, shop_domain, api_version, triggered_at, body, headers"
        " from landing.webhook_events",
    )
    assert (tenant_id, topic, domain) == (shop.tenant_id, "orders/updated", shop.domain)
    assert (webhook_id, version) == ("b54557e4-bdd9-4b37-8a5f-bf7d70bcd043", "2026-10")
    assert triggered_at == datetime(2026, 3, 31, 20, 15, 9, 123456, UTC)
    assert body == BODY
    assert headers["x-shopify-event-id"] == "98880550-7158-44d4-b7cd-2c97c8a091b5"  # type: ignore[index]


def test_a_redelivery_lands_once(api: httpx.Client, settings: Settings, shop: Shop) -> None:
    for _ in range(3):
        assert shop.deliver(api, BODY).status_code == 200
    assert len(landed(settings)) == 1


def test_two_tenants_with_the_same_ids_land_beside_each_other(
    api: httpx.Client, settings: Settings, shop: Shop, other_shop: Shop
) -> None:
    for one in (shop, other_shop):
        assert one.deliver(api, BODY).status_code == 200
    found = rows(settings, "select tenant_id from landing.webhook_events order by 1")
    assert found == [(shop.tenant_id,), (other_shop.tenant_id,)]


def test_a_delivery_without_an_id_lands_and_its_repetition_does_not(
    api: httpx.Client, settings: Settings, shop: Shop
) -> None:
    for body in (BODY, BODY, b"{}"):
        assert shop.deliver(api, body, Webhook_Id=None).status_code == 200
    assert len(landed(settings)) == 2


@pytest.mark.parametrize(
    "body", [b"", b"no json", b"\x00", b"\xff\xfe", b'{"a":"\\u0000"}', b"[" * 10_000]
)
def test_whatever_is_rightly_signed_lands(
    api: httpx.Client, settings: Settings, shop: Shop, body: bytes
) -> None:
    assert shop.deliver(api, body).status_code == 200
    assert rows(settings, "select body from landing.webhook_events") == [(body,)]


@pytest.mark.parametrize(("name", "spoilt"), NO_HEADER)
def test_a_missing_header_is_a_400_that_names_it(
    api: httpx.Client, shop: Shop, name: str, spoilt: str | None
) -> None:
    answer = shop.deliver(api, b"x" * 1_000, **{name: spoilt, "Other": "x"})
    assert answer.status_code == 400
    assert f"X-Shopify-{name}" in error_of(answer)


def test_a_body_above_the_bound_is_a_413_even_for_an_unknown_shop(
    settings: Settings, shop: Shop
) -> None:
    with serving(settings.model_copy(update={"max_webhook_bytes": 1_000})) as api:
        assert shop.deliver(api, b"x" * 1_000).status_code == 200
        too_large = shop.deliver(api, b"x" * 1_001, Shop_Domain="nobody.myshopify.com")
        assert too_large.status_code == 413
        assert "SHOPMART_MAX_WEBHOOK_BYTES" in error_of(too_large)
    assert len(landed(settings)) == 1


def test_a_body_of_unknown_length_is_bounded_as_it_is_read(settings: Settings, shop: Shop) -> None:
    pieces = [b"x" * 600, b"x" * 600]
    headers = shop.headers(b"".join(pieces))
    with serving(settings.model_copy(update={"max_webhook_bytes": 1_000})) as api:
        assert api.post(LANDING, content=iter(pieces), headers=headers).status_code == 413
        assert api.post(LANDING, content=iter(pieces[:1]), headers=headers).status_code == 401


def test_an_unknown_shop_is_a_404_before_its_signature_is_looked_at(
    api: httpx.Client, shop: Shop
) -> None:
    for signature in (sign(BODY), "wrong"):
        answer = shop.deliver(api, BODY, Shop_Domain="nobody.myshopify.com", Hmac_Sha256=signature)
        assert answer.status_code == 404
        assert "shop domain" in error_of(answer)


@pytest.mark.parametrize("length", [0, 1, 43, 44, 45, 4_000])
def test_a_wrong_signature_of_any_length_is_a_401(
    api: httpx.Client, settings: Settings, shop: Shop, length: int
) -> None:
    answer = shop.deliver(api, BODY, Hmac_Sha256="A" * length)
    assert answer.status_code == 401
    assert SECRET not in answer.text
    assert landed(settings) == []


def test_a_signature_of_another_body_is_a_401(api: httpx.Client, shop: Shop) -> None:
    assert shop.deliver(api, BODY, Hmac_Sha256=sign(BODY + b" ")).status_code == 401


def test_the_shop_is_found_however_its_domain_is_written(api: httpx.Client, shop: Shop) -> None:
    assert shop.deliver(api, BODY, Shop_Domain=shop.domain.upper()).status_code == 200


def test_a_shop_connected_a_moment_ago_is_known_at_once(api: httpx.Client) -> None:
    stranger = Shop(1, "new-shop.myshopify.com")
    assert stranger.deliver(api, BODY).status_code == 404
    tenant = {"name": "New", "shopDomain": stranger.domain, "webhookSecret": SECRET}
    assert api.post("/api/v1/tenants", json=tenant).status_code == 201
    assert stranger.deliver(api, BODY).status_code == 200


def test_a_rotated_secret_counts_at_once_and_the_one_before_it_still(
    api: httpx.Client, shop: Shop
) -> None:
    assert shop.deliver(api, BODY).status_code == 200
    assert api.patch(shop.path, json={"webhookSecret": "rotated"}).status_code == 200
    for secret, status in [("rotated", 200), (SECRET, 200), ("never", 401)]:
        assert shop.deliver(api, BODY, Hmac_Sha256=sign(BODY, secret)).status_code == status


def test_another_method_is_a_405_that_names_the_right_one(api: httpx.Client) -> None:
    answer = api.get(LANDING)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert "POST" in error_of(answer)
