"""The loop at work: figures within its passes, whatever is killed, away or broken meanwhile."""

import signal

import pytest

from tests.pipelines.conftest import rows
from tests.pipelines.live.conftest import Loops, land_orders, served
from warehouse.connections import Role, connect
from warehouse.locks import LIVE_LOCK, lock_is_held
from warehouse.settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

WORN_AT_ONCE = (
    "import logging, sys; logging.basicConfig(level='INFO');"
    "from pipelines.live.loop import Bounds; from pipelines.live.serving import serve;"
    "from warehouse.settings import load_settings;"
    "sys.exit(serve(load_settings(), bounds=Bounds(passes=1)))"
)


def test_what_lands_is_served_and_a_signal_ends_the_loop_after_its_pass(
    live: Settings, loops: Loops, shop: int
) -> None:
    land_orders(live, shop, 1, 2)
    loop = loops.start()
    loops.until(lambda: served(live, shop) == {1, 2}, "the first orders are not served")
    land_orders(live, shop, 3)
    loops.until(lambda: "1 webhooks loaded" in loops.said(), "the third order is not loaded")
    # In the middle of the pass: what was loaded is built before the process ends, or built later.
    loop.send_signal(signal.SIGTERM)
    assert loop.wait(60) == 0
    assert "SIGTERM: the loop ends after this stage" in loops.said()
    assert rows(live, "select count(*) from control.builds where status <> 'succeeded'") == [(0,)]
    assert rows(live, "select count(*) from control.load_batches where loaded_at is null") == [(0,)]


def test_of_two_loops_one_works_and_the_other_takes_over_when_it_is_killed(
    live: Settings, loops: Loops, shop: int
) -> None:
    first = loops.start()
    loops.until(loops.at_work, "no loop is at work")
    loops.start()
    land_orders(live, shop, *range(1, 20))
    loops.until(lambda: "19 webhooks loaded" in loops.said() or served(live, shop), "nothing")
    first.kill()
    first.wait()
    land_orders(live, shop, *range(20, 40))
    loops.until(lambda: served(live, shop) == set(range(1, 40)), "an order is missing")
    assert loops.said().count("this loop is at work") == 2
    sums = rows(live, "select count(*), count(distinct order_id) from marts.orders")
    assert sums == [(39, 39)]


def test_while_nothing_can_be_built_raw_goes_on_loading_and_the_loop_recovers(
    live: Settings, loops: Loops, shop: int
) -> None:
    with connect(live, Role.OWNER) as owner:
        owner.execute("revoke insert on control.builds from shopmart_dbt")
    loops.start()
    land_orders(live, shop, 1)
    loops.until(lambda: "live failed, next try" in loops.said(), "the build did not fail")
    land_orders(live, shop, 2)
    loaded = "select count(*) from raw.orders"
    loops.until(lambda: rows(live, loaded) == [(2,)], "loading stopped")
    with connect(live, Role.OWNER) as owner:
        owner.execute("grant insert on control.builds to shopmart_dbt")
    loops.until(lambda: served(live, shop) == {1, 2}, "the loop did not recover")


def test_a_lost_connection_gives_the_lock_up_and_takes_it_again(
    live: Settings, loops: Loops, shop: int
) -> None:
    loops.start()
    loops.until(loops.at_work, "no loop is at work")
    with connect(live, Role.OWNER, autocommit=True) as owner:
        owner.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
    loops.until(lambda: "the database is away" in loops.said(), "the loss was not seen")
    land_orders(live, shop, 1)
    loops.until(lambda: served(live, shop) == {1}, "the loop did not go on")


def test_a_worn_out_loop_begins_anew_as_the_same_process(
    live: Settings, loops: Loops, shop: int
) -> None:
    loop = loops.start(WORN_AT_ONCE)
    for number in (1, 2):
        land_orders(live, shop, number)
        loops.until(lambda n=number: n in served(live, shop), "an order is missing")  # type: ignore[misc]
    loops.until(lambda: loops.said().count("the loop begins anew") >= 2, "it was not renewed")
    assert loop.poll() is None


def test_while_another_builds_the_loop_loads_and_waits(
    live: Settings, loops: Loops, shop: int
) -> None:
    with connect(live, Role.DBT, autocommit=True) as builder:
        builder.execute("select pg_advisory_lock(hashtextextended('build', 0))")
        loops.start()
        land_orders(live, shop, 1)
        loaded = "select count(*) from raw.orders"
        loops.until(lambda: rows(live, loaded) == [(1,)], "loading waited for a build")
        assert rows(live, "select count(*) from control.builds") == [(0,)]
    loops.until(lambda: served(live, shop) == {1}, "the build was not made up for")
    with connect(live, Role.CONTROL) as control:
        assert lock_is_held(control, LIVE_LOCK)
