"""Marks of orders to be read again: bounded by time for each shop, and none lost."""

import pytest

from pipelines.marked import marked_shops, marks_of, unmark
from pipelines.refetch import refetch_all, refetch_marked
from pipelines.sync import sync_tenant
from tests.pipelines.conftest import rows
from warehouse.connections import Role, connect
from warehouse.settings import Settings

MARKS = "select order_id from control.refetch_orders order by order_id"


def mark(settings: Settings, tenant_id: int, *order_ids: int, at: str = "now()") -> None:
    with connect(settings, Role.OWNER) as owner:
        owner.execute(
            "insert into control.refetch_orders (tenant_id, order_id, reason, marked_at)"
            f" select %s, number, 'test', {at} from unnest(%s::bigint[]) as number"
            " on conflict (tenant_id, order_id) do update set marked_at = excluded.marked_at",
            [tenant_id, list(order_ids)],
        )


def test_a_slow_shop_gives_what_it_gave_in_time_and_the_rest_stays_marked(
    sandboxed: Settings, tenants: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    sync_tenant(sandboxed, tenants[0], trigger="test")
    known = [row[0] for row in rows(sandboxed, "select id from raw.orders limit 4")]
    mark(sandboxed, tenants[0], *known)
    monkeypatch.setattr("pipelines.refetch.READING_SECONDS", -1.0)
    assert refetch_marked(sandboxed).orders == 1
    assert len(rows(sandboxed, MARKS)) == 3
    assert refetch_all(sandboxed).orders == 3
    assert rows(sandboxed, MARKS) == []


def test_a_mark_made_again_while_it_was_read_stays(sandboxed: Settings, tenants: list[int]) -> None:
    first, second = tenants
    mark(sandboxed, second, 7, at="now() - interval '1 hour'")
    mark(sandboxed, first, 7, 8)
    with connect(sandboxed, Role.LOADER, autocommit=True) as loader:
        assert marked_shops(loader) == [second, first]
        read = marks_of(loader, first, most=10)
        mark(sandboxed, first, 8)
        unmark(loader, first, read)
        assert list(marks_of(loader, first, most=10)) == [8]
        assert list(marks_of(loader, second, most=10)) == [7]
