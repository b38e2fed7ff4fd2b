"""A shop's door closes: tokens rotate, end and are revoked, the app goes, points run out."""

import threading
import time
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from pipelines.sync import sync_tenants
from sandbox.documents.webhook_shop import shop_body
from tests.faults.harness import Case
from tests.faults.harness_marts import read
from tests.faults.harness_points import Point
from tests.faults.harness_shops import failed_alone, give_keys, syncs
from tests.pipelines.conftest import Delivery

ci = pytest.mark.faults_ci
ROTATION = {
    "before Shopify is asked": Point("pipelines.access.tokens:ask_for_token"),
    "between Shopify's rotation and our storing it": Point(
        "pipelines.access.tokens:ask_for_token", "after"
    ),
    "with the new token stored and not committed": Point(
        "pipelines.access.tokens:change_credentials", "after"
    ),
    "between storing the new token and its first use": Point(
        "pipelines.access.tokens:TenantTokens._kept", "after"
    ),
}


def with_ended_token(case: Case, tenant_id: int) -> None:
    shop = case.shopify.shops[case.tenants.index(tenant_id)]
    give_keys(
        case,
        tenant_id,
        client_id=shop["clientId"],
        client_secret=shop["clientSecret"],
        refresh_token=shop["refreshToken"],
        access_token="shpat_ended",
        access_token_expires_at=(datetime.now(UTC) - timedelta(hours=1)).isoformat(),
    )


@pytest.mark.parametrize(
    "point",
    [
        pytest.param(point, id=name, marks=[ci] if name.startswith("between Shopify") else [])
        for name, point in ROTATION.items()
    ],
)
def test_killed_while_a_token_rotates(case: Case, point: Point) -> None:
    """Killed while a token rotates: the stored refresh token, old or new, still opens the shop."""
    with_ended_token(case, case.tenants[0])
    case.work("hear")
    case.killed("sync", at=point)
    case.recover("sync", "build")
    case.assert_undisturbed()


@ci
def test_a_revoked_token(case: Case) -> None:
    """A token is revoked: the tenant is paused and not asked again until it has new keys."""
    tenant, domain = case.tenants[1], case.domains[1]
    case.work("hear")
    case.shopify.control(f"shops/{domain}/tokens", revoke=True)
    assert "401" in str(failed_alone(case, tenant).error)
    assert paused(case) == [(tenant,)]
    for _ in range(2):
        assert tenant not in [one.tenant_id for one in sync_tenants(case.settings, trigger="test")]
    case.work("refetch")
    assert [one for one, _ in syncs(case)].count(tenant) == 1
    reinstalled(case, domain)
    case.recover("sync", "build")
    case.assert_undisturbed()


def test_a_token_is_revoked_in_the_midst_of_a_sync(case: Case) -> None:
    """A token is revoked while exports run: that sync ends, the tenant is paused, others go on."""
    tenant, domain = case.tenants[1], case.domains[1]
    case.work("hear")
    case.shopify.fault(stall_bulk=True, times=5, shop=domain)
    worker = case.start(
        "sync", at=Point("pipelines.operations:RecordedOperations.begin", "after", 15, holds=True)
    )
    worker.until_reached()
    case.shopify.control(f"shops/{domain}/tokens", revoke=True)
    case.shopify.fault(stall_bulk=None)
    worker.go_on()
    assert worker.ended() == 1
    assert "401" in worker.error
    assert paused(case) == [(tenant,)]
    reinstalled(case, domain)
    case.recover("sync", "build")
    case.assert_undisturbed()


def test_the_app_is_uninstalled(case: Case) -> None:
    """The app is uninstalled: its webhook pauses the tenant, and a new installation resumes it."""
    tenant, domain = case.tenants[2], case.domains[2]
    shop = case.story.world.shops[domain]
    said = Delivery(
        domain, "app/uninstalled", "gone", datetime.now(UTC), orjson.dumps(shop_body(shop))
    )
    case.shopify.control(f"shops/{domain}/uninstall")
    case.land([said])
    case.work("hear")
    assert paused(case) == [(tenant,)]
    assert [one.error for one in sync_tenants(case.settings, trigger="test")] == [None, None]
    case.work("refetch")
    reinstalled(case, domain)
    case.recover("sync", "build")
    case.assert_undisturbed()


def test_a_storm_of_throttling(case: Case) -> None:
    """Somebody takes all points while two processes read the shops: both wait for their turn."""
    case.work("hear")
    storm = threading.Thread(target=drained, args=[case])
    storm.start()
    beside = case.start("refetch")
    case.work("sync")
    assert beside.ended() == 0, beside.error
    storm.join()
    refused = [one["refused"] for one in case.shopify.control("throttle").values()]
    assert any(refused), "the storm was none"
    case.work("sync", "build")
    case.assert_undisturbed()


def drained(case: Case) -> None:
    """Somebody takes every point as it comes back, for some seconds, then leaves them to us."""
    for _ in range(20):
        case.shopify.control("throttle", maximum=300, restore=60, available=0)
        time.sleep(0.2)
    case.shopify.control("throttle", maximum=2000, restore=100, available=2000)


def paused(case: Case) -> list[tuple[int]]:
    return read(case.settings, "select tenant_id from control.tenants where status = 'paused'")


def reinstalled(case: Case, domain: str) -> None:
    """The merchant installs the app again, and somebody gives us its new token."""
    if case.shopify.control(f"shops/{domain}/tokens")["installed"]:
        case.shopify.control(f"shops/{domain}/uninstall")
    granted = case.shopify.control(f"shops/{domain}/install")
    give_keys(case, case.story.tenants[domain], access_token=granted["accessToken"])
