"""A local Shopify beside the databases, tenants that point at its shops, looks at raw tables."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import orjson
import psycopg
import pytest

from sandbox.announcements import Announcement
from sandbox.serving import running
from sandbox.world import World
from warehouse.connections import Role, connect
from warehouse.secrets import Credentials, Sealer
from warehouse.settings import Settings
from warehouse.tenants import add_tenant

# dlt keeps an id of the machine in the user's home unless it is told another place.
os.environ.setdefault("DO_NOT_TRACK", "1")


Told = tuple[str, Announcement]


@dataclass(frozen=True)
class LocalShopify:
    """A running sandbox and what a test does to it."""

    world: World
    url: str
    announced: list[Told] = field(default_factory=list)

    @property
    def shops(self) -> list[dict[str, Any]]:
        return list(httpx.get(f"{self.url}/_sandbox/shops").json())

    def happen(self, domain: str, kind: str, **params: object) -> list[dict[str, Any]]:
        answer = httpx.post(
            f"{self.url}/_sandbox/shops/{domain}/events", json={"kind": kind, **params}
        )
        assert answer.status_code == 200, answer.text
        return list(answer.json()["happened"])

    def fault(self, **wishes: object) -> None:
        assert httpx.post(f"{self.url}/_sandbox/faults", json=wishes).status_code == 200


@pytest.fixture
def shopify() -> Iterator[LocalShopify]:
    """A fresh sandbox with two small shops whose Shopify ids collide on purpose."""
    world = World.generate(shops=2, orders=30, seed=11)
    with running(world, bulk_seconds=0.05) as url:
        local = LocalShopify(world, url)
        world.listeners.append(
            lambda shop, told: local.announced.extend((shop.profile.domain, one) for one in told)
        )
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


def land_announced(settings: Settings, shopify: LocalShopify, by_domain: dict[str, int]) -> int:
    """Land everything that the sandbox announced since the last call; returns how much."""
    told = list(shopify.announced)
    shopify.announced.clear()
    for domain, one in told:
        land(settings, by_domain[domain], one.topic, one.body, triggered_at=one.happened_at)
    return len(told)
