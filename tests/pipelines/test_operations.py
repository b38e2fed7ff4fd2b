"""Exports that outlive the process that began them: adopted, heard of, forgotten when used."""

import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from pipelines.errors import BulkFailed, SyncFailed
from pipelines.operations import RecordedOperations
from pipelines.resources import EXPORTED
from pipelines.shopify.operations import Operation
from pipelines.sync import sync_tenant
from tests.pipelines.conftest import LocalShopify, land, rows
from warehouse.connections import Role, connect
from warehouse.settings import Settings

ROOT = Path(__file__).parents[2]
OPERATIONS = "{ bulkOperations(first: 100) { nodes { id status } } }"
REMEMBERED = "select count(*) from control.bulk_operations"


def operations_of(shopify: LocalShopify, settings: Settings) -> list[dict[str, Any]]:
    """Every bulk operation that the first shop ever ran."""
    shop = shopify.shops[0]
    version = settings.shopify_api_version
    answer = httpx.post(
        f"{shopify.url}/{shop['shopDomain']}/admin/api/{version}/graphql.json",
        json={"query": OPERATIONS},
        headers={"X-Shopify-Access-Token": shop["accessToken"]},
    )
    return list(answer.json()["data"]["bulkOperations"]["nodes"])


def eventually(holds: Callable[[], bool], *, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it never came to hold"
        time.sleep(0.05)


def test_the_exports_of_a_killed_sync_are_adopted_by_the_next_one(
    sandboxed: Settings, tenants: list[int], shopify: LocalShopify, tmp_path: Path
) -> None:
    shopify.fault(bulk_seconds=8)
    file = tmp_path / "killed.pickle"
    file.write_bytes(pickle.dumps((sandboxed, tenants[0])))
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.pipelines.endless_sync", str(file)], cwd=ROOT
    )
    try:
        eventually(lambda: rows(sandboxed, REMEMBERED) == [(len(EXPORTED),)])
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    ((began,),) = rows(sandboxed, "select max(read_began) from control.bulk_operations")
    eventually(lambda: not rows(sandboxed, "select 1 from pg_locks where locktype = 'advisory'"))
    result = sync_tenant(sandboxed, tenants[0], trigger="test")
    assert result.counts["orders"] == shopify.shops[0]["orders"]
    assert len(operations_of(shopify, sandboxed)) == len(EXPORTED)
    ((until,),) = rows(sandboxed, "select max(read_until) from control.cursors")
    assert until <= began
    assert rows(sandboxed, REMEMBERED) == [(0,)]


def test_a_finished_sync_leaves_nothing_to_adopt(
    sandboxed: Settings, tenants: list[int], shopify: LocalShopify
) -> None:
    for _ in range(2):
        sync_tenant(sandboxed, tenants[0], trigger="test")
        assert rows(sandboxed, REMEMBERED) == [(0,)]
    assert len(operations_of(shopify, sandboxed)) == 2 * len(EXPORTED)


def test_a_result_of_no_use_is_not_adopted(
    sandboxed: Settings, tenants: list[int], shopify: LocalShopify
) -> None:
    shopify.fault(truncate_bulk="mid_line", times=len(EXPORTED))
    with pytest.raises(BulkFailed):
        sync_tenant(sandboxed, tenants[0], trigger="test")
    result = sync_tenant(sandboxed, tenants[0], trigger="test")
    assert result.counts["orders"] == shopify.shops[0]["orders"]


def test_an_export_that_shopify_cancelled_is_run_again(
    sandboxed: Settings, tenants: list[int], shopify: LocalShopify
) -> None:
    shopify.fault(cancel_bulk=True, times=2)
    result = sync_tenant(sandboxed, tenants[0], trigger="test")
    assert set(result.counts) >= {resource.name for resource in EXPORTED}
    states = [one["status"] for one in operations_of(shopify, sandboxed)]
    assert sorted(states) == ["CANCELED"] * 2 + ["COMPLETED"] * len(EXPORTED)


def test_an_export_that_is_cancelled_every_time_is_told_with_its_cure(
    sandboxed: Settings, tenants: list[int], shopify: LocalShopify
) -> None:
    shopify.fault(cancel_bulk=True, times=100)
    with pytest.raises(BulkFailed, match="CANCELED 3 times") as failed:
        sync_tenant(sandboxed, tenants[0], trigger="test")
    assert "no cursor moved" in str(failed.value.hint)


def test_a_file_whose_address_expired_is_exported_anew_by_the_next_sync(
    sandboxed: Settings, tenants: list[int], shopify: LocalShopify
) -> None:
    shopify.fault(expire_bulk="url", times=len(EXPORTED))
    with pytest.raises(SyncFailed, match="result file answered HTTP") as failed:
        sync_tenant(sandboxed, tenants[0], trigger="test")
    assert "the next sync exports it again" in str(failed.value.hint)
    result = sync_tenant(sandboxed, tenants[0], trigger="test")
    assert result.counts["orders"] == shopify.shops[0]["orders"]


@pytest.mark.parametrize("slash", ["/", "\\/"])
def test_shopifys_word_of_the_end_is_read_where_it_landed(
    settings: Settings, tenants: list[int], slash: str
) -> None:
    body = '{"admin_graphql_api_id":"gid://shopify/BulkOperation/77","status":"completed"}'
    land(settings, tenants[0], "bulk_operations/finish", body.replace("/", slash).encode())
    with connect(settings, Role.LOADER, autocommit=True) as connection:
        ours = RecordedOperations(connection, tenants[0], "orders")
        theirs = RecordedOperations(connection, tenants[1], "orders")
        assert ours.has_ended("gid://shopify/BulkOperation/77")
        assert not ours.has_ended("gid://shopify/BulkOperation/7")
        assert not theirs.has_ended("gid://shopify/BulkOperation/77")


def test_an_operation_is_known_by_its_query_and_resource(
    settings: Settings, tenants: list[int]
) -> None:
    began = datetime(2026, 11, 1, tzinfo=UTC)
    with connect(settings, Role.LOADER, autocommit=True) as connection:
        orders = RecordedOperations(connection, tenants[0], "orders")
        products = RecordedOperations(connection, tenants[0], "products")
        orders.begin(Operation("gid://shopify/BulkOperation/1", began), "{ a }")
        orders.begin(Operation("gid://shopify/BulkOperation/2", began), "{ b }")
        assert orders.begun("{ b }") == Operation("gid://shopify/BulkOperation/2", began)
        assert (orders.begun("{ a }"), products.begun("{ b }")) == (None, None)
        orders.forget()
        assert orders.begun("{ b }") is None


def test_what_was_too_large_is_known_by_its_query_until_all_is_read(
    settings: Settings, tenants: list[int]
) -> None:
    found = datetime(2026, 11, 1, 12, 0, 0, 123456, tzinfo=UTC)
    with connect(settings, Role.LOADER, autocommit=True) as connection:
        orders = RecordedOperations(connection, tenants[0], "orders")
        products = RecordedOperations(connection, tenants[0], "products")
        orders.begin(Operation("gid://shopify/BulkOperation/1", found), "{ a }")
        for query in ("{ a }", "{ b }"):
            orders.note_too_large(query, found)
            orders.note_too_large(query, found + timedelta(days=1))
        products.note_too_large("{ a }", found)
        assert (orders.too_large("{ a }"), orders.too_large("{ c }")) == (found, None)
        orders.forget()
        assert (orders.too_large("{ a }"), orders.begun("{ a }")) == (None, None)
        assert products.too_large("{ a }") == found
