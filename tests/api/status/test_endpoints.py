"""GET /status: every tenant as it stands."""

import httpx

from tests.api.conftest import Built
from tests.api.shops import Shop
from warehouse.connections import Role, connect
from warehouse.settings import Settings
from warehouse.tenants import pause_tenant

STATUS = "/api/v1/status"


def test_without_tenants_there_is_nothing_to_tell(api: httpx.Client) -> None:
    found = api.get(STATUS).json()
    assert (found["tenants"], found["builds"], found["liveLoop"]) == ([], [], False)


def test_what_waits_and_since_when_is_told_for_each_tenant(
    api: httpx.Client, shop: Shop, other_shop: Shop
) -> None:
    assert shop.deliver(api, b"{}").status_code == 200
    waiting, idle = api.get(STATUS).json()["tenants"]
    assert (waiting["tenantId"], waiting["waitingEvents"]) == (str(shop.tenant_id), 1)
    assert 0 <= waiting["lagSeconds"] <= waiting["martLagSeconds"] < 300
    assert (idle["tenantId"], idle["waitingEvents"], idle["lagSeconds"]) == (
        str(other_shop.tenant_id),
        0,
        0,
    )


def test_a_paused_tenant_says_why(api: httpx.Client, settings: Settings, shop: Shop) -> None:
    with connect(settings, Role.CONTROL) as connection:
        pause_tenant(connection, shop.tenant_id, reason="app uninstalled")
    (found,) = api.get(STATUS).json()["tenants"]
    assert (found["status"], found["pauseReason"]) == ("paused", "app uninstalled")
    assert found["pausedAt"].endswith("Z")


def test_a_built_tenant_says_how_fresh_it_is(built: Built) -> None:
    found = built.api.get(STATUS).json()
    berlin = found["tenants"][0]
    assert berlin["freshAsOf"].endswith("Z")
    assert {build["status"] for build in found["builds"]} == {"succeeded"}
