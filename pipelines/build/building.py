"""The frame around dbt: lock, prepare, hand out what to run, then mark or record the failure."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import psycopg

from pipelines.build.abandoned import end_abandoned
from pipelines.build.groups import WHOLE
from pipelines.build.mark import mark, record_failure
from pipelines.build.prepare import Begun, prepare
from pipelines.build.project import dbt_environment, incremental_models
from warehouse.connections import Role, advisory_lock, connect, open_connection
from warehouse.errors import DatabaseUnavailable
from warehouse.migrate import schema_explained
from warehouse.settings import Settings

# One lock for all groups: two builds at once would clear each other's dirty keys.
LOCK = "build"


@dataclass(frozen=True)
class Build:
    """A build that has begun: what to hand to dbt, and how much it recomputes."""

    build_id: int
    group: str
    dbt_args: list[str]
    env: dict[str, str]
    full_refresh: bool
    loads: int
    dirty_orders: int
    dirty_buyers: int


@contextmanager
def building(
    settings: Settings, *, group: str = WHOLE, full_refresh: bool = False, is_whole: bool = True
) -> Iterator[Build]:
    """Frame a run of dbt; how the block is left decides whether the build is marked or failed.

    A build that has to be a full refresh is one of all models, whatever group was asked for.
    """
    models = incremental_models(settings)
    with (
        connect(settings, Role.DBT, autocommit=True) as connection,
        advisory_lock(connection, LOCK),
    ):
        with schema_explained(settings):
            end_abandoned(connection)
            begun = prepare(
                connection, settings, group=group, full_refresh=full_refresh, models=models
            )
        try:
            yield _build(settings, begun)
            mark(connection, begun, is_whole=is_whole)
        except BaseException as error:
            _record(settings, begun, f"{type(error).__name__}: {error}")
            raise


def dbt_arguments(
    *,
    command: str,
    group: str,
    full_refresh: bool,
    select: str | None = None,
    views: bool = True,
) -> list[str]:
    """The arguments for dbt; unit tests of models are the suite's, not a build's.

    Without `views` those that stand are not looked at, unless everything is made anew.
    """
    arguments = [command]
    if command == "build":
        arguments += ["--exclude-resource-type", "unit_test"]
    if group != WHOLE:
        arguments += ["--select", f"tag:{group}", "--vars", f"{{build_group: {group}}}"]
    elif select is not None:
        arguments += ["--select", select]
    if full_refresh:
        arguments.append("--full-refresh")
    elif not views:
        arguments += ["--exclude", "config.materialized:view"]
    return arguments


def _build(settings: Settings, begun: Begun) -> Build:
    return Build(
        build_id=begun.build_id,
        group=begun.build_group,
        dbt_args=dbt_arguments(
            command="build", group=begun.build_group, full_refresh=begun.full_refresh
        ),
        env=dbt_environment(settings) | _named(begun.build_id),
        full_refresh=begun.full_refresh,
        loads=begun.loads,
        dirty_orders=begun.orders,
        dirty_buyers=begun.buyers,
    )


def _named(build_id: int) -> dict[str, str]:
    """Each connection of dbt says which build it is of: one that was given up may build no more."""
    given = os.environ.get("PGOPTIONS", "")
    return {"PGOPTIONS": f"{given} -c shopmart.build_id={build_id}".strip()}


def _record(settings: Settings, begun: Begun, error: str) -> None:
    # On its own connection: the build's may be what broke.
    with suppress(psycopg.Error, DatabaseUnavailable):
        connection: psycopg.Connection[tuple[Any, ...]]
        with open_connection(settings, Role.DBT, autocommit=True) as connection:
            record_failure(connection, begun, error)
