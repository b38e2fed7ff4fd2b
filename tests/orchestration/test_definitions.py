"""The location as a server loads it: nothing is missing, everything can be read by an operator."""

import importlib
import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
import yaml

from orchestration.assembly import build_definitions
from orchestration.jobs import (
    abandonment_job,
    build_job,
    nightly_job,
    sweep_job,
    sync_job,
    watch_job,
)
from orchestration.lineage import (
    ADMIN_API,
    LANDED,
    RAW_DESCRIPTIONS,
    WEBHOOK_DESCRIPTIONS,
    raw_key,
)
from orchestration.names import (
    ABANDONMENT_JOB,
    BUILD_JOB,
    BUILD_STEP,
    LOCATION,
    NIGHTLY_JOB,
    OWNERS,
    SWEEP_JOB,
    SYNC_JOB,
    SYNC_STEP,
    WATCH_JOB,
    WEBHOOK_STEP,
)
from orchestration.schedules import NIGHTLY_CONFIG, SWEEP_CONFIG, SYNC_CONFIG
from orchestration.watching import CHECKS
from pipelines.build import ensure_manifest
from pipelines.resources import RESOURCES
from tests.conftest import DATABASE, settings_for
from warehouse.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
EXTERNAL = {"shopify/admin_api", "shopify/webhooks"}
OPERATIONS = {
    "operations/abandonment",
    "operations/sweep",
    "operations/upkeep",
    "operations/watch",
}
GROUPS = {"shopify", "landing", "raw", "staging", "ledger", "marts", "operations"}
MARTS = {
    "marts/ledger",
    "marts/orders",
    "marts/order_lines",
    "marts/customers",
    "marts/daily_sales",
}


@pytest.fixture(scope="module")
def somewhere(home: Path, cluster_url: str) -> Settings:
    return settings_for(home, f"{cluster_url}/{DATABASE}")


@pytest.fixture(scope="module")
def repository(somewhere: Settings) -> dg.RepositoryDefinition:
    return build_definitions(somewhere).get_repository_def()


@pytest.fixture(scope="module")
def models(somewhere: Settings) -> set[str]:
    nodes = json.loads(ensure_manifest(somewhere).read_text())["nodes"].values()
    return {
        f"{node['schema']}/{node['name']}"
        for node in nodes
        if node["resource_type"] == "model" and node["config"]["materialized"] != "ephemeral"
    }


def keys(repository: dg.RepositoryDefinition) -> set[str]:
    return {key.to_user_string() for key in repository.asset_graph.get_all_asset_keys()}


def test_every_asset_is_there_and_no_other(
    repository: dg.RepositoryDefinition, models: set[str]
) -> None:
    raw = {f"raw/{resource.name}" for resource in RESOURCES}
    expected = {"landing/webhook_events", *raw, *models, *EXTERNAL, *OPERATIONS}
    assert keys(repository) == expected
    assert models >= MARTS


def test_every_asset_has_a_group_a_kind_and_words(repository: dg.RepositoryDefinition) -> None:
    nodes = [repository.asset_graph.get(key) for key in repository.asset_graph.get_all_asset_keys()]
    assert {node.group_name for node in nodes} == GROUPS
    assert not [node.key for node in nodes if not node.kinds]
    assert not [node.key for node in nodes if not node.description]
    assert not [node.key for node in nodes if list(node.owners) != OWNERS]


def test_jobs_schedules_and_sensor_are_there_with_words(
    repository: dg.RepositoryDefinition,
) -> None:
    jobs = {SYNC_JOB, BUILD_JOB, NIGHTLY_JOB, ABANDONMENT_JOB, SWEEP_JOB, WATCH_JOB}
    assert jobs <= set(repository.job_names)
    assert [sensor.name for sensor in repository.sensor_defs] == ["catch_up"]
    assert {schedule.name for schedule in repository.schedule_defs} == {
        "sync_every_six_hours",
        "abandonment_every_quarter_hour",
        "nightly",
        "sweep_every_week",
        "watch_every_hour",
    }
    described = [sync_job, build_job, nightly_job, abandonment_job, sweep_job, watch_job]
    described += [*repository.sensor_defs, *repository.schedule_defs]  # type: ignore[list-item]
    assert not [each.name for each in described if not each.description]


def test_the_tests_of_dbt_are_checks_of_the_marts(repository: dg.RepositoryDefinition) -> None:
    checked = {key.asset_key.to_user_string() for key in repository.asset_graph.asset_check_keys}
    # Views over a mart have its tests.
    tables = MARTS - {"marts/customers"} | {"marts/customer_lives"}
    assert checked >= tables | {"shopify/admin_api", "landing/webhook_events"}


def test_a_sync_reads_the_shops_and_a_build_does_all_the_rest(
    repository: dg.RepositoryDefinition, models: set[str]
) -> None:
    read = {key.to_user_string() for key in (ADMIN_API, *map(raw_key, RAW_DESCRIPTIONS))}
    told = {raw_key(name).to_user_string() for name in WEBHOOK_DESCRIPTIONS}
    rest = {LANDED.to_user_string(), *told, *models}
    assert executed(repository, SYNC_JOB) == read
    assert executed(repository, BUILD_JOB) == rest
    assert executed(repository, NIGHTLY_JOB) == rest | {"operations/upkeep"}
    assert executed(repository, ABANDONMENT_JOB) == {"operations/abandonment"}
    assert executed(repository, SWEEP_JOB) == {"operations/sweep"}
    assert executed(repository, WATCH_JOB) == {"operations/watch"}


def test_the_watch_makes_all_its_checks_each_told_in_words(
    repository: dg.RepositoryDefinition,
) -> None:
    graph = repository.asset_graph
    watch = {key for key in graph.asset_check_keys if key.asset_key.path[0] == "operations"}
    assert {key.name for key in watch} == set(CHECKS)
    assert not [key for key in watch if not graph.get(key).description]


def executed(repository: dg.RepositoryDefinition, job: str) -> set[str]:
    layer = repository.get_job(job).asset_layer
    return {key.to_user_string() for key in layer.selected_asset_keys}


def test_webhooks_are_loaded_before_the_models_are_built(
    repository: dg.RepositoryDefinition,
) -> None:
    graph = repository.get_job(BUILD_JOB).graph
    order = [node.name for node in graph.nodes_in_topological_order]
    assert order == [WEBHOOK_STEP, BUILD_STEP]


def test_the_bookkeeping_of_builds_is_no_asset(repository: dg.RepositoryDefinition) -> None:
    assert not [key for key in keys(repository) if key.startswith("control/")]


@pytest.mark.parametrize(
    ("job", "config"),
    [
        (SYNC_JOB, {"ops": {SYNC_STEP: {"config": {"tenant_ids": ["1"], "trigger": "api"}}}}),
        (SYNC_JOB, {}),
        (BUILD_JOB, {"ops": {BUILD_STEP: {"config": {"full_refresh": True}}}}),
        (BUILD_JOB, {}),
        (SYNC_JOB, SYNC_CONFIG),
        (NIGHTLY_JOB, NIGHTLY_CONFIG),
        (ABANDONMENT_JOB, {}),
        (SWEEP_JOB, SWEEP_CONFIG),
        (SWEEP_JOB, {}),
        (WATCH_JOB, {}),
    ],
)
def test_the_configurations_that_others_send_are_taken(
    repository: dg.RepositoryDefinition, job: str, config: dict[str, object]
) -> None:
    assert dg.validate_run_config(repository.get_job(job), config)


def test_jobs_run_in_one_process(repository: dg.RepositoryDefinition) -> None:
    jobs = (SYNC_JOB, BUILD_JOB, NIGHTLY_JOB, ABANDONMENT_JOB, SWEEP_JOB, WATCH_JOB)
    executors = {repository.get_job(job).executor_def.name for job in jobs}
    assert executors == {"in_process"}


@pytest.fixture
def _from_environment(somewhere: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in somewhere.environment().items():
        monkeypatch.setenv(name, value)
    yield
    sys.modules.pop("orchestration.definitions", None)


@pytest.mark.usefixtures("_from_environment")
def test_the_entry_point_reads_the_settings_by_itself() -> None:
    module = importlib.import_module("orchestration.definitions")
    assert isinstance(module.defs, dg.Definitions)


def test_the_root_workspace_names_this_location() -> None:
    (module,) = yaml.safe_load((ROOT / "workspace.yaml").read_text())["load_from"]
    location = module["python_module"]
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["dagster"]
    assert location["location_name"] == declared["code_location_name"] == LOCATION
    assert location["module_name"] == declared["module_name"] == "orchestration.definitions"
    assert location["attribute"] == "defs"


def test_a_selection_of_some_models_is_refused_before_anything_is_built(
    repository: dg.RepositoryDefinition,
) -> None:
    result = repository.get_job(BUILD_JOB).execute_in_process(
        asset_selection=[dg.AssetKey(["marts", "orders"])], raise_on_error=False
    )
    (failure,) = result.get_step_failure_events()
    assert failure.step_failure_data.user_failure_data
    assert "launch build_job" in str(failure.step_failure_data.user_failure_data.description)
