"""Syncs and cursors: what ended is known, what was killed is recorded, no cursor goes back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from warehouse.connections import Role, advisory_lock, connect
from warehouse.locks import sync_lock
from warehouse.secrets import Credentials, Sealer
from warehouse.settings import Settings
from warehouse.syncs import (
    Cursor,
    begin_sync,
    fail_sync,
    finish_sync,
    latest_sync,
    move_cursor,
    read_cursor,
)
from warehouse.tenants import add_tenant

Connection = psycopg.Connection[tuple[Any, ...]]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def loader(settings: Settings) -> Iterator[Connection]:
    with connect(settings, Role.LOADER, autocommit=True) as connection:
        yield connection


@pytest.fixture
def tenants(settings: Settings) -> tuple[int, int]:
    """Two tenants, each with what the other has."""
    sealer = Sealer.from_settings(settings)
    with connect(settings, Role.CONTROL) as control:
        one, two = (
            add_tenant(
                control,
                sealer,
                name=name,
                shop_domain=f"{name}.myshopify.com",
                credentials=Credentials(webhook_secret="hook"),
            ).tenant_id
            for name in ("one", "two")
        )
    return one, two


def test_a_tenant_that_was_never_read_has_no_sync(
    loader: Connection, tenants: tuple[int, int]
) -> None:
    assert latest_sync(loader, tenants[0]) is None


def test_a_sync_that_succeeds_keeps_its_counts(
    loader: Connection, tenants: tuple[int, int]
) -> None:
    sync_id = begin_sync(loader, tenants[0], trigger="manual")
    with advisory_lock(loader, sync_lock(tenants[0])):
        running = latest_sync(loader, tenants[0])
    assert running is not None
    assert (running.status, running.trigger, running.finished_at) == ("running", "manual", None)
    finish_sync(loader, tenants[0], sync_id, counts={"orders": 3, "customers": 0})
    done = latest_sync(loader, tenants[0])
    assert done is not None
    assert (done.status, done.counts) == ("succeeded", {"orders": 3, "customers": 0})
    assert done.finished_at is not None
    assert done.finished_at >= done.started_at


def test_a_sync_that_fails_keeps_shopifys_words_and_the_hint(
    loader: Connection, tenants: tuple[int, int]
) -> None:
    sync_id = begin_sync(loader, tenants[0], trigger="schedule")
    fail_sync(loader, tenants[0], sync_id, error="Invalid API key", hint="renew the token")
    failed = latest_sync(loader, tenants[0])
    assert failed is not None
    assert (failed.status, failed.error) == ("failed", "Invalid API key")
    assert failed.hint == "renew the token"


def test_words_that_postgres_cannot_store_do_not_hide_the_failure(
    loader: Connection, tenants: tuple[int, int]
) -> None:
    sync_id = begin_sync(loader, tenants[0], trigger="schedule")
    fail_sync(loader, tenants[0], sync_id, error="a\x00b\ud800c", hint="d\x00")
    failed = latest_sync(loader, tenants[0])
    assert failed is not None
    assert (failed.status, failed.error, failed.hint) == ("failed", "ab?c", "d")


def test_a_killed_sync_is_recorded_as_failed_by_the_next(
    loader: Connection, tenants: tuple[int, int]
) -> None:
    killed = begin_sync(loader, tenants[0], trigger="schedule")
    following = begin_sync(loader, tenants[0], trigger="schedule")
    rows = loader.execute(
        "select sync_id, status, error, finished_at is not null from control.syncs order by 1"
    ).fetchall()
    assert rows == [
        (killed, "failed", "the process ended before the sync did", True),
        (following, "running", None, False),
    ]


def test_the_sync_of_one_tenant_ends_none_of_another(
    loader: Connection, tenants: tuple[int, int]
) -> None:
    one, two = tenants
    begin_sync(loader, one, trigger="manual")
    of_two = begin_sync(loader, two, trigger="manual")
    finish_sync(loader, one, of_two, counts={})
    fail_sync(loader, one, of_two, error="not mine", hint=None)
    for tenant in tenants:
        with advisory_lock(loader, sync_lock(tenant)):
            sync = latest_sync(loader, tenant)
        assert sync is not None
        assert sync.status == "running"


def test_a_resource_never_read_has_no_cursor(loader: Connection, tenants: tuple[int, int]) -> None:
    assert read_cursor(loader, tenants[0], "orders") is None


def test_a_cursor_moves_forward_and_never_back(
    loader: Connection, tenants: tuple[int, int]
) -> None:
    for to in (NOON, NOON + timedelta(hours=1), NOON, NOON - timedelta(days=400)):
        move_cursor(loader, tenants[0], "orders", Cursor(to, "fields"))
    assert read_cursor(loader, tenants[0], "orders") == Cursor(NOON + timedelta(hours=1), "fields")


def test_a_cursor_over_other_fields_begins_anew(
    loader: Connection, tenants: tuple[int, int]
) -> None:
    for to in (Cursor(NOON, "few"), Cursor(NOON - timedelta(hours=1), "more")):
        move_cursor(loader, tenants[0], "orders", to)
        assert read_cursor(loader, tenants[0], "orders") == to


def test_a_cursor_belongs_to_one_tenant_and_one_resource(
    loader: Connection, tenants: tuple[int, int]
) -> None:
    one, two = tenants
    move_cursor(loader, one, "orders", Cursor(NOON, None))
    move_cursor(loader, two, "orders", Cursor(NOON + timedelta(days=1), None))
    assert read_cursor(loader, one, "orders") == Cursor(NOON, None)
    assert read_cursor(loader, one, "customers") is None


def test_a_cursor_moved_in_a_transaction_that_fails_has_not_moved(
    settings: Settings, loader: Connection, tenants: tuple[int, int]
) -> None:
    with pytest.raises(ZeroDivisionError), connect(settings, Role.LOADER) as other:
        move_cursor(other, tenants[0], "orders", Cursor(NOON, None))
        raise ZeroDivisionError
    assert read_cursor(loader, tenants[0], "orders") is None


def test_a_cursor_keeps_the_moment_whatever_zone_it_was_given_in(
    loader: Connection, tenants: tuple[int, int]
) -> None:
    told = datetime.fromisoformat("2026-03-01T21:00:00+09:00")
    move_cursor(loader, tenants[0], "orders", Cursor(told, None))
    assert read_cursor(loader, tenants[0], "orders") == Cursor(NOON, None)
