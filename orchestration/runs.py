"""Questions to Dagster's list of runs."""

import dagster as dg

SCHEDULE_TAG = "dagster/schedule_name"
UNDER_WAY = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def under_way(
    instance: dg.DagsterInstance, *, job: str | None = None, schedule: str | None = None
) -> dg.DagsterRun | None:
    """A run of this job, or launched by this schedule, that is queued or running."""
    tags = {SCHEDULE_TAG: schedule} if schedule else None
    filters = dg.RunsFilter(job_name=job, statuses=UNDER_WAY, tags=tags)
    found = instance.get_runs(filters=filters, limit=1)
    return found[0] if found else None
