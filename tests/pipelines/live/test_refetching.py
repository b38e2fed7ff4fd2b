"""Which marked orders are read beside the loop: none of a paused shop, none of one that rests."""

import socket
import time
from typing import Any

import httpx
import pytest

from pipelines.live.refetching import Shops, refetching
from pipelines.live.reports import Reports
from pipelines.refetch import Refetched
from tests.pipelines.conftest import make_tenant, rows
from tests.pipelines.live.test_reports import dagster, taken
from warehouse.connections import Role, connect
from warehouse.settings import Settings
from warehouse.tenants import pause_tenant, resume_tenant

__all__ = ["dagster", "taken"]
MARKED = "select tenant_id from control.refetch_orders order by tenant_id"
PATIENCE_SECONDS = 60.0


@pytest.fixture
def reports() -> Reports:
    """Reports to a Dagster that is nowhere."""
    return Reports("http://127.0.0.1:9", models=dict)


def read_what_is_due(shops: Shops) -> tuple[list[int], Refetched]:
    """One look at the marks, and what came of the readings it began."""
    begun = shops.begin()
    shops.join(PATIENCE_SECONDS)
    return begun, shops.settle()


def test_the_marks_of_a_paused_shop_wake_nobody_until_it_is_resumed(
    sandboxed: Settings, tenants: list[int], reports: Reports
) -> None:
    shops = Shops(sandboxed, reports)
    paused, _ = tenants
    mark(sandboxed, paused)
    with connect(sandboxed, Role.CONTROL) as connection:
        pause_tenant(connection, paused, reason="by hand")
    assert read_what_is_due(shops) == ([], Refetched())
    assert rows(sandboxed, MARKED) == [(paused,)]
    with connect(sandboxed, Role.CONTROL) as connection:
        resume_tenant(connection, paused)
    assert read_what_is_due(shops) == ([paused], Refetched(gone=1))


def test_a_shop_that_failed_rests_and_keeps_its_marks_while_the_others_are_read(
    sandboxed: Settings, tenants: list[int], reports: Reports
) -> None:
    shops = Shops(sandboxed, reports)
    nowhere = make_tenant(sandboxed, "nowhere.myshopify.com", token="of no shop")
    mark(sandboxed, nowhere)
    begun, failed = read_what_is_due(shops)
    assert (begun, list(failed.failures)) == ([nowhere], [nowhere])
    mark(sandboxed, tenants[0])
    assert read_what_is_due(shops) == ([tenants[0]], Refetched(gone=1))
    assert rows(sandboxed, MARKED) == [(nowhere,)]


def test_a_shop_that_failed_and_was_paused_is_no_trouble_any_more(
    sandboxed: Settings, reports: Reports, dagster: httpx.Client, taken: list[Any]
) -> None:
    shops = Shops(sandboxed, reports)
    nowhere = make_tenant(sandboxed, "nowhere.myshopify.com", token="of no shop")
    mark(sandboxed, nowhere)
    read_what_is_due(shops)
    assert reports.tell(dagster) == 1
    with connect(sandboxed, Role.CONTROL) as connection:
        pause_tenant(connection, nowhere, reason="by hand")
    assert read_what_is_due(shops) == ([], Refetched())
    assert reports.tell(dagster) == 1
    failed, recovered = [body["description"] for _, body in taken]
    assert failed.startswith("The live loop's stage refetch failed: ")
    assert recovered == "The live loop's stage refetch works again."


def test_a_shop_that_does_not_answer_delays_itself_alone(
    sandboxed: Settings, tenants: list[int], reports: Reports
) -> None:
    silent = socket.create_server(("127.0.0.1", 0))
    slow, fast = tenants
    address = f"http://127.0.0.1:{silent.getsockname()[1]}"
    settings = sandboxed.model_copy(update={"shopify_base_url": f"{address}/{{shop}}"})
    with silent, refetching(settings, reports):
        mark(settings, slow)
        connection, _ = silent.accept()
        # One shop holds its reader by an open request; the marks of the other are still looked for.
        mark(settings, fast)
        other, _ = silent.accept()
        connection.close()
        other.close()
    assert rows(settings, MARKED) == [(slow,), (fast,)]


def test_a_shop_that_cannot_be_reached_keeps_no_other_from_being_read(
    sandboxed: Settings, tenants: list[int], reports: Reports
) -> None:
    nowhere = make_tenant(sandboxed, "nowhere.myshopify.com", token="of no shop")
    mark(sandboxed, nowhere)
    with refetching(sandboxed, reports):
        for tenant_id in tenants:
            mark(sandboxed, tenant_id)
            until_read(sandboxed, left=nowhere)
    assert rows(sandboxed, MARKED) == [(nowhere,)]


def until_read(settings: Settings, *, left: int) -> None:
    """Wait until only this tenant's marks are left."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while rows(settings, MARKED) != [(left,)]:
        assert time.monotonic() < deadline, "the marks of the shops that answer were not read"
        time.sleep(0.05)


def mark(settings: Settings, tenant_id: int) -> None:
    """Mark an order that the shop does not know: it is asked for, and then no longer marked."""
    with connect(settings, Role.OWNER) as connection:
        connection.execute(
            "insert into control.refetch_orders (tenant_id, order_id, reason)"
            " values (%s, 404, 'test')",
            [tenant_id],
        )
