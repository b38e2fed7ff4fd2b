"""When the sensor launches a build, and when it leaves it to the live loop or another build."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest

from orchestration.__main__ import end_lost_runs
from orchestration.names import BUILD_JOB, NIGHTLY_JOB, SYNC_JOB
from orchestration.runs import UNDER_WAY
from orchestration.sensors import PAUSE_AFTER_FAILURE, catch_up, hindrance, is_late
from pipelines.pending import Pending
from tests.orchestration.conftest import make_tenant
from warehouse.connections import Role, advisory_lock, connect
from warehouse.settings import Settings


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as opened:
        yield opened


def record_run(instance: dg.DagsterInstance, status: dg.DagsterRunStatus, job: str) -> None:
    @dg.job(name=job)
    def nothing() -> None: ...

    instance.create_run_for_job(nothing, status=status)


def tick(
    instance: dg.DagsterInstance, settings: Settings, *held: str
) -> dg.RunRequest | dg.SkipReason:
    """One look of the sensor while somebody holds these locks."""
    with ExitStack() as stack:
        for name in held:
            other = stack.enter_context(connect(settings, Role.LOADER, autocommit=True))
            stack.enter_context(advisory_lock(other, name))
        context = dg.build_sensor_context(instance, resources={"settings": settings})
        (result,) = list(catch_up(context))  # type: ignore[call-overload]
    assert isinstance(result, dg.RunRequest | dg.SkipReason)
    return result


def load_of_dlt(settings: Settings, *, age: float = 60) -> None:
    with connect(settings, Role.LOADER) as loader:
        loader.execute(
            "create table raw._dlt_loads (load_id varchar, status bigint, inserted_at timestamptz)"
        )
        loader.execute(
            "insert into raw._dlt_loads values ('1.5', 0, now() - make_interval(secs => %s))", [age]
        )


def land(settings: Settings, *, age: float) -> None:
    tenant = make_tenant(settings, "one.myshopify.com", token="a token")
    with connect(settings, Role.OWNER) as owner:
        owner.execute(
            "insert into landing.webhook_events"
            " (tenant_id, webhook_id, topic, shop_domain, headers, body, received_at)"
            " values (%s, 'w', 'orders/create', 'x', '{}', '{}',"
            " now() - make_interval(secs => %s))",
            [tenant, age],
        )


def later() -> datetime:
    return datetime.now(UTC) + PAUSE_AFTER_FAILURE + timedelta(seconds=5)


@pytest.mark.parametrize("job", [BUILD_JOB, NIGHTLY_JOB])
@pytest.mark.parametrize("status", UNDER_WAY[1:])
def test_no_build_is_launched_beside_another(
    instance: dg.DagsterInstance, status: dg.DagsterRunStatus, job: str
) -> None:
    record_run(instance, status, job)
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


@pytest.mark.parametrize(("age", "fires"), [(10, True), (1, False)])
def test_without_a_loop_what_waits_for_seconds_is_built(
    instance: dg.DagsterInstance, settings: Settings, age: float, fires: bool
) -> None:
    land(settings, age=age)
    assert isinstance(tick(instance, settings), dg.RunRequest) is fires


@pytest.mark.parametrize(("age", "fires"), [(30, True), (10, False)])
def test_a_loop_at_work_has_twenty_seconds_for_webhooks(
    instance: dg.DagsterInstance, settings: Settings, age: float, fires: bool
) -> None:
    land(settings, age=age)
    result = tick(instance, settings, "live")
    assert isinstance(result, dg.RunRequest) is fires
    if isinstance(result, dg.SkipReason):
        assert "the live loop has time left" in str(result.skip_message)


@pytest.mark.parametrize(("age", "fires"), [(60, True), (30, False)])
def test_a_loop_at_work_has_forty_seconds_for_loads(
    instance: dg.DagsterInstance, settings: Settings, age: float, fires: bool
) -> None:
    load_of_dlt(settings, age=age)
    assert isinstance(tick(instance, settings, "live"), dg.RunRequest) is fires


def test_a_build_outside_dagster_is_left_alone(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    load_of_dlt(settings)
    result = tick(instance, settings, "live", "build")
    assert isinstance(result, dg.SkipReason)
    assert "outside Dagster" in str(result.skip_message)


def test_the_loads_of_a_running_sync_wait_for_its_end(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    load_of_dlt(settings)
    record_run(instance, dg.DagsterRunStatus.STARTED, SYNC_JOB)
    assert isinstance(tick(instance, settings), dg.SkipReason)


def test_an_unfinished_batch_is_as_late_as_an_unclaimed_event() -> None:
    batch = Pending(events=0, batches=1, loads=0, events_seconds=30)
    assert is_late(batch, is_alone=False)
    assert not is_late(Pending(0, 0, 0, events_seconds=30, loads_seconds=90), is_alone=True)


def test_changed_settings_are_built_by_a_loop_at_work_and_else_at_once() -> None:
    moved = Pending(0, 0, 0, shops=1)
    assert is_late(moved, is_alone=True)
    assert not is_late(moved, is_alone=False)


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
    assert catch_up.default_status is dg.DefaultSensorStatus.RUNNING
    assert catch_up.description
