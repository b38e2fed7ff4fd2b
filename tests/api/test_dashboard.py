"""The calls of the dashboard that exists: through a plain proxy, with no word of who it is."""

from tests.api.conftest import Built

CALLS = [
    "/health",
    "/api/v1/tenants",
    "/api/v1/tenants/{}",
    "/api/v1/tenants/{}/metrics",
    "/api/v1/tenants/{}/metrics?startDate=2026-01-01T00:00:00.000Z&endDate=2026-04-30",
    "/api/v1/tenants/{}/orders?page=1&limit=200",
    "/api/v1/tenants/{}/orders?page=1&limit=200&startDate=2026-01-01&endDate=2026-12-31",
    "/api/v1/tenants/{}/customers?page=1&limit=200",
    "/api/v1/tenants/{}/products?page=1&limit=200",
    "/api/v1/sync/status/{}",
    "/api/v1/analytics/checkouts/{}",
    "/api/v1/analytics/checkouts/{}/list?limit=200&offset=0",
    "/api/v1/analytics/checkouts/{}/list?status=ABANDONED&limit=200",
    "/api/v1/analytics/refunds/{}",
    "/api/v1/analytics/refunds/{}/list?limit=200",
]
# What such a proxy adds; it has the API's own address as its Host, and asks for any type.
PROXIED = {
    "Accept": "*/*",
    "Content-Type": "application/json",
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Host": "dashboard.example",
    "X-Forwarded-Proto": "https",
}


def test_the_dashboards_calls_work_through_a_plain_proxy(built: Built) -> None:
    for call in CALLS:
        answer = built.api.get(call.format(built.berlin.tenant_id), headers=PROXIED)
        assert answer.status_code == 200, (call, answer.text)
        assert answer.headers["content-type"] == "application/json", call


def test_what_it_sends_is_taken_as_it_sends_it(built: Built) -> None:
    path = f"/api/v1/analytics/detect-abandoned/{built.empty.tenant_id}"
    assert built.api.post(path, json={}, headers=PROXIED).json()["success"] is True
    change = built.api.patch(built.empty.path, json={"name": "Coastal-Fig"}, headers=PROXIED)
    assert change.json()["name"] == "Coastal-Fig"
