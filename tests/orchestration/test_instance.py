"""The instance's files and storage, on a real Postgres."""

import stat
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import psycopg
import pytest
import yaml

from orchestration.__main__ import LOST, end_lost_runs
from orchestration.instance import (
    LONGEST_SOCKET,
    STORAGE_VARIABLE,
    code_socket,
    dagster_home,
    instance_environment,
    workspace_file,
    write_instance,
)
from orchestration.names import LOCATION, Work
from warehouse.connections import Role, dsn
from warehouse.settings import Settings


@pytest.fixture
def instance(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    home = write_instance(settings)
    for name, value in instance_environment(settings).items():
        monkeypatch.setenv(name, value)
    with dg.DagsterInstance.from_config(str(home)) as opened:
        yield opened


def schemas_with_tables(settings: Settings) -> dict[str, int]:
    with psycopg.connect(dsn(settings, Role.OWNER)) as owner:
        rows = owner.execute(
            "select schemaname, count(*) from pg_tables where tableowner = %s group by 1",
            [Role.DAGSTER.value],
        ).fetchall()
    return {str(schema): int(str(tables)) for schema, tables in rows}


def test_every_table_of_dagster_lands_in_its_own_schema(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    instance.get_runs(limit=1)
    instance.all_asset_keys()
    instance.all_instigator_state()
    tables = schemas_with_tables(settings)
    assert set(tables) == {"dagster"}
    assert tables["dagster"] > 15


def test_events_are_stored_and_read_back(instance: dg.DagsterInstance) -> None:
    instance.report_runless_asset_event(dg.AssetMaterialization("orders"))
    assert instance.get_latest_materialization_event(dg.AssetKey("orders")) is not None


def test_the_written_files_hold_no_secret(settings: Settings) -> None:
    home = write_instance(settings)
    text = "".join(path.read_text() for path in home.glob("*.yaml"))
    secrets = instance_environment(settings)[STORAGE_VARIABLE], settings.encryption_keys[0]
    assert not [secret for secret in secrets if secret in text]


def test_the_workspace_names_the_shared_code_server(settings: Settings) -> None:
    write_instance(settings)
    workspace = yaml.safe_load(workspace_file(settings).read_text())
    server = {"socket": str(code_socket(settings)), "location_name": LOCATION}
    assert workspace == {"load_from": [{"grpc_server": server}]}


def test_the_code_server_is_reached_by_its_owner_only(settings: Settings) -> None:
    write_instance(settings)
    socket = code_socket(settings)
    assert socket.parent == dagster_home(settings)
    assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700


def test_a_home_with_a_long_path_has_a_short_socket(settings: Settings, tmp_path: Path) -> None:
    far = settings.model_copy(update={"home": tmp_path / ("x" * 120)})
    write_instance(far)
    socket = code_socket(far)
    assert len(str(socket)) <= LONGEST_SOCKET
    assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700
    socket.parent.rmdir()


def test_the_home_lies_in_the_home_of_shopmart(settings: Settings) -> None:
    assert dagster_home(settings).parent == settings.home_path


def test_telemetry_is_off_and_ticks_are_purged(instance: dg.DagsterInstance) -> None:
    assert not instance.telemetry_enabled
    assert instance.get_settings("retention")["sensor"]["purge_after_days"]["skipped"] == 1
    assert instance.run_monitoring_enabled


def test_no_kind_of_work_can_starve_another(instance: dg.DagsterInstance) -> None:
    queue = instance.get_concurrency_config().run_queue_config
    assert queue is not None
    limits = {limit["value"]: limit["limit"] for limit in queue.tag_concurrency_limits}
    assert limits == {Work.BUILD: 1, Work.SYNC: 2, Work.WATCH: 1, Work.SWEEP: 1}
    assert queue.max_concurrent_runs == sum(limits.values())
    assert instance.run_retries_enabled


def test_a_run_without_a_process_is_recorded_as_failed(instance: dg.DagsterInstance) -> None:
    lost = instance.create_run_for_job(a_job(), status=dg.DagsterRunStatus.STARTED)
    done = instance.create_run_for_job(a_job(), status=dg.DagsterRunStatus.SUCCESS)
    assert end_lost_runs(instance) == [lost.run_id]
    assert status_of(instance, lost) is dg.DagsterRunStatus.FAILURE
    assert status_of(instance, done) is dg.DagsterRunStatus.SUCCESS
    assert LOST in str([entry.message for entry in instance.all_logs(lost.run_id)])


def status_of(instance: dg.DagsterInstance, run: dg.DagsterRun) -> dg.DagsterRunStatus | None:
    found = instance.get_run_by_id(run.run_id)
    return found.status if found else None


def a_job() -> dg.JobDefinition:
    @dg.job
    def nothing() -> None: ...

    return nothing
