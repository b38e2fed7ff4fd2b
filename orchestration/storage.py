"""Dagster's own records: the runs, reports and logs that nobody looks at any more are taken away.

The reports of the live loop belong to no run, so Dagster never deletes them; of each asset the
newest report stays.
"""

import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg

from orchestration.instance import dagster_home
from warehouse.connections import Role, connect
from warehouse.settings import Settings

RUN_DAYS = 30
REPORT_DAYS = 2
LOG_DAYS = 7
# Each deleted run is a handful of statements; a backlog is worked off over some nights.
MOST_RUNS = 1_000
FINISHED = [
    dg.DagsterRunStatus.SUCCESS,
    dg.DagsterRunStatus.FAILURE,
    dg.DagsterRunStatus.CANCELED,
]
PRUNE_REPORTS = """
delete from dagster.event_logs
where run_id = '' and dagster_event_type in ('ASSET_MATERIALIZATION', 'ASSET_OBSERVATION')
    and timestamp < (now() at time zone 'utc') - make_interval(days => %s)
    and id not in (
        select max(id) from dagster.event_logs
        where dagster_event_type in ('ASSET_MATERIALIZATION', 'ASSET_OBSERVATION')
        group by asset_key, dagster_event_type
    )
"""
# Each build leaves one for each test, and Dagster deletes none of them with its run.
PRUNE_CHECKS = """
delete from dagster.asset_check_executions
where create_timestamp < (now() at time zone 'utc') - make_interval(days => %s)
    and id not in (
        select max(id) from dagster.asset_check_executions group by asset_key, check_name
    )
"""


def prune_storage(settings: Settings, instance: dg.DagsterInstance) -> dict[str, int]:
    """Prune runs, reports and logs; the counts of each."""
    return {
        "old runs": prune_runs(instance),
        "old reports of the live loop": prune_reports(settings),
        "old checks": prune_checks(settings),
        "old run logs": prune_logs(dagster_home(settings) / "storage"),
    }


def prune_runs(instance: dg.DagsterInstance) -> int:
    """Delete finished runs and their events."""
    before = datetime.now(UTC) - timedelta(days=RUN_DAYS)
    old = instance.get_run_records(
        filters=dg.RunsFilter(statuses=FINISHED, created_before=before),
        limit=MOST_RUNS,
        ascending=True,
    )
    for record in old:
        instance.delete_run(record.dagster_run.run_id)
    return len(old)


def prune_reports(settings: Settings) -> int:
    """Delete reports of the live loop; none where Dagster keeps its records elsewhere."""
    return _prune(settings, "dagster.event_logs", PRUNE_REPORTS, REPORT_DAYS)


def prune_checks(settings: Settings) -> int:
    """Delete the results of checks; the newest of each stays."""
    return _prune(settings, "dagster.asset_check_executions", PRUNE_CHECKS, RUN_DAYS)


def prune_logs(folder: Path) -> int:
    """Delete the folders of runs whose output is old."""
    if not folder.is_dir():
        return 0
    oldest = time.time() - LOG_DAYS * 86_400
    old = [each for each in folder.iterdir() if each.is_dir() and each.stat().st_mtime < oldest]
    for each in old:
        shutil.rmtree(each, ignore_errors=True)
    return len(old)


def _prune(settings: Settings, table: str, query: str, days: int) -> int:
    with connect(settings, Role.DAGSTER) as connection:
        known = connection.execute("select to_regclass(%s)", [table]).fetchone()
        if not known or known[0] is None:
            return 0
        return connection.execute(query.encode(), [days]).rowcount
