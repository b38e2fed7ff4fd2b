"""The sensor that catches up when the live loop is behind, or does not run."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import dagster as dg

from orchestration.jobs import build_job
from orchestration.names import BUILDING_JOBS, LOST_TAG, SYNC_JOB
from orchestration.runs import under_way
from pipelines.build.building import LOCK as BUILD_LOCK
from pipelines.pending import Pending, pending
from warehouse.connections import Role, connect
from warehouse.errors import WarehouseError
from warehouse.locks import LIVE_LOCK, lock_is_held
from warehouse.settings import Settings

# Dagster looks every five seconds; asking for just that would skip every second look.
TICK_SECONDS = 1
# A build that failed will mostly fail again: without a pause every tick would launch another.
PAUSE_AFTER_FAILURE = timedelta(minutes=2)
# A loop at work needs a second for webhooks and builds all models every half minute.
EVENTS_LATE_SECONDS, LOADS_LATE_SECONDS = 20.0, 40.0
# Without a loop nobody else will do it; one that is just being restarted takes a few seconds.
ALONE_LATE_SECONDS = 5.0


@dg.sensor(
    job=build_job,
    minimum_interval_seconds=TICK_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description=(
        "Launches build_job when the live loop is behind: landed webhooks wait for 20 seconds, or "
        "a load for 40; without a loop, for 5. Skips while a build is at work; pauses for two "
        "minutes after one that failed."
    ),
)
def catch_up(
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
        waiting, is_alone, is_building = _situation(settings)
    except WarehouseError as error:
        yield dg.SkipReason(str(error))
        return
    if under_way(context.instance, job=SYNC_JOB):
        waiting = replace(waiting, loads=0)
    if is_building:
        yield dg.SkipReason("A build is at work outside Dagster.")
    elif is_late(waiting, is_alone=is_alone):
        context.log.info(f"catching up: {waiting}; a live loop works: {not is_alone}")
        yield dg.RunRequest()
    elif waiting:
        yield dg.SkipReason(f"{waiting}; the live loop has time left for them.")
    else:
        yield dg.SkipReason("Everything that landed is built.")


def is_late(waiting: Pending, *, is_alone: bool) -> bool:
    """Whether something waits for longer than a loop at work, or one being restarted, needs."""
    events_late = ALONE_LATE_SECONDS if is_alone else EVENTS_LATE_SECONDS
    loads_late = ALONE_LATE_SECONDS if is_alone else LOADS_LATE_SECONDS
    has_events = bool(waiting.events or waiting.batches)
    return (
        (has_events and waiting.events_seconds >= events_late)
        or (bool(waiting.loads) and waiting.loads_seconds >= loads_late)
        # A loop at work notices changed settings at once, and has a build under way by now.
        or (bool(waiting.shops) and is_alone)
    )


def hindrance(instance: dg.DagsterInstance, *, now: datetime) -> str | None:
    """Why no build may be launched at this moment; None when one may."""
    for job in BUILDING_JOBS:
        if busy := under_way(instance, job=job):
            return f"A build is {busy.status.value.lower()} already: run {busy.run_id[:8]}."
    last = instance.get_run_records(filters=dg.RunsFilter(job_name=build_job.name), limit=1)
    if not last or not _failed_by_itself(last[0].dagster_run):
        return None
    again = last[0].update_timestamp.replace(tzinfo=UTC) + PAUSE_AFTER_FAILURE
    if now >= again:
        return None
    run_id = last[0].dagster_run.run_id[:8]
    return f"Build {run_id} failed; see its message. The next one starts at {again:%H:%M:%S} UTC."


def _situation(settings: Settings) -> tuple[Pending, bool, bool]:
    """What waits, whether no loop works, whether a build is at work."""
    with connect(settings, Role.CONTROL, autocommit=True) as connection:
        is_alone = not lock_is_held(connection, LIVE_LOCK)
        is_building = lock_is_held(connection, BUILD_LOCK)
    return pending(settings), is_alone, is_building


def _failed_by_itself(run: dg.DagsterRun) -> bool:
    return run.status is dg.DagsterRunStatus.FAILURE and LOST_TAG not in run.tags
