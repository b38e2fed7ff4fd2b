"""Dagster's own records, on a real Postgres: what nobody looks at goes, the newest stays."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from orchestration.instance import instance_environment, write_instance
from orchestration.storage import (
    LOG_DAYS,
    prune_checks,
    prune_logs,
    prune_reports,
    prune_runs,
    prune_storage,
)
from warehouse.connections import Role, connect
from warehouse.settings import Settings


@pytest.fixture
def instance(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    home = write_instance(settings)
    for name, value in instance_environment(settings).items():
        monkeypatch.setenv(name, value)
    with dg.DagsterInstance.from_config(str(home)) as opened:
        yield opened


def report(instance: dg.DagsterInstance, key: str, times: int) -> None:
    for _ in range(times):
        instance.report_runless_asset_event(dg.AssetMaterialization(key))


def age_events(settings: Settings) -> None:
    with connect(settings, Role.DAGSTER) as dagster:
        dagster.execute("update dagster.event_logs set timestamp = timestamp - interval '9 days'")


def test_old_reports_go_and_the_newest_of_each_asset_stays(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    report(instance, "orders", 5)
    report(instance, "customers", 1)
    assert prune_reports(settings) == 0
    age_events(settings)
    assert prune_reports(settings) == 4
    assert instance.get_latest_materialization_event(dg.AssetKey("orders")) is not None
    assert instance.get_latest_materialization_event(dg.AssetKey("customers")) is not None


def test_the_events_of_runs_are_no_reports(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    @dg.asset
    def thing() -> None: ...

    for _ in range(2):
        assert dg.materialize([thing], instance=instance).success
    age_events(settings)
    assert prune_reports(settings) == 0


def test_old_results_of_checks_go_and_the_newest_of_each_stays(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    @dg.asset(check_specs=[dg.AssetCheckSpec(name, asset="thing") for name in ("one", "two")])
    def thing() -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        yield dg.MaterializeResult()
        for name in ("one", "two"):
            yield dg.AssetCheckResult(check_name=name, passed=True)

    for _ in range(3):
        assert dg.materialize([thing], instance=instance).success
    assert prune_checks(settings) == 0
    with connect(settings, Role.DAGSTER) as dagster:
        dagster.execute(
            "update dagster.asset_check_executions set"
            " create_timestamp = create_timestamp - interval '31 days'"
        )
    assert prune_checks(settings) == 4
    keys = [dg.AssetCheckKey(dg.AssetKey("thing"), name) for name in ("one", "two")]
    assert len(instance.event_log_storage.get_latest_asset_check_execution_by_key(keys)) == 2


def test_old_runs_go_with_their_events_and_running_ones_stay(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    @dg.job
    def nothing() -> None: ...

    old = instance.create_run_for_job(nothing, status=dg.DagsterRunStatus.SUCCESS)
    stuck = instance.create_run_for_job(nothing, status=dg.DagsterRunStatus.STARTED)
    with connect(settings, Role.DAGSTER) as dagster:
        dagster.execute(
            "update dagster.runs set create_timestamp = create_timestamp - interval '90 days'"
        )
    young = instance.create_run_for_job(nothing, status=dg.DagsterRunStatus.SUCCESS)
    assert prune_runs(instance) == 1
    assert not instance.has_run(old.run_id)
    assert instance.has_run(stuck.run_id) and instance.has_run(young.run_id)


def test_the_output_of_old_runs_goes(tmp_path: Path) -> None:
    for name in ("old", "young"):
        (tmp_path / name).mkdir()
    past = time.time() - (LOG_DAYS + 1) * 86_400
    os.utime(tmp_path / "old", (past, past))
    assert prune_logs(tmp_path) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["young"]


def test_where_there_is_nothing_nothing_is_pruned(settings: Settings) -> None:
    with dg.DagsterInstance.ephemeral() as elsewhere:
        assert set(prune_storage(settings, elsewhere).values()) == {0}
