"""The models as assets: dbt's manifest told to Dagster, and one build around dbt's own command.

Groups follow the folders of the dbt project, keys are ``schema/model``, tests are asset checks.
"""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import (
    DagsterDbtCliRuntimeError,
    DagsterDbtTranslator,
    DbtCliInvocation,
    DbtCliResource,
    DbtProject,
    dbt_assets,
)
from packaging.version import Version
from pydantic import Field

from orchestration.failures import told_plainly
from orchestration.names import BUILD_STEP, OWNERS
from warehouse.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
BOOKKEEPING = "control"
GROUPS = {"staging": "staging", "intermediate": "ledger", "marts": "marts"}


class BuildConfig(dg.Config):
    """What a build run may be told."""

    full_refresh: bool = Field(
        default=False,
        description="Build every table anew instead of what changed: slow, and the same rows.",
    )


class ModelTranslator(DagsterDbtTranslator):
    """Keys, groups and descriptions of dbt's nodes."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """``schema/name`` for models and sources alike, so that sources meet the raw assets."""
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The group of the folder below ``models/`` that the file lies in."""
        folders = dbt_resource_props.get("fqn", [])[1:-1]
        return next((GROUPS[folder] for folder in folders if folder in GROUPS), "marts")

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """dbt's own words, without the SQL that Dagster would add."""
        return str(dbt_resource_props.get("description") or "")

    def get_asset_spec(
        self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetSpec:
        """The default spec without the bookkeeping: what is due is no data that flows."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        shown = [dep for dep in spec.deps if dep.asset_key.path[0] != BOOKKEEPING]
        return spec.replace_attributes(deps=shown, owners=OWNERS)

    def get_asset_check_spec(
        self,
        asset_spec: dg.AssetSpec,
        manifest: Mapping[str, Any],
        unique_id: str,
        project: DbtProject | None,
    ) -> dg.AssetCheckSpec | None:
        """The default check, with the description that stands beside the test."""
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        nodes = {**manifest["nodes"], **manifest.get("unit_tests", {})}
        description = nodes.get(unique_id, {}).get("description")
        return spec._replace(description=description) if spec and description else spec


class InstalledDbt(DbtCliResource):
    """The dbt of this environment."""

    # Asking the command for its version asks the package index too, and takes seconds offline.
    @cached_property
    def _cli_version(self) -> Version:
        return Version(version("dbt-core"))


def model_assets(manifest: Path) -> dg.AssetsDefinition:
    """Every model of the manifest as one step, built by one dbt command."""

    @dbt_assets(manifest=manifest, name=BUILD_STEP, dagster_dbt_translator=ModelTranslator())
    def build(
        context: dg.AssetExecutionContext,
        config: BuildConfig,
        settings: dg.ResourceParam[Settings],
    ) -> Iterator[Any]:
        from pipelines.build import building

        refuse_a_part(context)
        # The variables stay set until dbt has ended: dagster-dbt hands on what is set, no more.
        with (
            told_plainly(),
            building(settings, full_refresh=config.full_refresh) as started,
            environment({**started.env, "DBT_USE_COLORS": "false"}),
        ):
            dbt = installed_dbt(profiles=started.env["DBT_PROFILES_DIR"])
            yield from told_by_name(dbt.cli(started.dbt_args, context=context))

    return build


def told_by_name(invocation: DbtCliInvocation) -> Iterator[Any]:
    """dbt's events; a failure names the models and tests instead of the command and its log."""
    from pipelines.build import BuildFailed

    try:
        yield from invocation.stream()
    except DagsterDbtCliRuntimeError:
        failed = failed_nodes(invocation.target_path / "run_results.json")
        if not failed:
            raise
        raise BuildFailed("; ".join(failed)) from None


def failed_nodes(results: Path) -> list[str]:
    """The nodes that failed in dbt's own words; none when dbt ended before it ran any."""
    if not results.exists():
        return []
    nodes = json.loads(results.read_text(encoding="utf-8"))["results"]
    return [
        f"{node['unique_id'].split('.')[2]}: {' '.join(str(node['message']).split())}"
        for node in nodes
        if node["status"] in ("error", "fail")
    ]


def installed_dbt(*, profiles: str) -> InstalledDbt:
    """dbt on this project, by the command beside the running Python."""
    command = Path(sys.executable).parent / "dbt"
    return InstalledDbt(project_dir=str(ROOT), profiles_dir=profiles, dbt_executable=str(command))


def refuse_a_part(context: dg.AssetExecutionContext) -> None:
    """A build consumes loads for all models, so building some would leave the others behind."""
    if context.is_subset:
        raise dg.Failure(
            description="The models are built together or not at all: launch build_job, "
            "or select all models and checks.",
            allow_retries=False,
        )


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set variables for the commands started inside; dagster-dbt reads nothing else."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
