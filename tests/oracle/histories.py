"""Shops of the sandbox that are read, go on living, and are told of it as in production."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from pipelines.build import run_build
from pipelines.refetch import refetch_all
from pipelines.sync import sync_tenants
from pipelines.webhooks import load_webhooks
from sandbox.kinds.registry import KINDS
from sandbox.serving import running
from sandbox.world import World
from tests.pipelines.conftest import (
    Delivery,
    LocalShopify,
    _Receiver,
    land_deliveries,
    make_tenant,
    serving,
)
from warehouse.settings import Settings

# What a shop does most of the time; every other kind that the sandbox knows happens as well.
OFTEN = ("order", "order", "order", "refund", "refund", "cancel", "capture")
# What chance brings too seldom: each once in each shop.
SELDOM: tuple[tuple[str, dict[str, object]], ...] = (
    ("order", {"tip": True, "tip_cents": 350}),
    ("order", {"duty": True, "handling": True}),
    ("order", {"gift_card": True}),
    ("order", {"foreign": True, "payment": "paid"}),
    ("order", {"foreign": True, "payment": "drifted"}),
    ("order", {"payment": "overpaid"}),
    ("order", {"payment": "gift_card"}),
    ("order", {"payment": "store_credit"}),
    ("order", {"payment": "split"}),
    ("order", {"buyer": "guest_email", "imported_days": 40}),
    ("order", {"buyer": "guest_phone"}),
    ("order", {"buyer": "anonymous"}),
    ("order", {"test": True}),
    ("refund", {"share": "short"}),
    ("refund", {"share": "extra"}),
    ("refund", {"share": "goodwill"}),
    ("refund", {"pending": True}),
    ("refund", {"failed": True}),
    ("return", {"fee": True, "refund": True}),
    ("return", {"refund": False}),
    ("checkout", {"cart": True, "minutes_ago": 200, "generation": "2024-10"}),
    ("checkout", {"cart": True, "minutes_ago": 90, "foreign": True}),
    ("checkout_complete", {}),
    ("shop_update", {"timezone": "Pacific/Auckland"}),
)


@dataclass
class Shops:
    """A warehouse, the Shopify beside it, and which tenant is which of its shops."""

    settings: Settings
    shopify: LocalShopify
    tenants: dict[str, int]
    rng: random.Random

    def sync(self) -> None:
        """Read every shop by the Admin API."""
        outcomes = sync_tenants(self.settings, trigger="test")
        assert all(outcome.result for outcome in outcomes), outcomes

    def live(self, events: int) -> None:
        """Let things happen, every kind in each shop, and some more often."""
        for domain in self.tenants:
            usual = [*KINDS, *self.rng.choices(OFTEN, k=events)]
            happenings = [*SELDOM, *((kind, {}) for kind in usual)]
            self.rng.shuffle(happenings)
            for kind, wishes in happenings:
                self._happen(domain, kind, wishes)

    def _happen(self, domain: str, kind: str, wishes: dict[str, object]) -> None:
        address = f"{self.shopify.url}/_sandbox/shops/{domain}/events"
        answer = httpx.post(address, json={"kind": kind, **wishes}, timeout=30)
        # 409: nothing in the shop is fit for it just now.
        assert answer.status_code in (200, 409), answer.text

    def hear(self) -> None:
        """Land and load what was announced, doubled and in any order; read marked orders again."""
        told = self.shopify.delivered()
        told += self.rng.sample(told, len(told) // 4)
        self.rng.shuffle(told)
        half = len(told) // 2
        for part in (told[:half], told[half:]):
            land_deliveries(self.settings, part, self.tenants)
            load_webhooks(self.settings)
        assert not refetch_all(self.settings).failures

    def build(self, *, group: str = "all") -> None:
        """Bring the marts up to date."""
        run_build(self.settings, group=group, tests=False)


@contextmanager
def open_shops(settings: Settings, home: Path, *, seed: int, orders: int) -> Iterator[Shops]:
    """Three shops of three currencies, with and without tax in their prices, each a tenant."""
    deliveries: list[Delivery] = []
    handler = type("Receiver", (_Receiver,), {"deliveries": deliveries})
    world = World.generate(shops=3, orders=orders, seed=seed)
    with serving(handler) as receiver, running(world, bulk_seconds=0.05) as url:
        shopify = LocalShopify(url, deliveries)
        shopify.control("webhooks", url=receiver, enabled=True)
        sandboxed = settings.model_copy(
            update={"shopify_base_url": f"{url}/{{shop}}", "home": home}
        )
        tenants = {
            shop["shopDomain"]: make_tenant(
                sandboxed, shop["shopDomain"], token=shop["accessToken"]
            )
            for shop in shopify.shops
        }
        yield Shops(sandboxed, shopify, tenants, random.Random(seed))
