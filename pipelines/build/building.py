"""The frame around dbt: lock, prepare, hand out what to run, then mark or record the failure."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import psycopg

from pipelines.build.mark import mark, record_failure
from pipelines.build.prepare import Begun, prepare
from pipelines.build.project import dbt_environment, ensure_manifest
from warehouse.connections import Role, advisory_lock, connect, open_connection
from warehouse.errors import DatabaseUnavailable
from warehouse.settings import Settings

# One lock for all groups: two builds at once would clear each other's dirty keys.
LOCK = "build"


@dataclass(frozen=True)
class Build:
    """A build that has begun: what to hand to dbt, and how much it recomputes."""

    build_id: int
    dbt_args: list[str]
    env: dict[str, str]
    full_refresh: bool
    loads: int
    dirty_orders: int
    dirty_buyers: int


@contextmanager
def building(
    settings: Settings, *, group: str = "all", full_refresh: bool = False, is_whole: bool = True
) -> Iterator[Build]:
    """Frame a run of dbt; how the block is left decides whether the build is marked or failed."""
    marts = incremental_models(settings)
    with (
        connect(settings, Role.DBT, autocommit=True) as connection,
        advisory_lock(connection, LOCK),
    ):
        begun = prepare(connection, settings, group=group, full_refresh=full_refresh, marts=marts)
        try:
            yield _build(settings, begun)
            mark(connection, begun, is_whole=is_whole)
        except BaseException as error:
            _record(settings, begun, f"{type(error).__name__}: {error}")
            raise


def incremental_models(settings: Settings) -> list[str]:
    """The tables that models keep from build to build, as schema.name."""
    # From the file: a process that leaves dbt to a command of its own need not import it.
    nodes = json.loads(ensure_manifest(settings).read_text(encoding="utf-8"))["nodes"]
    return [
        f"{node['schema']}.{node['name']}"
        for node in nodes.values()
        if node["config"]["materialized"] == "incremental"
    ]


def dbt_arguments(
    *, command: str, group: str, full_refresh: bool, select: str | None = None
) -> list[str]:
    """The arguments for dbt; unit tests of models are the suite's, not a build's."""
    arguments = [command]
    if command == "build":
        arguments += ["--exclude-resource-type", "unit_test"]
    if group != "all":
        arguments += ["--select", f"tag:{group}", "--vars", f"{{build_group: {group}}}"]
    elif select is not None:
        arguments += ["--select", select]
    if full_refresh:
        arguments.append("--full-refresh")
    return arguments


def _build(settings: Settings, begun: Begun) -> Build:
    return Build(
        build_id=begun.build_id,
        dbt_args=dbt_arguments(
            command="build", group=begun.build_group, full_refresh=begun.full_refresh
        ),
        env=dbt_environment(settings),
        full_refresh=begun.full_refresh,
        loads=begun.loads,
        dirty_orders=begun.orders,
        dirty_buyers=begun.buyers,
    )


def _record(settings: Settings, begun: Begun, error: str) -> None:
    # On its own connection: the build's may be what broke.
    with suppress(psycopg.Error, DatabaseUnavailable):
        connection: psycopg.Connection[tuple[Any, ...]]
        with open_connection(settings, Role.DBT, autocommit=True) as connection:
            record_failure(connection, begun, error)
