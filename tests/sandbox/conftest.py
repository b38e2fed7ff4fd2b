"""Worlds to test against: one that nobody changes, fresh small ones, and a client as an app is."""

import gzip
import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import GraphQLSchema, build_schema

from sandbox.serving import running
from sandbox.world import World

Json = Any
NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
RUN = """mutation Run($query: String!, $groupObjects: Boolean!) {
  bulkOperationRunQuery(query: $query, groupObjects: $groupObjects) {
    bulkOperation { id status } userErrors { field message code } } }"""
POLL = """query Poll($id: ID!) { bulkOperation(id: $id) {
  id status type errorCode createdAt completedAt objectCount rootObjectCount fileSize url
  partialDataUrl query } }"""


class App:
    """One shop as an installed app reaches it, and the control surface behind it."""

    def __init__(self, url: str, shop: dict[str, Any]) -> None:
        self.url = url
        self.shop = shop
        self.domain: str = shop["shopDomain"]
        self.endpoint = f"{url}/{self.domain}/admin/api/2026-10/graphql.json"
        self.client = httpx.Client(
            headers={"X-Shopify-Access-Token": shop["accessToken"]}, timeout=30
        )

    def ask(self, query: str, /, **variables: Json) -> dict[str, Any]:
        body = {"query": query, "variables": variables}
        answer: dict[str, Any] = self.client.post(self.endpoint, json=body).json()
        return answer

    def data(self, query: str, /, **variables: Json) -> dict[str, Any]:
        answer = self.ask(query, **variables)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    def start(self, query: str, *, grouped: bool = False) -> dict[str, Any]:
        started: dict[str, Any] = self.data(RUN, query=query, groupObjects=grouped)
        return dict(started["bulkOperationRunQuery"])

    def finished(self, operation_id: str) -> dict[str, Any]:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            operation: dict[str, Any] = self.data(POLL, id=operation_id)["bulkOperation"]
            if operation["status"] not in ("CREATED", "RUNNING", "CANCELING"):
                return operation
            time.sleep(0.02)
        raise AssertionError(f"{operation_id} did not end")

    def bulk(self, query: str, *, grouped: bool = False) -> tuple[dict[str, Any], bytes]:
        started = self.start(query, grouped=grouped)
        assert started["userErrors"] == []
        operation = self.finished(started["bulkOperation"]["id"])
        content = self.client.get(operation["url"]).content if operation["url"] else b""
        return operation, content

    def rows(self, query: str, *, grouped: bool = False) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.bulk(query, grouped=grouped)[1].splitlines()]

    def control(self, path: str, body: dict[str, Any] | None = None) -> Json:
        response = self.respond(path, body)
        assert response.status_code == 200, response.text
        return response.json()

    def respond(self, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        address = f"{self.url}/_sandbox/{path}"
        return self.client.get(address) if body is None else self.client.post(address, json=body)

    def happen(self, kind: str, **wishes: Json) -> dict[str, Any]:
        told: dict[str, Any] = self.control(f"shops/{self.domain}/events", {"kind": kind, **wishes})
        return told

    def truth(self) -> dict[str, Any]:
        rows: dict[str, Any] = self.control(f"shops/{self.domain}/truth")
        return rows


@contextmanager
def apps(world: World) -> Iterator[list[App]]:
    """A client for each shop of a served world."""
    with running(world, bulk_seconds=0.03) as url:
        found = [App(url, shop) for shop in httpx.get(f"{url}/_sandbox/shops").json()]
        yield found
        for app in found:
            app.client.close()


@pytest.fixture(scope="session")
def world() -> World:
    """Four shops, all currencies, that no test changes."""
    return World.generate(shops=4, orders=150, seed=11, now=NOW)


@pytest.fixture(scope="session")
def still(world: World) -> Iterator[list[App]]:
    """The unchanging shops, served."""
    with apps(world) as found:
        yield found


@pytest.fixture
def fresh() -> World:
    """Two small shops of the test's own."""
    return World.generate(shops=2, orders=40, seed=3, now=NOW)


@pytest.fixture
def app(fresh: World) -> Iterator[App]:
    """The first of the test's own shops, served."""
    with apps(fresh) as found:
        yield found[0]


@pytest.fixture
def serve() -> Callable[[World], AbstractContextManager[list[App]]]:
    """Serves a world that the test has made."""
    return apps


@pytest.fixture(scope="session")
def real_schema(shared: Path) -> GraphQLSchema:
    """Shopify's own schema."""
    packed = shared / "shopify" / "admin-2026-10.graphql.gz"
    with gzip.open(packed, "rt", encoding="utf-8") as file:
        return build_schema(file.read(), assume_valid=True, assume_valid_sdl=True)


@pytest.fixture(scope="session")
def recorded(shared: Path) -> Callable[[str], Any]:
    """Reads a recorded bulk exchange."""

    def read(name: str) -> Json:
        folder = shared / "shopify" / "bulk"
        return json.loads((folder / name).read_text(encoding="utf-8"))

    return read


@pytest.fixture(scope="session")
def query_text(shared: Path) -> Callable[[str], str]:
    """Reads one of the reference queries, reaching back over the whole history."""

    def read(name: str) -> str:
        path = shared / "shopify" / "queries" / f"{name}.graphql"
        return path.read_text(encoding="utf-8").replace("2026-11-01", "2020-01-01")

    return read
