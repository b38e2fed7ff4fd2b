"""Which marked orders are read beside the loop: none of a paused shop, none of one that rests."""

import time

from pipelines.live.refetching import refetch_due, refetching
from pipelines.live.reports import Reports
from pipelines.refetch import Refetched
from tests.pipelines.conftest import make_tenant, rows
from warehouse.connections import Role, connect
from warehouse.settings import Settings
from warehouse.tenants import pause_tenant, resume_tenant

MARKED = "select tenant_id from control.refetch_orders order by tenant_id"
PATIENCE_SECONDS = 60.0


def test_the_marks_of_a_paused_shop_wake_nobody_until_it_is_resumed(
    sandboxed: Settings, tenants: list[int]
) -> None:
    paused, _ = tenants
    mark(sandboxed, paused)
    with connect(sandboxed, Role.CONTROL) as connection:
        pause_tenant(connection, paused, reason="by hand")
    assert refetch_due(sandboxed, resting=[]) == Refetched()
    assert rows(sandboxed, MARKED) == [(paused,)]
    with connect(sandboxed, Role.CONTROL) as connection:
        resume_tenant(connection, paused)
    assert refetch_due(sandboxed, resting=[]).gone == 1


def test_a_shop_that_rests_keeps_its_marks_while_the_others_are_read(
    sandboxed: Settings, tenants: list[int]
) -> None:
    tired, fresh = tenants
    for tenant_id in tenants:
        mark(sandboxed, tenant_id)
    assert refetch_due(sandboxed, resting=[tired]).gone == 1
    assert rows(sandboxed, MARKED) == [(tired,)]
    assert refetch_due(sandboxed, resting=[tired]) == Refetched()
    assert refetch_due(sandboxed, resting=[fresh]).gone == 1


def test_a_shop_that_cannot_be_reached_keeps_no_other_from_being_read(
    sandboxed: Settings, tenants: list[int]
) -> None:
    nowhere = make_tenant(sandboxed, "nowhere.myshopify.com", token="of no shop")
    mark(sandboxed, nowhere)
    with refetching(sandboxed, Reports("http://127.0.0.1:9", models=dict)):
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
