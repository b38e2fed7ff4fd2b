"""The live loop killed, beside another build, or for good: whoever is left does the work."""

import time
from collections.abc import Callable

import pytest

from tests.faults.harness import Case
from tests.faults.harness_marts import missing, read
from tests.faults.harness_points import Point
from tests.faults.harness_work import LONGEST_SECONDS, Worker
from tests.faults.test_killed_builds import within

AT_WORK = """
select count(*) from pg_locks as locks
inner join pg_database as databases on databases.oid = locks.database
where locks.locktype = 'advisory' and databases.datname = current_database()
    and (locks.classid::bigint << 32) | locks.objid::bigint = hashtextextended('live', 0)
"""
MARKED = "select count(*) from control.refetch_orders"
# The loop's own build of all models, for it must not be one of its live passes.
WHOLE = Point("pipelines.live.loop:run_build", where="'group': 'all'")


def until(holds: Callable[[], object], worker: Worker, what: str) -> None:
    deadline = time.monotonic() + LONGEST_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"{what}: {worker.error}"
        time.sleep(0.1)


def until_through(case: Case, worker: Worker) -> None:
    """Until everything that was told is in the marts, and no order waits to be read again."""

    def through() -> bool:
        return read(case.settings, MARKED) == [(0,)] and not missing(
            case.settings, case.acknowledged
        )

    until(through, worker, "the loop does not come to an end")


@pytest.mark.parametrize(
    "at",
    [
        pytest.param(Point("pipelines.webhooks:load_batch", "after"), id="load"),
        pytest.param(within("orders"), id="model", marks=pytest.mark.faults_ci),
    ],
)
def test_a_loop_that_stands_by_takes_over_from_one_that_is_killed(case: Case, at: Point) -> None:
    first = case.start("loop", at=at)
    until(lambda: read(case.settings, AT_WORK) == [(1,)], first, "no loop is at work")
    second = case.start("loop")
    assert first.ended() == -9, first.error
    until_through(case, second)
    second.kill()
    case.recover()
    case.assert_undisturbed()


@pytest.mark.parametrize("kind", ["build", "refresh"])
def test_a_loop_and_another_build_at_once_do_each_others_work_once(case: Case, kind: str) -> None:
    loop = case.start("loop")
    for _ in range(2):
        other = case.start(kind)
        assert other.ended() == 0, other.error
    until_through(case, loop)
    loop.kill()
    case.recover()
    case.assert_undisturbed()


def test_without_a_loop_the_next_scheduled_work_does_it(case: Case) -> None:
    case.killed("loop", at=within("daily_sales"))
    case.recover()
    case.assert_undisturbed()


def test_a_loop_killed_in_its_build_of_all_models_is_made_good(case: Case) -> None:
    case.killed("loop", at=WHOLE)
    again = case.start("loop")
    until_through(case, again)
    again.kill()
    case.recover()
    case.assert_undisturbed()
