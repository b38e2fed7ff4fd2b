"""When the sensor launches a build, and when it leaves it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest

from orchestration.__main__ import end_lost_runs
from orchestration.names import BUILD_JOB, SYNC_JOB
from orchestration.sensors import PAUSE_AFTER_FAILURE, UNDER_WAY, hindrance, landed_webhooks
from warehouse.connections import Role, connect
from warehouse.settings import Settings


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as opened:
        yield opened


def record_run(instance: dg.DagsterInstance, status: dg.DagsterRunStatus, job: str) -> None:
    @dg.job(name=job)
    def nothing() -> None: ...

    instance.create_run_for_job(nothing, status=status)


def tick(instance: dg.DagsterInstance, settings: Settings) -> dg.SensorResult:
    context = dg.build_sensor_context(instance, resources={"settings": settings})
    (result,) = list(landed_webhooks(context))
    return result


def load_of_dlt(settings: Settings) -> None:
    with connect(settings, Role.LOADER) as loader:
        loader.execute("create table raw._dlt_loads (load_id varchar, status bigint)")
        loader.execute("insert into raw._dlt_loads values ('1.5', 0)")


def later() -> datetime:
    return datetime.now(UTC) + PAUSE_AFTER_FAILURE + timedelta(seconds=5)


@pytest.mark.parametrize("status", UNDER_WAY[1:])
def test_no_build_is_launched_beside_another(
    instance: dg.DagsterInstance, status: dg.DagsterRunStatus
) -> None:
    record_run(instance, status, BUILD_JOB)
    assert "already" in str(hindrance(instance, now=later()))


def test_a_queued_build_counts_as_under_way() -> None:
    assert UNDER_WAY[0] is dg.DagsterRunStatus.QUEUED


def test_a_sync_does_not_hinder_a_build(instance: dg.DagsterInstance) -> None:
    record_run(instance, dg.DagsterRunStatus.STARTED, SYNC_JOB)
    assert hindrance(instance, now=datetime.now(UTC)) is None


def test_a_build_that_succeeded_hinders_nothing(instance: dg.DagsterInstance) -> None:
    record_run(instance, dg.DagsterRunStatus.SUCCESS, BUILD_JOB)
    assert hindrance(instance, now=datetime.now(UTC)) is None


def test_a_failed_build_is_followed_by_a_pause(instance: dg.DagsterInstance) -> None:
    record_run(instance, dg.DagsterRunStatus.FAILURE, BUILD_JOB)
    assert "failed" in str(hindrance(instance, now=datetime.now(UTC)))
    assert hindrance(instance, now=later()) is None


def test_a_build_that_lost_its_process_is_followed_at_once(
    instance: dg.DagsterInstance,
) -> None:
    record_run(instance, dg.DagsterRunStatus.STARTED, BUILD_JOB)
    assert len(end_lost_runs(instance)) == 1
    assert hindrance(instance, now=datetime.now(UTC)) is None


def test_a_build_is_launched_for_a_load_that_waits(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    load_of_dlt(settings)
    assert isinstance(tick(instance, settings), dg.RunRequest)


def test_the_loads_of_a_running_sync_wait_for_its_end(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    load_of_dlt(settings)
    record_run(instance, dg.DagsterRunStatus.STARTED, SYNC_JOB)
    assert isinstance(tick(instance, settings), dg.SkipReason)


def test_nothing_is_launched_when_all_is_built(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    result = tick(instance, settings)
    assert isinstance(result, dg.SkipReason)
    assert "is built" in str(result.skip_message)


def test_a_database_that_is_away_is_named_and_fails_no_tick(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    away = settings.model_copy(update={"database_url": None})
    result = tick(instance, away)
    assert isinstance(result, dg.SkipReason)
    assert "SHOPMART_DATABASE_URL" in str(result.skip_message)


def test_the_sensor_runs_without_being_switched_on() -> None:
    assert landed_webhooks.default_status is dg.DefaultSensorStatus.RUNNING
    assert landed_webhooks.description
