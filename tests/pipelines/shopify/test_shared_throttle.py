"""One bucket for all who read a shop, whatever process they live in."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pipelines.shopify.shared_throttle import SharedThrottle
from tests.pipelines.conftest import LocalShopify, make_tenant, rows
from warehouse.settings import Settings

ROOT = Path(__file__).resolve().parents[3]
MEASURED = (
    "select available::float8, maximum::float8, restore_rate::float8 from control.query_costs"
)


def cost(available: float, *, actual: float | None = 0, rate: float = 0.001) -> dict[str, Any]:
    """What Shopify states with an answer; at this rate a test sees no point come back."""
    status = {"maximumAvailable": 2000, "currentlyAvailable": available, "restoreRate": rate}
    return {"actualQueryCost": actual, "throttleStatus": status}


@pytest.fixture
def tenant_id(settings: Settings) -> int:
    return make_tenant(settings, "one.myshopify.com")


@pytest.fixture
def throttle(settings: Settings, tenant_id: int) -> Iterator[SharedThrottle]:
    with closing(SharedThrottle(settings, tenant_id)) as shared:
        yield shared


@pytest.fixture
def other(settings: Settings, tenant_id: int) -> Iterator[SharedThrottle]:
    """The same shop's bucket, as another process opens it."""
    with closing(SharedThrottle(settings, tenant_id)) as shared:
        yield shared


def test_nobody_waits_before_shopify_said_what_the_bucket_holds(throttle: SharedThrottle) -> None:
    assert throttle.reserve(5000) == 0.0


def test_what_one_process_learns_and_takes_the_other_knows(
    settings: Settings, throttle: SharedThrottle, other: SharedThrottle
) -> None:
    throttle.settle(10, cost(1990, actual=10))
    assert other.reserve(1500) == 0.0
    assert throttle.reserve(500) == pytest.approx(10_000, rel=0.01)
    ((available, maximum, rate),) = rows(settings, MEASURED)
    assert (available, maximum, rate) == (pytest.approx(-10, abs=0.1), 2000, 0.001)


def test_what_others_reserved_stays_reserved_when_shopify_answers_one(
    settings: Settings, throttle: SharedThrottle, other: SharedThrottle
) -> None:
    throttle.settle(0, cost(2000))
    throttle.reserve(500)
    other.reserve(1500)
    throttle.settle(500, cost(1900, actual=100))
    assert rows(settings, MEASURED)[0][0] == pytest.approx(400, abs=0.1)


def test_points_that_somebody_else_took_are_noticed(
    settings: Settings, throttle: SharedThrottle
) -> None:
    throttle.settle(0, cost(2000))
    throttle.settle(0, cost(100))
    assert rows(settings, MEASURED)[0][0] == pytest.approx(100, abs=0.1)


def test_time_fills_the_bucket_up_to_its_size(settings: Settings, throttle: SharedThrottle) -> None:
    throttle.settle(0, cost(0, rate=1_000_000))
    assert throttle.reserve(1500) == 0.0
    assert rows(settings, MEASURED)[0][0] <= 2000


def test_reservations_that_nobody_uses_cannot_grow_for_ever(
    settings: Settings, throttle: SharedThrottle
) -> None:
    throttle.settle(0, cost(0))
    for _ in range(30):
        throttle.reserve(2000)
    assert rows(settings, MEASURED)[0][0] == pytest.approx(-20_000, abs=1)


def test_each_shop_has_a_bucket_of_its_own(settings: Settings, throttle: SharedThrottle) -> None:
    throttle.settle(0, cost(0))
    neighbour = make_tenant(settings, "two.myshopify.com")
    with closing(SharedThrottle(settings, neighbour)) as elsewhere:
        assert elsewhere.reserve(1000) == 0.0


def test_a_connection_that_was_lost_is_made_anew(
    settings: Settings, throttle: SharedThrottle
) -> None:
    throttle.settle(0, cost(2000))
    rows(
        settings,
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where usename = 'shopmart_loader' and datname = current_database()",
    )
    assert throttle.reserve(10) == 0.0
    assert rows(settings, MEASURED)[0][0] == pytest.approx(1990, abs=0.1)


def test_two_processes_on_one_bucket_are_hardly_ever_throttled(
    sandboxed: Settings, tenants: list[int], shopify: LocalShopify
) -> None:
    """Each knows the cost of its query only after the first; from then on the bucket is shared."""
    domain = shopify.shops[0]["shopDomain"]
    shopify.control("throttle", shop=domain, maximum=200, restore=100)
    command = [sys.executable, "-m", "tests.pipelines.shopify.reading", str(tenants[0]), "15"]
    processes = [
        subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=sandboxed.environment()
        )
        for _ in range(2)
    ]
    told = [process.communicate(timeout=120)[0] for process in processes]
    assert told == ["15\n", "15\n"]
    assert shopify.control("throttle", shop=domain)[domain]["refused"] <= 2
