"""What happens by the clock, in UTC; each skips its turn while its earlier run is under way."""

from collections.abc import Mapping

import dagster as dg

from orchestration.jobs import abandonment_job, nightly_job, sweep_job, sync_job, watch_job
from orchestration.names import BUILD_STEP, SWEEP_STEP, SYNC_STEP
from orchestration.runs import under_way

Tick = dg.RunRequest | dg.SkipReason
RUNNING = dg.DefaultScheduleStatus.RUNNING
# A shop that could not be reached is tried again in the same run, not six hours later.
RETRIES = 2
SYNC_CONFIG = {"ops": {SYNC_STEP: {"config": {"trigger": "schedule", "retries": RETRIES}}}}
SWEEP_CONFIG = {"ops": {SWEEP_STEP: {"config": {"trigger": "schedule"}}}}
NIGHTLY_CONFIG = {"ops": {BUILD_STEP: {"config": {"full_refresh": True}}}}


@dg.schedule(
    job=sync_job,
    cron_schedule="0 */6 * * *",
    execution_timezone="UTC",
    default_status=RUNNING,
    description="Every six hours: what changed in every tenant's shop, from the Admin API.",
)
def sync_every_six_hours(context: dg.ScheduleEvaluationContext) -> Tick:
    """Sync every tenant."""
    return _turn(context, "sync_every_six_hours", SYNC_CONFIG)


@dg.schedule(
    job=abandonment_job,
    cron_schedule="*/15 * * * *",
    execution_timezone="UTC",
    default_status=RUNNING,
    description="Every 15 minutes: how many checkouts turned abandoned, for each shop.",
)
def abandonment_every_quarter_hour(context: dg.ScheduleEvaluationContext) -> Tick:
    """Count abandoned checkouts."""
    return _turn(context, "abandonment_every_quarter_hour", {})


@dg.schedule(
    job=nightly_job,
    cron_schedule="30 2 * * *",
    execution_timezone="UTC",
    default_status=RUNNING,
    description="Each night: every mart built anew with all tests, then upkeep.",
)
def nightly(context: dg.ScheduleEvaluationContext) -> Tick:
    """Build everything anew and tidy up."""
    return _turn(context, "nightly", NIGHTLY_CONFIG)


@dg.schedule(
    job=sweep_job,
    cron_schedule="15 4 * * 0",
    execution_timezone="UTC",
    default_status=RUNNING,
    description="Each Sunday: what shops deleted without our hearing of it.",
)
def sweep_every_week(context: dg.ScheduleEvaluationContext) -> Tick:
    """Sweep every tenant."""
    return _turn(context, "sweep_every_week", SWEEP_CONFIG)


@dg.schedule(
    job=watch_job,
    cron_schedule="40 * * * *",
    execution_timezone="UTC",
    default_status=RUNNING,
    description="Every hour: webhooks that stay away, data that is late, few or of another form.",
)
def watch_every_hour(context: dg.ScheduleEvaluationContext) -> Tick:
    """Look after every tenant."""
    return _turn(context, "watch_every_hour", {})


SCHEDULES = [
    sync_every_six_hours,
    abandonment_every_quarter_hour,
    nightly,
    sweep_every_week,
    watch_every_hour,
]


def _turn(context: dg.ScheduleEvaluationContext, name: str, config: Mapping[str, object]) -> Tick:
    if busy := under_way(context.instance, schedule=name):
        return dg.SkipReason(f"The run of an earlier turn is under way: {busy.run_id[:8]}.")
    return dg.RunRequest(run_config=config)
