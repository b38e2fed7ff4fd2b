"""The checklist of a shop: each fault is found, named and cured; a sound shop has none."""

from typing import Any

import pytest

from pipelines.doctor import Finding, examine
from pipelines.subscriptions import register
from pipelines.sync import sync_tenant
from tests.pipelines.conftest import LocalShopify, make_tenant, rows
from tests.pipelines.doctor.conftest import findings, states
from warehouse.connections import Role, connect
from warehouse.errors import UnknownTenant
from warehouse.settings import Settings
from warehouse.tenants import get_tenant, pause_tenant

ADDRESS = "https://shopmart.example/api/v1/webhook/shopify"
SCOPES = ["read_orders", "read_all_orders", "read_customers", "read_products", "read_inventory"]


@pytest.fixture
def domain(shopify: LocalShopify) -> str:
    return str(shopify.shops[0]["shopDomain"])


def test_a_sound_shop_has_no_fault_once_it_was_synced_and_its_webhooks_are_registered(
    sandboxed: Settings, tenants: list[int]
) -> None:
    sync_tenant(sandboxed, tenants[0], trigger="test")
    register(sandboxed, tenants[0], address=ADDRESS)
    found = findings(sandboxed, tenants[0])
    assert states(found, "failed") | states(found, "warning") == set()
    assert states(found, "skipped") == {"privacy webhooks"}
    assert found["webhooks"].found.endswith(ADDRESS)
    assert "2027-10-16" in found["API version"].found


def test_whatever_is_not_well_has_a_cure(sandboxed: Settings, tenants: list[int]) -> None:
    found = examine(sandboxed, tenants[0])
    assert [one.name for one in found if one.state != "ok" and not one.cure] == []
    assert {"last sync", "webhooks"} <= {one.name for one in found if one.state == "warning"}


def test_each_point_is_told_as_soon_as_it_is_known(sandboxed: Settings, tenants: list[int]) -> None:
    told: list[Finding] = []
    assert examine(sandboxed, tenants[0], on_finding=told.append) == told
    assert len({one.name for one in told}) == len(told)


def test_what_is_granted_is_recorded(
    sandboxed: Settings, tenants: list[int], shopify: LocalShopify, domain: str
) -> None:
    shopify.control(f"shops/{domain}/access", scopes=SCOPES)
    examine(sandboxed, tenants[0])
    with connect(sandboxed, Role.CONTROL) as connection:
        tenant = get_tenant(connection, tenants[0])
    assert tenant.granted_scopes == tuple(sorted(SCOPES))
    assert tenant.api_version_served == sandboxed.shopify_api_version


def test_an_empty_set_of_scopes_is_a_fault_of_its_own(
    sandboxed: Settings, tenants: list[int], shopify: LocalShopify, domain: str
) -> None:
    shopify.control(f"shops/{domain}/access", scopes=[])
    found = findings(sandboxed, tenants[0])
    assert found["scopes"].found == "the token is valid, and has no scope at all"
    assert "install it again" in str(found["scopes"].cure)
    assert found["scope of orders"].state == "failed"
    assert found["token"].state == "ok"


@pytest.mark.parametrize(
    ("missing", "name", "state"),
    [
        ("read_orders", "scope of orders", "failed"),
        ("read_customers", "scope of customers", "warning"),
        ("read_products", "scope of products", "warning"),
        ("read_inventory", "scope of inventory_levels", "warning"),
        ("read_all_orders", "order history", "warning"),
    ],
)
def test_a_missing_scope_is_named_with_what_it_costs(
    sandboxed: Settings,
    tenants: list[int],
    shopify: LocalShopify,
    domain: str,
    missing: str,
    name: str,
    state: str,
) -> None:
    scopes = [scope for scope in SCOPES if scope != missing]
    shopify.control(f"shops/{domain}/access", scopes=scopes)
    found = findings(sandboxed, tenants[0])[name]
    assert found.state == state
    assert missing in found.found
    assert found.cure


@pytest.mark.parametrize(("level", "state"), [("none", "failed"), ("level1", "warning")])
def test_people_whose_data_is_withheld_are_noticed(
    sandboxed: Settings,
    tenants: list[int],
    shopify: LocalShopify,
    domain: str,
    level: str,
    state: str,
) -> None:
    shopify.control(f"shops/{domain}/access", customer_data=level)
    found = findings(sandboxed, tenants[0])["customer data"]
    assert found.state == state
    assert "protected customer data" in str(found.cure)


def test_a_token_that_shopify_refuses_is_told_pauses_the_tenant_and_skips_the_rest(
    sandboxed: Settings, shopify: LocalShopify, domain: str
) -> None:
    tenant_id = make_tenant(sandboxed, domain, token="shpat_wrong")
    found = findings(sandboxed, tenant_id)
    assert found["token"].state == "failed"
    assert "Invalid API key or access token" in found["token"].found
    assert {"scopes", "webhooks", "clock"} <= states(found, "skipped")
    assert findings(sandboxed, tenant_id)["tenant"].state == "failed"


def test_a_tenant_without_credentials_is_told_how_to_get_some(
    sandboxed: Settings, domain: str
) -> None:
    found = findings(sandboxed, make_tenant(sandboxed, domain))["token"]
    assert found.state == "failed"
    assert "client id" in str(found.cure)


def test_a_pause_by_hand_is_a_warning_with_the_command_that_ends_it(
    sandboxed: Settings, tenants: list[int]
) -> None:
    with connect(sandboxed, Role.CONTROL) as connection:
        pause_tenant(connection, tenants[0], reason="moving house")
    found = findings(sandboxed, tenants[0])["tenant"]
    assert (found.state, found.cure) == ("warning", f"shopmart tenant resume {tenants[0]}")
    assert "moving house" in found.found


def test_a_token_of_another_shop_is_noticed(
    sandboxed: Settings, shopify: LocalShopify, domain: str
) -> None:
    """The address of every shop is that of the second one, as a wrong proxy would have it."""
    other = shopify.shops[1]
    tenant_id = make_tenant(sandboxed, domain, token=other["accessToken"])
    address = f"{shopify.url}/{other['shopDomain']}#{{shop}}"
    crossed = sandboxed.model_copy(update={"shopify_base_url": address.partition("#")[0]})
    found = findings(crossed, tenant_id)["shop"]
    assert found.state == "failed"
    assert other["shopDomain"] in found.found


def test_a_version_that_shopify_does_not_serve_any_more_is_named_with_the_newest(
    sandboxed: Settings, tenants: list[int]
) -> None:
    older = sandboxed.model_copy(update={"shopify_api_version": "2024-01"})
    found = findings(older, tenants[0])
    assert found["API version"].state == "failed"
    assert "2024-01" in found["API version"].found
    assert "SHOPMART_SHOPIFY_API_VERSION" in str(found["API version"].cure)


def test_an_address_where_nobody_answers_is_a_fault_and_no_traceback(
    sandboxed: Settings, tenants: list[int]
) -> None:
    nowhere = sandboxed.model_copy(update={"shopify_base_url": "http://127.0.0.1:9/{shop}"})
    found = findings(nowhere, tenants[0])
    assert found["token"].state == "failed"
    assert "no answer from Shopify" in found["token"].found


def test_an_unknown_tenant_is_an_error(sandboxed: Settings) -> None:
    with pytest.raises(UnknownTenant):
        examine(sandboxed, 4711)


def test_no_finding_shows_a_secret(sandboxed: Settings, shopify: LocalShopify, domain: str) -> None:
    shop: dict[str, Any] = shopify.shops[0]
    tenant_id = make_tenant(sandboxed, domain, token=shop["accessToken"])
    shown = " ".join(str(one) for one in examine(sandboxed, tenant_id))
    assert shop["accessToken"] not in shown
    assert rows(sandboxed, "select count(*) from control.tenants") == [(1,)]
