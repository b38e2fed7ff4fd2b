"""Whatever anybody sends anywhere: an answer of the contract, never a 500."""

import json
from collections.abc import Iterator
from urllib.parse import quote, urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.conftest import Built
from tests.api.shops import LANDING, free_port, serving

ROUTES = [
    ("GET", "/api/v1/tenants"),
    ("POST", "/api/v1/tenants"),
    ("GET", "/api/v1/tenants/{}"),
    ("PATCH", "/api/v1/tenants/{}"),
    ("GET", "/api/v1/tenants/{}/metrics"),
    ("GET", "/api/v1/tenants/{}/orders"),
    ("GET", "/api/v1/tenants/{}/customers"),
    ("GET", "/api/v1/tenants/{}/products"),
    ("GET", "/api/v1/tenants/{}/orders.csv"),
    ("GET", "/api/v1/status"),
    ("POST", "/api/v1/sync"),
    ("GET", "/api/v1/sync/status/{}"),
    ("GET", "/api/v1/analytics/checkouts/{}"),
    ("GET", "/api/v1/analytics/checkouts/{}/list"),
    ("GET", "/api/v1/analytics/refunds/{}"),
    ("GET", "/api/v1/analytics/refunds/{}/list"),
    ("GET", "/api/v1/analytics/refunds/{}/list.csv"),
    ("POST", "/api/v1/analytics/detect-abandoned/{}"),
    ("GET", "/api/v1/tenants/{}/events"),
    ("GET", "/api/v1/tenants/1/events/{}"),
    ("POST", "/api/v1/tenants/{}/events/replay"),
    ("POST", "/api/v1/tenants/{}/events/release"),
    ("GET", "/api/v1/refusals"),
    ("POST", LANDING),
]
NAMES = ["page", "limit", "offset", "status", "startDate", "endDate", "x", "topic", "webhookId",
         "state", "since", "until", "before", "days", "body"]  # fmt: skip
FIELDS = ["name", "shopDomain", "webhookSecret", "accessToken", "clientId", "refreshToken", "all",
          "tenantId", "eventId", "topic", "webhookId", "since", "until", "after"]  # fmt: skip
ODD = st.sampled_from(
    ["", "0", "-1", "1", "250", "251", "1e3", "9" * 400, "2026-03-31", "0001-01-01", "9999-12-31",
     "2026-03-31T22:00:00+14:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "COMPLETED",
     "null", "NaN", "'; drop table x; --", "\x00", "٣", "%00", "../..", "{}", "\ud7ff\ue000"]
)  # fmt: skip
TEXT = ODD | st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
IDS = st.sampled_from(["1", "2", "3"]) | TEXT
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
BODIES = st.dictionaries(st.sampled_from(FIELDS), VALUES).map(
    lambda body: json.dumps(body).encode()
)
CONTENTS = BODIES | VALUES.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=50)
HEADERS = st.dictionaries(
    st.sampled_from(["Accept", "If-None-Match", "Content-Type", "X-Request-Id",
                     "X-Shopify-Topic", "X-Shopify-Shop-Domain", "X-Shopify-Hmac-Sha256"]),
    st.sampled_from(["", "text/csv", "*", "application/json", "é", "x" * 300, 'W/"', "a,b;q=,q=2"]),
    max_size=3,
).map(lambda headers: {name: value.encode() for name, value in headers.items()})  # fmt: skip


@pytest.fixture(scope="module")
def fragile(built: Built) -> Iterator[httpx.Client]:
    """A copy of the shops, without a bound on requests, and without a Dagster."""
    changes = {"requests_per_minute": 0, "dagster_url": f"http://127.0.0.1:{free_port()}"}
    with serving(built.spare.model_copy(update=changes)) as api:
        yield api


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_whatever_is_sent_is_answered_in_the_contracts_shapes(
    fragile: httpx.Client, method: str, path: str
) -> None:
    @settings(
        max_examples=60, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(
        tenant_id=IDS,
        query=st.lists(st.tuples(st.sampled_from(NAMES), TEXT), max_size=4),
        content=CONTENTS,
        headers=HEADERS,
    )
    def check(
        tenant_id: str, query: list[tuple[str, str]], content: bytes, headers: dict[str, bytes]
    ) -> None:
        url = f"{path.format(quote(tenant_id, safe=''))}?{urlencode(query)}"
        given = {"Content-Type": b"application/json", **headers}
        sent = content if method != "GET" else None
        answer = fragile.request(method, url, content=sent, headers=given)
        assert answer.status_code < 500 or "Dagster" in answer.text, answer.text
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
            assert isinstance(answer.json()["error"], str)

    check()
