"""One shape for every error, and what every request passes first."""

import httpx
import psycopg
import pytest
from pydantic import SecretStr

from tests.api.conftest import Built
from tests.api.shops import Shop, free_port, serving
from warehouse.connections import Role, dsn
from warehouse.settings import Settings

MEMBERS = {"type", "title", "status", "detail", "instance", "error"}


@pytest.fixture
def api_without_database(settings: Settings) -> Settings:
    nowhere = SecretStr(f"postgresql://nobody:nothing@127.0.0.1:{free_port()}/nothing")
    return settings.model_copy(update={"database_url": nowhere})


def assert_problem(answer: httpx.Response, status: int) -> None:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert not MEMBERS - set(document)
    assert document["status"] == status
    assert isinstance(document["error"], str)
    assert document["error"]


@pytest.mark.parametrize(
    "path",
    ["/", "/nope", "/api", "/api/v1", "/api/v2/tenants", "/api/v1/tenants/", "/docs/x", "//"],
)
def test_an_unknown_path_has_the_one_shape(built: Built, path: str) -> None:
    assert_problem(built.api.get(path), 404)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/v1/tenants", "GET, HEAD, POST"),
        ("PUT", "/api/v1/tenants/1", "GET, HEAD, PATCH"),
        ("PUT", "/health", "GET, HEAD"),
        ("GET", "/api/v1/sync", "POST"),
        ("POST", "/openapi.json", "GET, HEAD"),
    ],
)
def test_another_method_has_the_one_shape_and_names_the_right_ones(
    built: Built, method: str, path: str, allowed: str
) -> None:
    answer = built.api.request(method, path)
    assert_problem(answer, 405)
    assert answer.headers["allow"] == allowed
    assert allowed in answer.json()["error"]


@pytest.mark.parametrize("path", ["/health", "/api/v1/tenants", "/api/v1/tenants/1/metrics"])
def test_a_head_is_answered_as_a_get_without_the_body(built: Built, path: str) -> None:
    head, get = built.api.head(path), built.api.get(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == get.headers["content-type"]
    assert head.headers["content-length"] == str(len(get.content))


def test_a_body_above_the_bound_has_the_one_shape_declared_or_not(built: Built) -> None:
    body = b'{"name": "' + b"x" * 70_000 + b'"}'
    headers = {"Content-Type": "application/json"}
    for content in (body, iter([body])):
        assert_problem(built.api.post("/api/v1/tenants", content=content, headers=headers), 413)


def test_without_a_database_answers_are_503_and_say_when_to_ask_again(
    api_without_database: Settings,
) -> None:
    shop = Shop(1, "alpine-tea.myshopify.com")
    with serving(api_without_database) as api:
        assert api.get("/health").status_code == 200
        answers = [
            api.get("/ready"),
            api.get("/api/v1/tenants"),
            api.get(f"{shop.path}/metrics"),
            api.post("/api/v1/sync", json={"tenantId": "1"}),
            shop.deliver(api, b"{}"),
        ]
    for answer in answers:
        assert_problem(answer, 503)
        assert int(answer.headers["retry-after"]) > 0
        assert "nothing@" not in answer.text


def test_what_nobody_foresaw_is_a_500_of_the_one_shape_and_its_traceback_stays_here(
    settings: Settings, shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(settings) as api:
        with psycopg.connect(dsn(settings, Role.OWNER)) as connection:
            connection.execute("alter table control.tenants rename column currency to money")
        answer = api.get(f"{shop.path}/metrics")
    assert_problem(answer, 500)
    assert "column" not in answer.text
    assert "Traceback" in caplog.text


def test_every_answer_has_an_id_and_the_security_headers(api: httpx.Client, shop: Shop) -> None:
    for answer in (api.get("/health"), api.get("/nope"), shop.deliver(api, b"{}")):
        assert answer.headers["x-request-id"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "server" not in answer.headers


@pytest.mark.parametrize(
    ("given", "kept"), [("abc-123", True), ("x" * 65, False), ("a b", False), ("<script>", False)]
)
def test_the_callers_request_id_is_kept_when_it_is_harmless(
    built: Built, given: str, kept: bool
) -> None:
    answer = built.api.get("/health", headers={"X-Request-Id": given})
    assert (answer.headers["x-request-id"] == given) is kept


def test_health_answers_in_the_contracts_shape(built: Built) -> None:
    health = built.api.get("/health").json()
    assert health["status"] == "ok"
    assert health["timestamp"].endswith("Z")
    assert built.api.get("/ready").json()["status"] == "ready"
