"""After dbt: what was built is marked and cleared in one transaction, or the failure recorded."""

import logging
from typing import Any

import psycopg

from pipelines.build.groups import settled_by
from pipelines.build.prepare import Begun
from pipelines.build.statements import statement

LOG = logging.getLogger(__name__)
Connection = psycopg.Connection[tuple[Any, ...]]
LONGEST_ERROR = 2_000
# Ids in one line of the log; a first build can begin with thousands of loads.
MOST_LOADS_TOLD = 50
CONSUMED = (
    *("mark_loads", "mark_batches", "bump_versions"),
    *("clear_orders", "clear_buyers", "clear_days", "clear_list_days"),
    *("clear_products", "clear_checkouts", "clear_cohorts"),
)


def mark(connection: Connection, begun: Begun, *, is_whole: bool = True) -> None:
    """Mark the loads that the build began with and clear what it owed.

    Keys are only ever added by a build under its lock, so all that stand are this build's. A build
    of a part of the models consumes nothing: it proves nothing about the rest.
    """
    parameters = {"build_group": begun.build_group, "settled": settled_by(begun.build_group)}
    with connection.transaction():
        for name in CONSUMED if is_whole else ("bump_versions",):
            connection.execute(statement(name), parameters)
        connection.execute(
            "update control.builds set status = 'succeeded', finished_at = now()"
            " where build_id = %s",
            [begun.build_id],
        )
    _tell(connection, begun)


def _tell(connection: Connection, begun: Begun) -> None:
    """Name the loads that are built, so that a delivery can be followed through the logs."""
    found = connection.execute(
        "select load_id from begun_loads order by load_id desc limit %s", [MOST_LOADS_TOLD]
    )
    load_ids = [row[0] for row in found]
    LOG.info(
        "build %d of group %s is done, loads: %s",
        *(begun.build_id, begun.build_group, ", ".join(load_ids) or "none"),
        extra={
            "build_id": begun.build_id,
            "build_group": begun.build_group,
            "load_ids": load_ids,
        },
    )


def record_failure(connection: Connection, begun: Begun, error: str) -> None:
    """Close the build as failed; its dirty keys stay."""
    connection.execute(
        "update control.builds set status = 'failed', finished_at = now(), error = %s"
        " where build_id = %s",
        [error[:LONGEST_ERROR], begun.build_id],
    )
