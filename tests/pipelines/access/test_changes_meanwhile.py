"""What people and shops do while a token is asked for: keys change, the app goes and comes back."""

from http.server import BaseHTTPRequestHandler
from typing import Any

import orjson
import pytest

from pipelines.access import TenantTokens
from pipelines.errors import GrantRefused
from tests.pipelines.access.conftest import again, change, connected, shop_id, stored
from tests.pipelines.conftest import LocalShopify, serving
from warehouse.connections import Role, connect
from warehouse.settings import Settings
from warehouse.tenants import APP_UNINSTALLED, Tenant, pause_tenant, resume_tenant


class _Meanwhile(BaseHTTPRequestHandler):
    """Grants a token for each request; before the first answer a person changes the keys."""

    settings: Settings
    tenant: Tenant
    asked: int

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        kind = type(self)
        kind.asked += 1
        if kind.asked == 1:
            change(kind.settings, kind.tenant, client_secret="by a person")
        body = orjson.dumps({"access_token": f"shpat_{kind.asked}", "expires_in": 86399})
        self.send_response_only(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_keys_that_a_person_changes_meanwhile_are_kept_and_asked_with(
    sandboxed: Settings, by_client_credentials: Tenant
) -> None:
    known = {"settings": sandboxed, "tenant": by_client_credentials, "asked": 0}
    handler = type("Meanwhile", (_Meanwhile,), known)
    with serving(handler) as url:
        there = sandboxed.model_copy(update={"shopify_base_url": f"{url}/{{shop}}"})
        assert TenantTokens(there, by_client_credentials).current() == "shpat_2"
    kept = stored(sandboxed, by_client_credentials)
    assert (kept.client_secret, kept.access_token) == ("by a person", "shpat_2")


def test_a_renewal_on_its_way_does_not_wake_a_shop_whose_app_was_uninstalled(
    sandboxed: Settings, by_refresh_token: Tenant
) -> None:
    with connect(sandboxed, Role.LOADER) as connection:
        pause_tenant(connection, by_refresh_token.tenant_id, reason=APP_UNINSTALLED)
    TenantTokens(sandboxed, by_refresh_token).current()
    assert again(sandboxed, by_refresh_token).pause_reason == APP_UNINSTALLED


def test_a_shop_that_permits_the_app_no_more_pauses_until_it_is_there_again(
    sandboxed: Settings, by_client_credentials: Tenant, shopify: LocalShopify
) -> None:
    domain = by_client_credentials.shop_domain
    shopify.control(f"shops/{domain}/uninstall")
    with pytest.raises(GrantRefused, match="shop_not_permitted") as refused:
        TenantTokens(sandboxed, by_client_credentials).current()
    assert "organisation" in str(refused.value.hint)
    assert again(sandboxed, by_client_credentials).status == "paused"
    shopify.control(f"shops/{domain}/install")
    with connect(sandboxed, Role.CONTROL) as connection:
        resume_tenant(connection, by_client_credentials.tenant_id)
    assert TenantTokens(sandboxed, by_client_credentials).current().startswith("shpat_")


def test_a_lasting_token_that_dies_gives_way_to_one_that_can_be_asked_for(
    sandboxed: Settings, shop: dict[str, Any], shopify: LocalShopify
) -> None:
    """A shop moved from an old custom app to client credentials: the dead token is no obstacle."""
    tenant = connected(
        sandboxed, shop, access_token=shop["accessToken"], client_id=shop["clientId"]
    )
    assert TenantTokens(sandboxed, tenant).current() == shop["accessToken"]
    shopify.control(f"shops/{tenant.shop_domain}/tokens", revoke=True)
    assert shop_id(sandboxed, tenant).startswith("gid://shopify/Shop/")
    assert stored(sandboxed, tenant).access_token_expires_at is not None
    assert again(sandboxed, tenant).status == "active"
