"""The schedules, with time moved: when each turn comes, what it launches, when it is skipped."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._utils.schedules import schedule_execution_time_iterator

from orchestration.names import BUILD_STEP, SYNC_STEP
from orchestration.runs import SCHEDULE_TAG
from orchestration.schedules import SCHEDULES

EVENING = datetime(2026, 3, 1, 23, 50, tzinfo=UTC)
BY_NAME = {schedule.name: schedule for schedule in SCHEDULES}


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as opened:
        yield opened


def tick(name: str, instance: dg.DagsterInstance, at: datetime) -> list[dg.RunRequest]:
    """What the daemon would launch at that moment."""
    context = dg.build_schedule_context(instance, scheduled_execution_time=at)
    return list(BY_NAME[name].evaluate_tick(context).run_requests or [])


@pytest.mark.parametrize(
    ("name", "turns"),
    [
        ("sync_every_six_hours", ["00:00", "06:00", "12:00", "18:00"]),
        ("abandonment_every_quarter_hour", ["00:00", "00:15", "00:30", "00:45"]),
        ("nightly", ["02:30"]),
        ("watch_every_hour", ["00:40", "01:40"]),
        ("sweep_every_week", ["04:15"]),
    ],
)
def test_each_fires_at_its_times_and_launches_one_run_each_time(
    instance: dg.DagsterInstance, name: str, turns: list[str]
) -> None:
    schedule = BY_NAME[name]
    times = schedule_execution_time_iterator(
        EVENING.timestamp(), str(schedule.cron_schedule), schedule.execution_timezone
    )
    found = [next(times) for _ in turns]
    assert [f"{each:%H:%M}" for each in found] == turns
    assert [each.utcoffset() for each in found] == [timedelta(0)] * len(turns)
    for each in found:
        assert len(tick(name, instance, each)) == 1


def test_a_scheduled_sync_says_who_asked_and_tries_failed_shops_again(
    instance: dg.DagsterInstance,
) -> None:
    (request,) = tick("sync_every_six_hours", instance, EVENING)
    config = request.run_config["ops"][SYNC_STEP]["config"]
    assert config == {"trigger": "schedule", "retries": 2}


def test_the_night_builds_everything_anew(instance: dg.DagsterInstance) -> None:
    (request,) = tick("nightly", instance, EVENING)
    assert request.run_config["ops"][BUILD_STEP]["config"] == {"full_refresh": True}


@pytest.mark.parametrize("name", BY_NAME)
def test_a_turn_is_skipped_while_the_earlier_one_is_under_way(
    instance: dg.DagsterInstance, name: str
) -> None:
    @dg.job
    def something() -> None: ...

    instance.create_run_for_job(
        something, status=dg.DagsterRunStatus.STARTED, tags={SCHEDULE_TAG: name}
    )
    assert tick(name, instance, EVENING) == []


@pytest.mark.parametrize("name", BY_NAME)
def test_a_run_asked_for_by_hand_skips_no_turn(instance: dg.DagsterInstance, name: str) -> None:
    @dg.job
    def something() -> None: ...

    instance.create_run_for_job(something, status=dg.DagsterRunStatus.STARTED)
    assert len(tick(name, instance, EVENING)) == 1


@pytest.mark.parametrize("name", BY_NAME)
def test_every_schedule_runs_without_being_switched_on(name: str) -> None:
    assert BY_NAME[name].default_status is dg.DefaultScheduleStatus.RUNNING
