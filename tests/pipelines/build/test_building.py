"""What a build consumes, keeps and marks."""

import threading
from datetime import date

import psycopg
import pytest
from dbt.cli.main import dbtRunner

from pipelines.build import BuildFailed, building, dbt_environment, ensure_manifest, run_build
from pipelines.build.project import in_environment, manifest
from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.documents import webhook_line, webhook_order
from warehouse.connections import Role, connect, try_advisory_lock

LATE = "2026-03-10T23:30:00Z"


def order(number: int = 1, price: int = 10, **changes: object) -> dict[str, object]:
    return webhook_order(number, [webhook_line(number, price)], price, **changes)


def versions(warehouse: Warehouse) -> dict[int, int]:
    return dict(warehouse.rows("select tenant_id, data_version from control.data_versions"))


def owed(warehouse: Warehouse) -> list[int]:
    return [
        warehouse.rows(f"select count(*) from control.dirty_{keys}")[0][0]
        for keys in ("orders", "buyers", "days")
    ]


def test_builds_consume_complete_loads_once_and_bump_touched_tenants_only(
    warehouse: Warehouse,
) -> None:
    first, second = warehouse.tenant("first"), warehouse.tenant("second")
    warehouse.load((first, "orders", "webhook", order()))
    warehouse.load((second, "orders", "webhook", order()))
    assert (warehouse.build().loads, versions(warehouse)) == (2, {first: 1, second: 1})

    open_load = warehouse.load((first, "orders", "webhook", order(2)), complete=False)
    result = warehouse.build(tests=False)
    assert (result.loads, result.dirty_orders, result.full_refresh) == (0, 0, False)
    assert versions(warehouse) == {first: 1, second: 1}

    warehouse.execute(
        f"insert into raw._dlt_loads (load_id, status) values ('{open_load}', 0)", Role.LOADER
    )
    result = warehouse.build(tests=False)
    assert (result.loads, result.dirty_orders) == (1, 1)
    assert versions(warehouse) == {first: 2, second: 1}
    assert [row["order_id"] for row in warehouse.read(first, "orders")] == [1, 2]
    assert owed(warehouse) == [0, 0, 0]


def test_a_failed_build_keeps_what_it_owes_and_says_why(warehouse: Warehouse) -> None:
    tenant = warehouse.tenant("shop")
    warehouse.load((tenant, "orders", "webhook", order()))
    warehouse.build(tests=False)
    # A document that no model can cast, as the loader would have refused it.
    warehouse.load((tenant, "orders", "webhook", order(2, name="#2", order_number="not a number")))
    with pytest.raises(BuildFailed, match="invalid input syntax"):
        warehouse.build(tests=False)
    (failure,) = warehouse.rows("select error from control.builds where status = 'failed'")
    assert "invalid input syntax for type bigint" in failure[0]
    assert owed(warehouse)[0] == 1

    mended = order(2, updated_at="2026-03-11T00:00:00Z")
    warehouse.load((tenant, "orders", "webhook", mended))
    warehouse.build(tests=False)
    assert len(warehouse.read(tenant, "orders")) == 2
    assert owed(warehouse) == [0, 0, 0]


def test_a_load_that_completes_in_mid_build_is_the_next_builds(warehouse: Warehouse) -> None:
    tenant = warehouse.tenant("shop")
    warehouse.load((tenant, "orders", "webhook", order()))
    warehouse.build(tests=False)
    with building(warehouse.settings, full_refresh=True) as build:
        warehouse.load((tenant, "orders", "webhook", order(2)))
        with in_environment(build.env):
            runner = dbtRunner(manifest=manifest(warehouse.settings))
            assert runner.invoke(["--quiet", "run", "--full-refresh"]).success
    assert [row["order_id"] for row in warehouse.read(tenant, "orders")] == [1]
    assert warehouse.build(tests=False).loads == 1
    assert [row["order_id"] for row in warehouse.read(tenant, "orders")] == [1, 2]


def test_after_a_full_refresh_that_died_the_next_build_is_full(warehouse: Warehouse) -> None:
    tenant = warehouse.tenant("shop")
    warehouse.load((tenant, "orders", "webhook", order()))
    warehouse.build(tests=False)
    with pytest.raises(KeyboardInterrupt), building(warehouse.settings, full_refresh=True):
        raise KeyboardInterrupt
    warehouse.execute("update control.builds set status = 'running' where status = 'failed'")
    assert warehouse.build(tests=False).full_refresh
    assert not warehouse.build(tests=False).full_refresh
    (abandoned,) = warehouse.rows("select error from control.builds where status = 'failed'")
    assert abandoned == ("the process ended before the build did",)


def test_a_shop_that_moves_to_another_zone_has_its_days_counted_anew(
    warehouse: Warehouse,
) -> None:
    tenant, other = warehouse.tenant("shop"), warehouse.tenant("other")
    for one in (tenant, other):
        warehouse.load((one, "orders", "webhook", order(processed_at=LATE)))
    warehouse.build(tests=False)
    warehouse.move(tenant, timezone="Europe/Berlin")
    assert warehouse.build().dirty_orders == 1
    assert [d["shop_date"] for d in warehouse.read(tenant, "daily_sales")] == [date(2026, 3, 11)]
    assert [d["shop_date"] for d in warehouse.read(other, "daily_sales")] == [date(2026, 3, 10)]
    warehouse.move(tenant, timezone="Mars/Olympus")
    warehouse.build(tests=False)
    assert [d["shop_date"] for d in warehouse.read(tenant, "daily_sales")] == [date(2026, 3, 10)]


def test_one_build_runs_at_a_time(warehouse: Warehouse) -> None:
    warehouse.build(tests=False)
    waiting = threading.Thread(target=run_build, args=[warehouse.settings], kwargs={"tests": False})
    with building(warehouse.settings):
        with (
            connect(warehouse.settings, Role.DBT, autocommit=True) as connection,
            try_advisory_lock(connection, "build") as held,
        ):
            assert not held
        waiting.start()
        waiting.join(timeout=1.5)
        assert waiting.is_alive()
    waiting.join(timeout=120)
    assert not waiting.is_alive()
    assert warehouse.rows("select count(*) from control.builds where status <> 'succeeded'") == [
        (0,)
    ]


def test_dbt_alone_refuses_to_run_and_names_the_command(warehouse: Warehouse) -> None:
    tenant = warehouse.tenant("shop")
    warehouse.load((tenant, "orders", "webhook", order()))
    warehouse.build(tests=False)
    runner = dbtRunner(manifest=manifest(warehouse.settings))
    with in_environment(dbt_environment(warehouse.settings)):
        outcome = runner.invoke(["--quiet", "run", "--full-refresh"])
    assert not outcome.success
    assert len(warehouse.read(tenant, "orders")) == 1


def test_dbt_works_as_its_own_role_and_that_role_owns_what_it_made(warehouse: Warehouse) -> None:
    assert dbt_environment(warehouse.settings)["SHOPMART_DBT_USER"] == "shopmart_dbt"
    warehouse.build(tests=False)
    owners = warehouse.rows("select distinct tableowner from pg_tables where schemaname = 'marts'")
    assert owners == [("shopmart_dbt",)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        warehouse.execute("delete from raw.orders")


def test_a_manifest_is_made_once_for_the_same_models(warehouse: Warehouse) -> None:
    path = ensure_manifest(warehouse.settings)
    before = path.stat().st_mtime_ns
    assert ensure_manifest(warehouse.settings).stat().st_mtime_ns == before
