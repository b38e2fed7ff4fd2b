"""Who is let in: by name, by how often; webhooks by their signature alone."""

from collections.abc import Iterator

import httpx
import pytest

from api.gate import host_name, own_names
from tests.api.conftest import Built
from tests.api.shops import Shop, serving
from warehouse.settings import Settings

TENANTS = "/api/v1/tenants"


@pytest.fixture
def strict(settings: Settings) -> Iterator[httpx.Client]:
    changes = {"requests_per_minute": 3, "bad_signatures_per_minute": 2}
    with serving(settings.model_copy(update=changes)) as api:
        yield api


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost:3000", "[::1]:80", "LOCALHOST", "127.9.9.9"]
)
def test_the_names_of_this_machine_are_let_in(built: Built, host: str) -> None:
    assert built.api.get(TENANTS, headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.1", "é"])
def test_a_foreign_name_is_refused_with_the_cure(built: Built, host: str) -> None:
    answer = built.api.get(TENANTS, headers={"Host": host.encode()})
    assert answer.status_code == 421
    assert "SHOPMART_ALLOWED_HOSTS" in answer.json()["error"]
    assert answer.headers["x-request-id"]


def test_a_name_that_the_settings_allow_is_let_in(settings: Settings) -> None:
    with serving(settings.model_copy(update={"allowed_hosts": "api.example,b.example"})) as api:
        assert api.get(TENANTS, headers={"Host": "API.example:443"}).status_code == 200
        assert api.get(TENANTS, headers={"Host": "c.example"}).status_code == 421


def test_health_and_webhooks_come_under_any_name(api: httpx.Client, shop: Shop) -> None:
    tunnel = {"Host": "tunnel.example"}
    assert api.get("/health", headers=tunnel).status_code == 200
    signed = {**shop.headers(b"{}"), **tunnel}
    assert api.post("/api/v1/webhook/shopify", content=b"{}", headers=signed).status_code == 200


@pytest.mark.parametrize(
    ("given", "name"),
    [("a.example:80", "a.example"), ("[::1]:8000", "::1"), ("A.", "a"), ("", ""), ("[", "")],
)
def test_a_host_has_a_name(given: str, name: str) -> None:
    assert host_name(given) == name


def test_the_address_that_is_served_is_a_name(settings: Settings) -> None:
    assert "::1" in own_names(settings.model_copy(update={"api_host": "::1"}))


def test_an_address_that_asks_too_often_is_told_when_to_ask_again(strict: httpx.Client) -> None:
    answers = [strict.get(TENANTS) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    refusal = answers[-1]
    assert 1 <= int(refusal.headers["retry-after"]) <= 60
    assert refusal.headers["content-type"] == "application/problem+json"
    assert "SHOPMART_REQUESTS_PER_MINUTE" in refusal.json()["error"]


def test_each_address_behind_the_proxy_is_counted_by_itself(strict: httpx.Client) -> None:
    for address in ("10.0.0.1", "10.0.0.2"):
        headers = {"X-Forwarded-For": address}
        codes = [strict.get(TENANTS, headers=headers).status_code for _ in range(4)]
        assert codes == [200, 200, 200, 429]


def test_health_is_never_bounded(strict: httpx.Client) -> None:
    assert {strict.get("/health").status_code for _ in range(10)} == {200}


def test_rightly_signed_webhooks_are_never_bounded(strict: httpx.Client, shop: Shop) -> None:
    bad = [shop.deliver(strict, b"{}", Hmac_Sha256="wrong") for _ in range(4)]
    assert [answer.status_code for answer in bad] == [401, 401, 429, 429]
    assert int(bad[-1].headers["retry-after"]) >= 1
    good = [shop.deliver(strict, b"{}", Webhook_Id=f"w{number}") for number in range(20)]
    assert {answer.status_code for answer in good} == {200}


def test_no_bound_is_no_bound(settings: Settings) -> None:
    with serving(settings.model_copy(update={"requests_per_minute": 0})) as api:
        assert {api.get(TENANTS).status_code for _ in range(30)} == {200}


def test_another_pages_script_reads_answers_only_when_its_origin_is_named(
    settings: Settings, built: Built
) -> None:
    origin = {"Origin": "https://dashboard.example"}
    asked = {**origin, "Access-Control-Request-Method": "GET"}
    assert "access-control-allow-origin" not in built.api.get(TENANTS, headers=origin).headers
    with serving(settings.model_copy(update={"cors_origins": origin["Origin"]})) as api:
        answer = api.get(TENANTS, headers=origin)
        assert answer.headers["access-control-allow-origin"] == origin["Origin"]
        assert "X-Cache" in answer.headers["access-control-expose-headers"]
        assert api.options(TENANTS, headers=asked).status_code == 200
        refused = api.options(TENANTS, headers={**asked, "Origin": "https://evil.example"})
        assert refused.status_code == 400
        assert "SHOPMART_CORS_ORIGINS" in refused.json()["error"]
