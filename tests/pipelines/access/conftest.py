"""Tenants connected in each of the three ways, and what is stored for them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipelines.access import tenant_client
from pipelines.shopify.queries import document
from tests.pipelines.conftest import LocalShopify
from warehouse.connections import Role, connect
from warehouse.credentials import read_credentials
from warehouse.secrets import Credentials, Sealer
from warehouse.settings import Settings
from warehouse.tenants import Tenant, add_tenant, get_tenant, update_tenant


@pytest.fixture
def shop(shopify: LocalShopify) -> dict[str, Any]:
    """The first shop of the sandbox, with everything that it granted our app."""
    return shopify.shops[0]


@pytest.fixture
def by_client_credentials(sandboxed: Settings, shop: dict[str, Any]) -> Tenant:
    """A tenant with a client id and secret, and no token yet."""
    return connected(sandboxed, shop, client_id=shop["clientId"])


@pytest.fixture
def by_refresh_token(sandboxed: Settings, shop: dict[str, Any]) -> Tenant:
    """A tenant with a refresh token whose access token has ended."""
    return connected(
        sandboxed,
        shop,
        client_id=shop["clientId"],
        refresh_token=shop["refreshToken"],
        access_token="shpat_ended",
        access_token_expires_at=(datetime.now(UTC) - timedelta(hours=1)).isoformat(),
    )


@pytest.fixture
def by_lasting_token(sandboxed: Settings, shop: dict[str, Any]) -> Tenant:
    """A tenant with nothing but a token."""
    return connected(sandboxed, shop, access_token=shop["accessToken"])


def connected(settings: Settings, shop: dict[str, Any], **held: str) -> Tenant:
    """A connected shop that holds these credentials beside the app's secret."""
    secret = shop["clientSecret"]
    credentials = Credentials(webhook_secret=secret, **held)
    if "client_id" in held:
        credentials = Credentials(webhook_secret=secret, client_secret=secret, **held)
    with connect(settings, Role.CONTROL) as connection:
        return add_tenant(
            connection,
            Sealer.from_settings(settings),
            name="A shop",
            shop_domain=shop["shopDomain"],
            credentials=credentials,
        )


def stored(settings: Settings, tenant: Tenant) -> Credentials:
    """The credentials as they are sealed now."""
    with connect(settings, Role.CONTROL) as connection:
        return read_credentials(connection, Sealer.from_settings(settings), tenant.tenant_id)


def change(settings: Settings, tenant: Tenant, **credentials: str | None) -> Tenant:
    """The tenant after a person's change of credentials."""
    with connect(settings, Role.CONTROL) as connection:
        sealer = Sealer.from_settings(settings)
        return update_tenant(connection, sealer, tenant.tenant_id, credentials=credentials)


def again(settings: Settings, tenant: Tenant) -> Tenant:
    """The tenant as it stands."""
    with connect(settings, Role.CONTROL) as connection:
        return get_tenant(connection, tenant.tenant_id)


def shop_id(settings: Settings, tenant: Tenant) -> str:
    """What the shop answers to a client of its own."""
    with tenant_client(settings, tenant) as client:
        return str(client.query(document("shop"))["shop"]["id"])
