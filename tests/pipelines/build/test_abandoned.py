"""What killed builds leave behind: no query that goes on, no orphan that writes beside the next."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from pipelines.build import run_build
from tests.dbt_project.conftest import Warehouse
from tests.pipelines.build.test_building import order, owed
from warehouse.connections import Role, connect

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_SECONDS = 90.0
BUILD = "from pipelines.build import run_build; run_build(load_settings(), tests=False)"
# As Dagster runs it: dbt is a process of its own, which its killed caller leaves alone.
BUILD_BY_COMMAND = """
import os, subprocess, sys
from pathlib import Path
from pipelines.build import building
with building(load_settings()) as build:
    dbt = [str(Path(sys.executable).parent / "dbt"), "run", "--threads", "1"]
    orphan = subprocess.Popen(dbt, env={**os.environ, **build.env})
    print(orphan.pid, flush=True)
    orphan.wait()
"""
AT_WORK = (
    "select pid, state, query from pg_stat_activity"
    " where application_name = 'shopmart build' and datname = current_database()"
)
WAITING = (
    f"select exists (select 1 from ({AT_WORK}) as ours where query like '%%delete from%%orders%%')"
)


@contextmanager
def process(warehouse: Warehouse, code: str) -> Iterator[subprocess.Popen[str]]:
    """A process of its own that builds; whatever is left of it is killed."""
    code = f"from warehouse.settings import load_settings\n{code}"
    environment = {**os.environ, **warehouse.settings.environment(), "DO_NOT_TRACK": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as started:
        try:
            yield started
        finally:
            os.killpg(started.pid, signal.SIGKILL)


@contextmanager
def orders_locked(warehouse: Warehouse) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Nobody else may write the orders: a build that comes to them waits in mid-query."""
    with connect(warehouse.settings, Role.OWNER) as connection:
        connection.execute("lock table marts.orders in share mode")
        yield connection


def until(holds: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def owing(warehouse: Warehouse) -> int:
    """A shop whose second order waits to be built."""
    tenant = warehouse.tenant("shop")
    warehouse.load((tenant, "orders", "webhook", order()))
    warehouse.build(tests=False)
    warehouse.load((tenant, "orders", "webhook", order(2)))
    return tenant


def assert_built(warehouse: Warehouse, tenant: int) -> None:
    assert [row["order_id"] for row in warehouse.read(tenant, "orders")] == [1, 2]
    assert owed(warehouse) == [0, 0, 0]
    ((total,),) = warehouse.rows("select sum(orders) from marts.daily_sales")
    assert total == 2


@pytest.mark.slow
def test_the_queries_of_a_killed_build_end_by_themselves(warehouse: Warehouse) -> None:
    tenant = owing(warehouse)
    with orders_locked(warehouse), process(warehouse, BUILD) as build:
        until(lambda: warehouse.rows(WAITING, Role.OWNER) == [(True,)], "it does not build")
        build.kill()
        build.wait()
        until(lambda: not warehouse.rows(AT_WORK, Role.OWNER), "its query goes on")
    warehouse.build(tests=False)
    assert_built(warehouse, tenant)


@pytest.mark.slow
def test_an_orphaned_dbt_is_ended_and_builds_nothing_more(warehouse: Warehouse) -> None:
    tenant = owing(warehouse)
    with orders_locked(warehouse) as holder, process(warehouse, BUILD_BY_COMMAND) as caller:
        assert caller.stdout is not None
        orphan = int(caller.stdout.readline())
        until(lambda: warehouse.rows(WAITING, Role.OWNER) == [(True,)], "it does not build")
        caller.kill()
        assert warehouse.rows(WAITING, Role.OWNER) == [(True,)], "dbt ended with its caller"
        orphaned = {row[0] for row in warehouse.rows(AT_WORK, Role.OWNER)}
        heir = threading.Thread(target=run_build, args=[warehouse.settings])
        heir.start()
        left = lambda: orphaned & {row[0] for row in warehouse.rows(AT_WORK, Role.OWNER)}  # noqa: E731
        until(lambda: not left(), "the orphan's queries go on")
        holder.rollback()
        heir.join()
        assert_built(warehouse, tenant)
        told = caller.stdout.read()
    assert not Path(f"/proc/{orphan}").exists()
    assert "given up" in told or "terminating connection" in told, told
    assert_built(warehouse, tenant)
