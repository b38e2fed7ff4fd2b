"""A whole build in this process: prepare, dbt by its own runner, mark."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from pipelines.build.building import Build, building, dbt_arguments
from pipelines.build.errors import BuildFailed
from pipelines.build.groups import WHOLE
from pipelines.build.project import in_environment, incremental_models, manifest
from warehouse.settings import Settings

if TYPE_CHECKING:
    from dbt.artifacts.schemas.results import NodeResult
    from dbt_common.events.base_types import EventMsg


@dataclass(frozen=True)
class BuildResult:
    """What a build did; times in seconds."""

    build_id: int
    group: str
    full_refresh: bool
    loads: int
    dirty_orders: int
    dirty_buyers: int
    nodes: dict[str, str]
    warnings: list[str]
    duration: float


def run_build(
    settings: Settings,
    *,
    group: str = WHOLE,
    full_refresh: bool = False,
    select: str | None = None,
    tests: bool = True,
    views: bool = True,
    on_event: "Callable[[EventMsg], None] | None" = None,
) -> BuildResult:
    """Bring the marts up to the loads that are complete; raises BuildFailed.

    With `select` no load is marked as built: the next build computes the same orders again. Without
    `views` those of an earlier build are taken as they stand.
    """
    started = monotonic()
    with building(
        settings, group=group, full_refresh=full_refresh, is_whole=select is None
    ) as build:
        arguments = dbt_arguments(
            command="build" if tests else "run",
            group=build.group,
            full_refresh=build.full_refresh,
            select=select,
            views=views,
        )
        results = _run_dbt(settings, build, arguments, on_event)
    return BuildResult(
        build_id=build.build_id,
        group=build.group,
        full_refresh=build.full_refresh,
        loads=build.loads,
        dirty_orders=build.dirty_orders,
        dirty_buyers=build.dirty_buyers,
        nodes={result.node.unique_id: str(result.status) for result in results},
        warnings=[_line(result) for result in results if str(result.status) == "warn"],
        duration=monotonic() - started,
    )


def warm_up(settings: Settings) -> None:
    """Import dbt and parse the models, so that the first build of a long-lived process is fast."""
    incremental_models(settings)
    manifest(settings)


def _run_dbt(
    settings: Settings,
    build: Build,
    arguments: list[str],
    on_event: "Callable[[EventMsg], None] | None",
) -> "list[NodeResult]":
    from dbt.cli.main import dbtRunner

    runner = dbtRunner(manifest=manifest(settings), callbacks=[on_event] if on_event else [])
    with in_environment(build.env):
        # The runner returns the results; to write them and the manifest costs a live pass dear.
        outcome = runner.invoke(["--quiet", "--no-write-json", "--cache-selected-only", *arguments])
    results = list(getattr(outcome.result, "results", None) or [])
    if not outcome.success:
        failed = [_line(result) for result in results if str(result.status) in ("error", "fail")]
        raise BuildFailed("; ".join(failed) or f"dbt stopped: {outcome.exception}")
    return results


def _line(result: "NodeResult") -> str:
    message = " ".join(str(result.message or "").split())
    return f"{result.node.name}: {message}"
