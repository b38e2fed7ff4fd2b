"""Pages without reading what comes before them: the same rows as by offset, for every page.

A shop with ties everywhere, more customers and products than lie between two kept places, and a
history of builds of either group that moved rows from day to day.
"""

import asyncio
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from api.marts import question
from pipelines.build import run_build
from tests.api.conftest import build
from tests.api.documents import Order, load_orders
from tests.api.long_lists import BY_OFFSET, CUSTOMERS, Lists, by_offset, change, day, fill
from tests.api.shops import add_shop, rows, serving
from tests.conftest import DATABASE, recreate, settings_for
from warehouse.connections import Role, connect, dsn
from warehouse.settings import Settings
from warehouse.tenants import record_shop

pytestmark = pytest.mark.slow
KEPT = ["int_list_days", "int_customer_places", "int_product_places"]


@pytest.fixture(scope="module")
def settings_of_lists(cluster_url: str, home: Path, template: str) -> Settings:
    recreate(cluster_url, DATABASE, template=template)
    return settings_for(home, f"{cluster_url}/{DATABASE}")


@pytest.fixture(scope="module")
def lists(settings_of_lists: Settings, cluster_url: str, home: Path) -> Iterator[Lists]:
    """Built, changed, built by the live group and then by all; kept under a name of its own."""
    settings = settings_of_lists
    shop, other = add_shop(settings, "long-lists"), add_shop(settings, "beside-it")
    with connect(settings, Role.LOADER) as connection:
        for tenant in (shop, other):
            record_shop(
                connection, tenant.tenant_id, iana_timezone="America/New_York", currency="EUR"
            )
    fill(settings, shop.tenant_id)
    load_orders(settings, other.tenant_id, [Order(1_000, day(3), "1.00", customer_id=1)])
    build(settings)
    change(settings, shop.tenant_id)
    run_build(settings, group="live", tests=False)
    build(settings)
    recreate(cluster_url, "shopmart_lists", template=DATABASE)
    kept = settings_for(home, f"{cluster_url}/shopmart_lists")
    with serving(kept) as api:
        yield Lists(kept, shop, api)


@pytest.mark.parametrize("name", list(BY_OFFSET))
def test_every_page_has_the_rows_that_an_offset_would_give(lists: Lists, name: str) -> None:
    wanted = by_offset(lists, name)
    assert len(wanted) >= 40
    assert lists.ids(name) == wanted


@pytest.mark.parametrize("size", [1, 3, 250])
@pytest.mark.parametrize("first", [999, 1_000, 1_001, 2_000, CUSTOMERS - 1])
def test_places_begin_where_a_thousand_rows_end(lists: Lists, first: int, size: int) -> None:
    wanted = by_offset(lists, "customers")
    if first % size:
        first -= first % size
    found = lists.page("customers", first=first, size=size)["customers"]
    assert [one["id"] for one in found] == wanted[first : first + size]


@pytest.mark.parametrize("name", ["orders", "checkouts", "refunds"])
def test_a_range_has_its_own_pages(lists: Lists, name: str) -> None:
    ranged = {"startDate": "2026-01-03", "endDate": "2026-01-23"}
    found = lists.ids(name, **ranged)
    place = [one for one in by_offset(lists, name) if one in set(found)]
    assert found == place
    every = lists.ids(name)
    earlier = lists.ids(name, endDate="2026-01-02")
    later = lists.ids(name, startDate="2026-01-24")
    assert [*later, *found, *earlier] == every


@pytest.mark.parametrize(
    ("status", "many"), [("PENDING", 10), ("COMPLETED", 30), ("ABANDONED", 15)]
)
def test_a_status_has_its_own_pages(lists: Lists, status: str, many: int) -> None:
    found = lists.ids("checkouts", status=status)
    held = "select checkout_id from marts.checkouts where tenant_id = %s and status = %s"
    among = {one for (one,) in rows(lists.settings, held, lists.shop.tenant_id, status)}
    assert found == [one for one in by_offset(lists, "checkouts") if one in among]
    assert len(found) >= many


@pytest.mark.parametrize("name", list(BY_OFFSET))
def test_a_page_beyond_the_end_is_empty_and_counts_all_the_same(lists: Lists, name: str) -> None:
    found = lists.page(name, first=250 * 1_000_000, size=250)
    total = found["total"] if "total" in found else found["pagination"]["totalCount"]
    assert (found[name], total) == ([], len(by_offset(lists, name)))


@pytest.mark.parametrize(
    ("name", "arguments", "most"),
    [
        # A day of this shop holds 11 orders at most, 10 refunds and 10 checkouts.
        ("orders", (datetime.min.date(), datetime.max.date(), 5, 85), 16),
        ("refunds", (datetime.min.date(), datetime.max.date(), 5, 34), 15),
        ("checkouts", (datetime.min.date(), datetime.max.date(), None, 5, 50), 40),
        ("customers", (5, 2_098), 105),
        ("products", (3, 1_001), 10),
    ],
)
def test_the_last_page_reads_no_history(
    lists: Lists, name: str, arguments: tuple[object, ...], most: int
) -> None:
    plan = asyncio.run(explained(lists, name, arguments))
    read = [node for node in nodes(plan) if node.get("Relation Name") in TABLES[name]]
    assert read
    assert sum(node["Actual Rows"] * node["Actual Loops"] for node in read) <= most
    assert not any(node.get("Rows Removed by Filter", 0) > most for node in read)


TABLES = {
    "orders": {"orders"},
    "refunds": {"refunds"},
    "checkouts": {"checkout_lives"},
    "customers": {"customer_lives"},
    "products": {"products"},
}


async def explained(lists: Lists, name: str, arguments: tuple[object, ...]) -> dict[str, Any]:
    """The plan that a question ran by, as on tables too large to be read whole."""
    connection = await asyncpg.connect(dsn(lists.settings, Role.READER))
    try:
        async with connection.transaction(readonly=True):
            tenant = lists.shop.tenant_id
            await connection.execute(f"set local app.tenant_id = '{tenant}'")
            for way in ("seqscan", "bitmapscan", "sort"):
                await connection.execute(f"set local enable_{way} = off")
            asked = f"explain (analyze, format json) {question(name)}"
            found: dict[str, Any] = json.loads(
                await connection.fetchval(asked, tenant, *arguments)
            )[0]["Plan"]
            return found
    finally:
        await connection.close()


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", []):
        yield from nodes(part)


def test_kept_counts_and_places_equal_those_of_a_full_refresh(
    lists: Lists, settings_of_lists: Settings
) -> None:
    read = "select * from staging.{} order by 1, 2"
    kept = {table: rows(settings_of_lists, read.format(table)) for table in KEPT}
    assert all(len(found) > 1 for found in kept.values())
    run_build(settings_of_lists, full_refresh=True, tests=False)
    assert {table: rows(settings_of_lists, read.format(table)) for table in KEPT} == kept
