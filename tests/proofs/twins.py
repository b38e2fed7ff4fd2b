"""One shop of the sandbox as three tenants of one warehouse, each of which hears of it its own way.

`synced` is read by the Admin API, `refetched` is told by webhooks and reads marked orders again,
`told` has no token and knows what webhooks say. All ids of all three are the same.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import orjson
import psycopg

from pipelines.build import run_build
from pipelines.refetch import refetch_all
from pipelines.sync import sync_tenant
from pipelines.webhooks import load_webhooks
from sandbox.documents.webhook_shop import shop_body
from sandbox.errors import SandboxError
from sandbox.kinds.registry import KINDS
from sandbox.serving import running
from sandbox.state.shop import Shop
from sandbox.world import World
from tests.dbt_project.living import catalogue
from tests.pipelines.conftest import (
    Delivery,
    LocalShopify,
    _Receiver,
    land_on,
    make_tenant,
    serving,
)
from warehouse.connections import Role, connect
from warehouse.settings import Settings

Connection = psycopg.Connection[Any]

OFTEN = ("order", "order", "order", "refund", "capture", "cancel", "checkout_complete")
# What tells the ways of hearing apart most happens in each part of the story.
CERTAIN: list[tuple[str, dict[str, Any]]] = [
    ("return", {"fee": True, "refund": True}),
    ("return", {"fee": True, "refund": False}),
    ("exchange", {}),
    ("exchange", {}),
    ("order_edit", {}),
]
BEGIN = datetime(2026, 2, 20, 9, tzinfo=UTC)
_NUMBER = count(1)
# Shopify tells each payment in a topic of its own, which the sandbox does not send.
PAID_BY = ("orders/create", "orders/paid", "orders/updated", "orders/cancelled")


@dataclass
class Twins:
    """The shop, the Shopify that serves it, and the tenants by the way in which they hear."""

    settings: Settings
    world: World
    shop: Shop
    shopify: LocalShopify
    tenants: dict[str, int]
    rng: random.Random
    at: datetime = BEGIN

    def live(self, rounds: int) -> None:
        """Every kind of event, the ordinary ones more often, over the weeks."""
        kinds: list[tuple[str, dict[str, Any]]] = [
            (kind, {}) for kind in (*KINDS, *self.rng.choices(OFTEN, k=rounds))
        ]
        kinds += CERTAIN
        self.rng.shuffle(kinds)
        for kind, wishes in kinds:
            self.at += timedelta(minutes=self.rng.randint(5, 2400))
            try:
                self.world.happen(self.shop.profile.domain, kind, wishes, at=self.at)
            except SandboxError:
                continue

    def hear(self, *names: str) -> None:
        """Webhooks to these tenants: a quarter twice, in any order, in several loads."""
        told = self.shopify.delivered()
        for name in names:
            due = [*told, *self.rng.sample(told, len(told) // 4)]
            self.rng.shuffle(due)
            cut = self.rng.randint(0, len(due))
            for part in (due[:cut], due[cut:]):
                with connect(self.settings, Role.OWNER) as connection:
                    for one in part:
                        self._land(connection, name, one)
                assert load_webhooks(self.settings).quarantined == 0
        assert not refetch_all(self.settings).failures

    def open(self, *names: str) -> None:
        """What the shop had before anybody listened, as its webhooks tell it."""
        for name in names:
            tenant = self.tenants[name]
            body = orjson.dumps(shop_body(self.shop))
            with connect(self.settings, Role.OWNER) as connection:
                self._put(connection, name, "shop/update", body, self.shop.touched)
                for _, topic, told, at in catalogue(self.shop, tenant, BEGIN):
                    self._put(connection, name, topic, told, at)
        load_webhooks(self.settings)

    def sync(self, name: str) -> None:
        """Read the shop by the Admin API."""
        sync_tenant(self.settings, self.tenants[name], trigger="test")

    def build(self, *, group: str = "all", full_refresh: bool = False) -> None:
        """Bring the marts up to date."""
        run_build(self.settings, group=group, full_refresh=full_refresh, tests=False)

    def _land(self, connection: Connection, name: str, one: Delivery) -> None:
        known = f"{name}-{one.webhook_id}"
        self._put(connection, name, one.topic, one.body, one.triggered_at, known)
        if one.topic in PAID_BY:
            order: dict[str, Any] = orjson.loads(one.body)
            if order["financial_status"] != "pending":
                payment = orjson.dumps({"id": order["id"] + 1, "order_id": order["id"]})
                topic = "order_transactions/create"
                self._put(connection, name, topic, payment, one.triggered_at)

    def _put(
        self,
        connection: Connection,
        name: str,
        topic: str,
        body: bytes,
        at: datetime,
        webhook_id: str | None = None,
    ) -> None:
        known = webhook_id or f"{name}-{next(_NUMBER)}"
        tenant = self.tenants[name]
        land_on(connection, tenant, topic, body, webhook_id=known, triggered_at=at)


@contextmanager
def open_twins(settings: Settings, home: Path, *, seed: int) -> Iterator[Twins]:
    """A shop that opens with its catalogue and its customers, and no order yet."""
    world = World.generate(shops=1, orders=0, seed=seed, now=BEGIN)
    (shop,) = world.shops.values()
    handler = type("Receiver", (_Receiver,), {"deliveries": []})
    with serving(handler) as receiver, running(world, bulk_seconds=0.05) as url:
        shopify = LocalShopify(url, handler.deliveries)
        shopify.control("webhooks", url=receiver, enabled=True)
        # Without a place for a name the address is the one shop's, whoever asks.
        here = {"shopify_base_url": f"{url}/{shop.profile.domain}", "home": home}
        token = shop.profile.access_token
        tenants = {
            name: make_tenant(settings, f"{name}.myshopify.com", token=given)
            for name, given in (("synced", token), ("refetched", token), ("told", None))
        }
        yield Twins(
            settings.model_copy(update=here), world, shop, shopify, tenants, random.Random(seed)
        )
