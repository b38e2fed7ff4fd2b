"""The OpenAPI document: complete, valid, true to the answers, readable without a network."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.api.conftest import Built
from tests.api.shops import LANDING, SECRET

CONTRACT = {
    "/health": {"get": "200"},
    "/ready": {"get": "200"},
    "/api/v1/tenants": {"get": "200", "post": "201"},
    "/api/v1/tenants/{tenant_id}": {"get": "200", "patch": "200"},
    "/api/v1/tenants/{tenant_id}/metrics": {"get": "200"},
    "/api/v1/tenants/{tenant_id}/orders": {"get": "200"},
    "/api/v1/tenants/{tenant_id}/customers": {"get": "200"},
    "/api/v1/tenants/{tenant_id}/products": {"get": "200"},
    "/api/v1/analytics/checkouts/{tenant_id}": {"get": "200"},
    "/api/v1/analytics/checkouts/{tenant_id}/list": {"get": "200"},
    "/api/v1/analytics/detect-abandoned/{tenant_id}": {"post": "200"},
    "/api/v1/analytics/refunds/{tenant_id}": {"get": "200"},
    "/api/v1/analytics/refunds/{tenant_id}/list": {"get": "200"},
    "/api/v1/status": {"get": "200"},
    "/api/v1/tenants/{tenant_id}/events": {"get": "200"},
    "/api/v1/tenants/{tenant_id}/events/{event_id}": {"get": "200"},
    "/api/v1/tenants/{tenant_id}/events/replay": {"post": "202"},
    "/api/v1/tenants/{tenant_id}/events/release": {"post": "202"},
    "/api/v1/refusals": {"get": "200"},
    "/api/v1/sync": {"post": "200"},
    "/api/v1/sync/status/{tenant_id}": {"get": "200"},
    LANDING: {"post": "200"},
}
READABLE = [
    path for path, methods in CONTRACT.items() if "get" in methods and "{event_id}" not in path
]


@pytest.fixture(scope="module")
def document(built: Built) -> dict[str, Any]:
    found: dict[str, Any] = built.api.get("/openapi.json").json()
    return found


def responses(document: dict[str, Any]) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for status, response in operation["responses"].items():
                yield path, method, status, response


def check(document: dict[str, Any], schema: dict[str, Any], instance: object) -> None:
    Draft202012Validator({**schema, "components": document["components"]}).validate(instance)


def test_every_path_of_the_contract_is_described_and_no_other(document: dict[str, Any]) -> None:
    assert set(document["paths"]) == set(CONTRACT)
    for path, methods in CONTRACT.items():
        assert set(document["paths"][path]) == set(methods)
        for method, status in methods.items():
            assert status in document["paths"][path][method]["responses"]


def test_every_schema_is_valid_and_every_reference_leads_somewhere(
    document: dict[str, Any],
) -> None:
    schemas = document["components"]["schemas"]
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    for name in re.findall(r'"#/components/schemas/(\w+)"', str(document).replace("'", '"')):
        assert name in schemas


def test_every_example_fits_its_schema_and_every_answer_has_one(document: dict[str, Any]) -> None:
    for path, method, status, response in responses(document):
        for media in response["content"].values():
            assert "example" in media, (path, method, status)
            check(document, media["schema"], media["example"])


def test_every_error_is_a_problem_document(document: dict[str, Any]) -> None:
    for path, method, status, response in responses(document):
        if status >= "400":
            assert list(response["content"]) == ["application/problem+json"], (path, method, status)


@pytest.mark.parametrize("path", READABLE)
def test_the_real_answer_fits_its_schema(built: Built, document: dict[str, Any], path: str) -> None:
    response = document["paths"][path]["get"]["responses"]["200"]
    schema = response["content"]["application/json"]["schema"]
    for shop in (built.berlin, built.new_york, built.empty):
        answer = built.api.get(path.replace("{tenant_id}", str(shop.tenant_id)))
        assert answer.status_code == 200
        check(document, schema, answer.json())


def test_real_errors_fit_the_schema_of_problems(built: Built, document: dict[str, Any]) -> None:
    for answer in (
        built.api.get("/nope"),
        built.api.get(f"{built.berlin.path}/orders?limit=0"),
        built.api.post("/api/v1/tenants", json={}),
        built.api.post(LANDING),
    ):
        check(document, document["components"]["schemas"]["Problem"], answer.json())


def test_no_answer_has_room_for_a_secret(document: dict[str, Any]) -> None:
    told = {
        name.lower()
        for title, schema in document["components"]["schemas"].items()
        if title not in ("NewTenant", "TenantChange")
        for name in schema.get("properties", {})
    }
    assert not [
        name
        for name in told - {"hasaccesstoken", "tokenexpiresat"}
        if re.search("secret|token", name)
    ]
    assert SECRET not in str(document)


def test_the_page_needs_nothing_from_another_host(built: Built) -> None:
    page = built.api.get("/docs")
    assert page.status_code == 200
    assert "http" not in page.text
    parts = re.findall(r'(?:src|href)="(/[^"]+)"', page.text)
    assert len(parts) == 3
    for part in parts:
        assert built.api.get(part).status_code == 200
    assert "SwaggerUIBundle" in built.api.get("/docs/swagger-ui-bundle.js").text
    assert "default-src 'none'" in page.headers["content-security-policy"]
