"""A local Shopify beside the databases, tenants that point at its shops, looks at raw tables."""

import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import orjson
import psycopg
import pytest

from sandbox.serving import running
from sandbox.world import World
from warehouse.connections import Role, connect
from warehouse.secrets import Credentials, Sealer
from warehouse.settings import Settings
from warehouse.tenants import add_tenant

# dlt keeps an id of the machine in the user's home unless it is told another place.
os.environ.setdefault("DO_NOT_TRACK", "1")


@dataclass(frozen=True)
class Delivery:
    """One webhook as the sandbox sent it."""

    domain: str
    topic: str
    webhook_id: str
    triggered_at: datetime
    body: bytes


@dataclass(frozen=True)
class LocalShopify:
    """A running sandbox, what a test does to it, and the webhooks that it sent."""

    url: str
    deliveries: list[Delivery]

    @property
    def shops(self) -> list[dict[str, Any]]:
        return list(httpx.get(f"{self.url}/_sandbox/shops").json())

    def happen(self, domain: str, kind: str, **params: object) -> list[dict[str, Any]]:
        answer = self.control(f"shops/{domain}/events", kind=kind, **params)
        return list(answer["happened"])

    def fault(self, **wishes: object) -> None:
        self.control("faults", **wishes)

    def delivered(self) -> list[Delivery]:
        """Every webhook since the last call, once all have been answered."""
        self.control("webhooks/flush")
        taken = list(self.deliveries)
        del self.deliveries[: len(taken)]
        return taken

    def control(self, path: str, **body: object) -> dict[str, Any]:
        answer = httpx.post(f"{self.url}/_sandbox/{path}", json=body, timeout=30)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


class _Receiver(BaseHTTPRequestHandler):
    """Takes every webhook and answers 200."""

    deliveries: list[Delivery]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.deliveries.append(
            Delivery(
                domain=self.headers["X-Shopify-Shop-Domain"],
                topic=self.headers["X-Shopify-Topic"],
                webhook_id=self.headers["X-Shopify-Webhook-Id"],
                triggered_at=datetime.fromisoformat(self.headers["X-Shopify-Triggered-At"]),
                body=body,
            )
        )
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Serve a handler on a free loopback port; yields its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=[0.05], daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def shopify() -> Iterator[LocalShopify]:
    """A fresh sandbox with two small shops whose Shopify ids collide on purpose."""
    handler = type("Receiver", (_Receiver,), {"deliveries": []})
    world = World.generate(shops=2, orders=30, seed=11)
    with serving(handler) as receiver, running(world, bulk_seconds=0.05) as url:
        local = LocalShopify(url, handler.deliveries)
        local.control("webhooks", url=receiver, enabled=True)
        yield local


@pytest.fixture
def sandboxed(settings: Settings, shopify: LocalShopify, tmp_path: Path) -> Settings:
    """Settings whose Shopify is the sandbox."""
    return settings.model_copy(
        update={"shopify_base_url": f"{shopify.url}/{{shop}}", "home": tmp_path}
    )


@pytest.fixture
def tenants(sandboxed: Settings, shopify: LocalShopify) -> list[int]:
    """One tenant for each shop of the sandbox, with its token."""
    return [
        make_tenant(sandboxed, shop["shopDomain"], token=shop["accessToken"])
        for shop in shopify.shops
    ]


def make_tenant(settings: Settings, domain: str, *, token: str | None = None) -> int:
    """Connect a shop and return its tenant id."""
    with connect(settings, Role.CONTROL) as connection:
        credentials = Credentials(webhook_secret="only for tests", access_token=token)
        sealer = Sealer.from_settings(settings)
        tenant = add_tenant(
            connection, sealer, name=domain, shop_domain=domain, credentials=credentials
        )
    return tenant.tenant_id


def rows(settings: Settings, query: str, *parameters: object) -> list[tuple[Any, ...]]:
    """What the database holds, seen by its owner."""
    with psycopg.connect(settings.database_url.get_secret_value()) as connection:  # type: ignore[union-attr]
        return connection.execute(query, parameters).fetchall()  # type: ignore[arg-type]


_SERIAL = count(1)


def land(
    settings: Settings,
    tenant_id: int,
    topic: str,
    body: bytes | dict[str, Any],
    *,
    webhook_id: str | None = None,
    triggered_at: datetime | None = None,
) -> str:
    """Land one webhook as the API does; returns its webhook id."""
    known = webhook_id or f"webhook-{next(_SERIAL)}"
    with connect(settings, Role.OWNER) as connection:
        land_on(connection, tenant_id, topic, body, webhook_id=known, triggered_at=triggered_at)
    return known


def land_on(
    connection: psycopg.Connection[Any],
    tenant_id: int,
    topic: str,
    body: bytes | dict[str, Any],
    *,
    webhook_id: str,
    triggered_at: datetime | None = None,
) -> None:
    """Land one webhook in a transaction of the caller's."""
    connection.execute(
        "insert into landing.webhook_events (tenant_id, webhook_id, topic, shop_domain,"
        " triggered_at, headers, body) values (%s, %s, %s, 'shop', %s, '{}', %s)"
        " on conflict do nothing",
        [
            tenant_id,
            webhook_id,
            topic,
            triggered_at or datetime.now(UTC),
            body if isinstance(body, bytes) else orjson.dumps(body),
        ],
    )


def land_deliveries(
    settings: Settings, deliveries: Iterable[Delivery], by_domain: dict[str, int]
) -> None:
    """Land what the sandbox sent for the tenants of its shops."""
    with connect(settings, Role.OWNER) as connection:
        for one in deliveries:
            land_on(
                connection,
                by_domain[one.domain],
                one.topic,
                one.body,
                webhook_id=one.webhook_id,
                triggered_at=one.triggered_at,
            )
