"""What the tests of this room share: a local Shopify and tenants that are connected to it."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from sandbox.serving import running
from sandbox.world import World
from warehouse.connections import Role, connect
from warehouse.secrets import Credentials, Sealer
from warehouse.settings import Settings
from warehouse.tenants import add_tenant

# dlt keeps an id of the machine in the user's home unless it is told not to.
os.environ.setdefault("DO_NOT_TRACK", "1")
WRONG_TOKEN = "shpat_this_token_is_wrong"


@dataclass(frozen=True)
class LocalShopify:
    """A running sandbox of two shops."""

    world: World
    url: str

    @property
    def domains(self) -> list[str]:
        return list(self.world.shops)

    def token(self, domain: str) -> str:
        return str(self.world.shop(domain).profile.access_token)

    def fault(self, **wishes: object) -> None:
        httpx.post(f"{self.url}/_sandbox/faults", json=wishes).raise_for_status()


@pytest.fixture
def shopify() -> Iterator[LocalShopify]:
    world = World.generate(shops=2, orders=20, seed=5)
    with running(world, bulk_seconds=0.05) as url:
        yield LocalShopify(world, url)


@pytest.fixture
def sandboxed(settings: Settings, shopify: LocalShopify, tmp_path: Path) -> Settings:
    """Settings whose Shopify is the sandbox."""
    return settings.model_copy(
        update={"shopify_base_url": f"{shopify.url}/{{shop}}", "home": tmp_path}
    )


@pytest.fixture
def tenants(sandboxed: Settings, shopify: LocalShopify) -> list[int]:
    """A tenant for each shop of the sandbox."""
    return [
        make_tenant(sandboxed, domain, token=shopify.token(domain)) for domain in shopify.domains
    ]


def make_tenant(settings: Settings, domain: str, *, token: str) -> int:
    credentials = Credentials(webhook_secret="only for tests", access_token=token)
    sealer = Sealer.from_settings(settings)
    with connect(settings, Role.CONTROL) as control:
        tenant = add_tenant(
            control, sealer, name=domain, shop_domain=domain, credentials=credentials
        )
    return tenant.tenant_id
