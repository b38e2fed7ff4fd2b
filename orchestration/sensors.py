"""The sensor that keeps the marts up to date with what has landed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import dagster as dg

from orchestration.jobs import build_job
from orchestration.names import BUILD_JOB, LOST_TAG, SYNC_JOB
from orchestration.pending import pending
from warehouse.errors import WarehouseError
from warehouse.settings import Settings

# Dagster looks every five seconds; asking for just that would skip every second look.
TICK_SECONDS = 1
# A build that failed will mostly fail again: without a pause every tick would launch another.
PAUSE_AFTER_FAILURE = timedelta(minutes=2)
UNDER_WAY = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


@dg.sensor(
    job=build_job,
    minimum_interval_seconds=TICK_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description=(
        "Launches build_job when landed webhooks wait or a finished sync is not built yet. Skips "
        "while a build is queued or running; pauses for two minutes after one that failed."
    ),
)
def landed_webhooks(
    context: dg.SensorEvaluationContext, settings: dg.ResourceParam[Settings]
) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Ask Dagster first, the database second: a tick during a build costs next to nothing.

    The loads of a sync are built when it ends, not one by one; landed webhooks do not wait for it.
    """
    reason = hindrance(context.instance, now=datetime.now(UTC))
    if reason:
        yield dg.SkipReason(reason)
        return
    try:
        waiting = pending(settings)
    except WarehouseError as error:
        yield dg.SkipReason(str(error))
        return
    if under_way(context.instance, SYNC_JOB):
        waiting = replace(waiting, loads=0)
    if waiting:
        yield dg.RunRequest()
    else:
        yield dg.SkipReason("Everything that landed is built.")


def under_way(instance: dg.DagsterInstance, job_name: str) -> dg.DagsterRun | None:
    """A run of this job that is queued or running."""
    found = instance.get_runs(filters=dg.RunsFilter(job_name=job_name, statuses=UNDER_WAY), limit=1)
    return found[0] if found else None


def hindrance(instance: dg.DagsterInstance, *, now: datetime) -> str | None:
    """Why no build may be launched at this moment; None when one may."""
    if busy := under_way(instance, BUILD_JOB):
        return f"A build is {busy.status.value.lower()} already: run {busy.run_id[:8]}."
    last = instance.get_run_records(filters=dg.RunsFilter(job_name=BUILD_JOB), limit=1)
    if not last or not _failed_by_itself(last[0].dagster_run):
        return None
    again = last[0].update_timestamp.replace(tzinfo=UTC) + PAUSE_AFTER_FAILURE
    if now >= again:
        return None
    run_id = last[0].dagster_run.run_id[:8]
    return f"Build {run_id} failed; see its message. The next one starts at {again:%H:%M:%S} UTC."


def _failed_by_itself(run: dg.DagsterRun) -> bool:
    return run.status is dg.DagsterRunStatus.FAILURE and LOST_TAG not in run.tags
