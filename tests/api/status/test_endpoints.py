"""GET /status: every tenant as it stands."""

from datetime import UTC, datetime

import httpx

from tests.api.conftest import Built
from tests.api.shops import Shop
from tests.shopmart.commands import shopmart
from warehouse.connections import Role, connect
from warehouse.landing import claim_batch
from warehouse.settings import Settings
from warehouse.stuck_batches import note_failure
from warehouse.tenants import pause_tenant
from warehouse.webhook_watch import keep_watch

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


def test_the_last_look_at_a_shops_webhooks_is_told(
    api: httpx.Client, settings: Settings, shop: Shop
) -> None:
    assert api.get(STATUS).json()["tenants"][0]["webhooks"] is None
    at = datetime(2026, 3, 31, 21, 40, tzinfo=UTC)
    with connect(settings, Role.LOADER) as connection:
        keep_watch(
            connection,
            shop.tenant_id,
            at=at,
            orders_told_from=at,
            last_delivery_at=at,
            expected=41.5,
            silent_since=at,
            subscriptions=("https://shopmart.example/x", ["carts/update"], ["orders/create"]),
            error=None,
        )
        connection.execute(
            "insert into control.untold_orders (tenant_id, order_id, created_at)"
            " values (%s, 9007199254740993, now())",
            [shop.tenant_id],
        )
    found = api.get(STATUS).json()["tenants"][0]["webhooks"]
    assert found == {
        "checkedAt": "2026-03-31T21:40:00Z",
        "lastDeliveryAt": "2026-03-31T21:40:00Z",
        "silentSince": "2026-03-31T21:40:00Z",
        "untoldOrders": 1,
        "missingTopics": ["carts/update"],
        "repairedTopics": ["orders/create"],
        "repairedAt": "2026-03-31T21:40:00Z",
        "error": None,
    }
    said = shopmart("status", settings=settings).stdout
    assert "no webhook since 2026-03-31 21:40, where 42 are usual" in said
    assert "1 orders came by sync and by no webhook" in said
    assert "no right subscription to carts/update" in said
    assert "subscribed again at 2026-03-31 21:40: orders/create" in said


def test_a_batch_that_cannot_be_loaded_is_named_with_its_error(
    api: httpx.Client, settings: Settings, shop: Shop
) -> None:
    assert shop.deliver(api, b"{}").status_code == 200
    with connect(settings, Role.LOADER, autocommit=True) as loader:
        for error in ("the first", "raw.orders is broken"):
            batch = claim_batch(loader, limit=10)
            assert batch is not None
            note_failure(loader, batch.batch_id, error)
    (stuck,) = api.get(STATUS).json()["stuckBatches"]
    assert (stuck["events"], stuck["tries"]) == (1, 1)
    assert stuck["error"] == "raw.orders is broken"
    assert stuck["failedAt"].endswith("Z")
