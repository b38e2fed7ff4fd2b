"""GET /metrics: what was counted is what happened, in every process, and names nobody."""

from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from tests.api.conftest import Built
from tests.api.shops import Shop, serving
from tests.api.telemetry.scrapes import scrape
from tests.conftest import settings_for
from warehouse.settings import Settings

REQUESTS = "shopmart_http_request_seconds_count"
LANDED = "shopmart_landing_seconds_count"
ROUTE = "/api/v1/tenants/{tenant_id}"


def test_deliveries_are_counted_by_what_they_were_answered(api: httpx.Client, shop: Shop) -> None:
    for number in range(3):
        assert shop.deliver(api, b"{}", Webhook_Id=str(number)).status_code == 200
    assert shop.deliver(api, b"{}", Hmac_Sha256="no").status_code == 401
    assert shop.deliver(api, b"{}", Shop_Domain="nobody.myshopify.com").status_code == 404
    assert shop.deliver(api, b"{}", Topic=None).status_code == 400
    found = scrape(api)
    told = {
        verdict: found.get(LANDED, verdict=verdict) for verdict in found.labels(LANDED, "verdict")
    }
    assert {verdict: count for verdict, count in told.items() if count} == {
        "landed": 3,
        "bad_signature": 1,
        "unknown_shop": 1,
        "malformed": 1,
    }
    assert found.get("shopmart_landing_batch_events_sum") == 3
    assert found.get("shopmart_landing_queue_events") == 0
    assert found.get("shopmart_landing_queue_capacity") == 10_000


def test_requests_are_counted_by_the_template_of_their_route(api: httpx.Client, shop: Shop) -> None:
    for path in (shop.path, "/api/v1/tenants/999", "/api/v1/tenants/x'; drop", "/nope", "/nope/2"):
        api.get(path)
    api.post(shop.path)
    api.request("PROPFIND", "/nope")
    api.head("/health")
    found = scrape(api)
    assert found.get(REQUESTS, route=ROUTE, method="GET", status="200") == 1
    assert found.get(REQUESTS, route=ROUTE, method="GET", status="404") == 2
    assert found.get(REQUESTS, route="none", method="GET", status="404") == 2
    assert found.get(REQUESTS, route="none", method="other", status="404") == 1
    assert found.get(REQUESTS, route="/health", method="GET", status="200") == 1
    assert found.labels(REQUESTS, "route") <= {ROUTE, "none", "/health", "/metrics"}


def test_every_route_that_the_api_has_is_a_template_of_its_own(built: Built) -> None:
    document = built.api.get("/openapi.json").json()
    gets = [path for path, methods in document["paths"].items() if "get" in methods]
    for path in gets:
        built.api.get(path.replace("{tenant_id}", str(built.berlin.tenant_id)))
    assert set(gets) <= scrape(built.api).labels(REQUESTS, "route")


def test_kept_answers_are_told_from_computed_ones(built: Built) -> None:
    before = scrape(built.api)
    for _ in range(3):
        built.api.get(f"{built.berlin.path}/customers?limit=17")
    after = scrape(built.api)
    name = "shopmart_answers_total"
    grown = {
        cache: (after.get(name, cache=cache) or 0) - (before.get(name, cache=cache) or 0)
        for cache in ("hit", "miss")
    }
    assert grown == {"hit": 2, "miss": 1}


def test_tenants_are_told_as_the_status_tells_them(built: Built) -> None:
    found = scrape(built.api)
    status = {one["tenantId"]: one for one in built.api.get("/api/v1/status").json()["tenants"]}
    assert found.get("shopmart_tenants") == len(status) == 3
    for tenant_id, told in status.items():
        waiting = found.get("shopmart_tenant_waiting_events", tenant_id=tenant_id)
        assert waiting == told["waitingEvents"]
        assert found.get("shopmart_tenant_paused", tenant_id=tenant_id) == 0
    empty = str(built.empty.tenant_id)
    assert found.get("shopmart_tenant_freshness_seconds", tenant_id=empty) is None
    berlin = str(built.berlin.tenant_id)
    assert (found.get("shopmart_tenant_freshness_seconds", tenant_id=berlin) or 0) > 0
    assert found.get("shopmart_build_failed", group="all") == 0


def test_two_processes_sum_to_what_was_sent_and_agree_on_the_tenants(
    settings: Settings, shop: Shop
) -> None:
    with serving(settings) as one, serving(settings) as other:
        for number in range(5):
            api = one if number < 2 else other
            assert shop.deliver(api, b"{}", Webhook_Id=str(number)).status_code == 200
        found = [scrape(one), scrape(other)]
    assert [each.get(LANDED, verdict="landed") for each in found] == [2, 3]
    tenant = str(shop.tenant_id)
    waiting = "shopmart_tenant_waiting_events"
    assert [each.get(waiting, tenant_id=tenant) for each in found] == [5, 5]


def test_without_a_database_the_process_still_tells_of_itself(home: Path) -> None:
    away = settings_for(home, "postgresql://a:b@127.0.0.1:1/c")
    with serving(away) as api:
        assert api.get("/health").status_code == 200
        found = scrape(api)
    assert found.get("shopmart_database_up") == 0
    assert found.get("shopmart_tenants") is None
    assert found.get(REQUESTS, route="/health", method="GET", status="200") == 1


def test_an_unmigrated_database_is_no_error_of_a_scrape(empty_database: Settings) -> None:
    with serving(empty_database) as api:
        assert scrape(api).get("shopmart_database_up") == 0


def test_no_shop_person_or_secret_is_named(built: Built) -> None:
    for path in ("orders", "customers", "products"):
        built.api.get(f"{built.berlin.path}/{path}")
    text = scrape(built.api).text
    for planted in (built.berlin.domain, "Alpine", "ada@", "Ada", "Sencha", built.berlin.secret):
        assert planted not in text


@pytest.mark.parametrize("host", ["evil.example", "10.0.0.7"])
def test_under_a_foreign_name_nothing_is_told(api: httpx.Client, host: str) -> None:
    answer = api.get("/metrics", headers={"Host": host})
    assert answer.status_code == 421
    assert "shopmart_" not in answer.text


def test_a_proxys_allowed_name_is_answered(settings: Settings) -> None:
    allowed = settings.model_copy(update={"allowed_hosts": "metrics.example"})
    with serving(allowed) as api:
        assert api.get("/metrics", headers={"Host": "metrics.example"}).status_code == 200


def test_a_changed_secret_key_is_told_as_a_database_that_does_not_answer(
    settings: Settings,
) -> None:
    changed = settings.model_copy(update={"secret_key": SecretStr("another key than before")})
    with serving(changed) as api:
        assert scrape(api).get("shopmart_database_up") == 0
