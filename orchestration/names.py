"""The names that an operator, the API and the tests know this location by."""

from enum import StrEnum

LOCATION = "shopmart"
SYNC_JOB = "sync_job"
BUILD_JOB = "build_job"
NIGHTLY_JOB = "nightly_job"
ABANDONMENT_JOB = "abandonment_job"
SWEEP_JOB = "sweep_job"
WATCH_JOB = "watch_job"
# Both build the marts: neither is launched beside the other.
BUILDING_JOBS = (BUILD_JOB, NIGHTLY_JOB)
# The steps whose configuration a run may set: ops.<step>.config.<field>.
SYNC_STEP = "sync"
WEBHOOK_STEP = "load_webhooks"
BUILD_STEP = "build"
UPKEEP_STEP = "upkeep"
ABANDONMENT_STEP = "abandonment"
SWEEP_STEP = "sweep"
WATCH_STEP = "watch"
OPERATIONS_GROUP = "operations"
# Who is asked about an asset, as Dagster shows it.
OWNERS = ["team:shopmart"]

WORK_TAG = "shopmart/work"
# On a run whose process ended before it did: that says nothing against launching the next.
LOST_TAG = "shopmart/lost"


class Work(StrEnum):
    """What a run does; the run queue limits builds by it."""

    SYNC = "sync"
    BUILD = "build"
    WATCH = "watch"
    SWEEP = "sweep"
