"""A shop whose webhooks are registered, and where they reach the test."""

import pytest

from pipelines.subscriptions import register
from pipelines.sync import sync_tenant
from tests.pipelines.conftest import LocalShopify
from warehouse.connections import Role, connect
from warehouse.settings import Settings
from warehouse.tenants import pause_tenant


@pytest.fixture
def address(shopify: LocalShopify) -> str:
    """Where the shop's webhooks reach the test."""
    return f"{shopify.control('webhooks')['url']}/api/v1/webhook/shopify"


@pytest.fixture
def shop(sandboxed: Settings, tenants: list[int], shopify: LocalShopify, address: str) -> int:
    """A tenant that was synced and whose webhooks are registered, and another that is paused."""
    with connect(sandboxed, Role.CONTROL) as control:
        pause_tenant(control, tenants[1], reason="by hand")
    sync_tenant(sandboxed, tenants[0], trigger="test")
    register(sandboxed, tenants[0], address=address)
    with connect(sandboxed, Role.OWNER) as owner:
        # Shopify tells to the second when an order was made.
        owner.execute(
            "update control.webhook_watch set"
            " orders_told_from = date_trunc('second', orders_told_from)"
        )
    return tenants[0]


@pytest.fixture
def domain(shopify: LocalShopify) -> str:
    return str(shopify.shops[0]["shopDomain"])
