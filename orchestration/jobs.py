"""The jobs an operator, the API, schedules and sensors launch.

Each runs in one process: no job here has steps that could run side by side, and every further
process costs seconds before its first line.
"""

import dagster as dg

from orchestration.lineage import (
    ADMIN_API,
    LANDED,
    RAW_DESCRIPTIONS,
    WEBHOOK_DESCRIPTIONS,
    raw_key,
)
from orchestration.models import GROUPS
from orchestration.names import (
    ABANDONMENT_JOB,
    BUILD_JOB,
    NIGHTLY_JOB,
    SWEEP_JOB,
    SYNC_JOB,
    WATCH_JOB,
    WORK_TAG,
    Work,
)
from orchestration.operations import ABANDONMENT, UPKEEP
from orchestration.sweeping import SWEEP
from orchestration.watching import WATCH

ADMIN_ASSETS = dg.AssetSelection.assets(ADMIN_API, *map(raw_key, RAW_DESCRIPTIONS))
LANDED_ASSETS = dg.AssetSelection.assets(LANDED, *map(raw_key, WEBHOOK_DESCRIPTIONS))
BUILD_ASSETS = LANDED_ASSETS | dg.AssetSelection.groups(*GROUPS.values())

sync_job = dg.define_asset_job(
    SYNC_JOB,
    selection=ADMIN_ASSETS,
    description=(
        "Read the shops of all tenants, or of those in tenant_ids, from Shopify's Admin API into "
        "raw. Red when a tenant failed: the message names it and the cure; the others are loaded."
    ),
    executor_def=dg.in_process_executor,
    tags={WORK_TAG: Work.SYNC.value},
)

build_job = dg.define_asset_job(
    BUILD_JOB,
    selection=BUILD_ASSETS,
    description=(
        "Load the landed webhooks, read marked orders again, then build and test every mart from "
        "what changed. full_refresh builds all of it anew."
    ),
    executor_def=dg.in_process_executor,
    tags={WORK_TAG: Work.BUILD.value},
)

nightly_job = dg.define_asset_job(
    NIGHTLY_JOB,
    selection=BUILD_ASSETS | dg.AssetSelection.assets(UPKEEP),
    description=(
        "The night's work: every mart built anew from raw with all tests, and the upkeep of what "
        "grows by itself. Figures are the same before and after it."
    ),
    executor_def=dg.in_process_executor,
    tags={WORK_TAG: Work.BUILD.value},
)

abandonment_job = dg.define_asset_job(
    ABANDONMENT_JOB,
    selection=dg.AssetSelection.assets(ABANDONMENT),
    description="Count the checkouts that turned abandoned since the last count, for each shop.",
    executor_def=dg.in_process_executor,
    tags={WORK_TAG: Work.WATCH.value},
)

sweep_job = dg.define_asset_job(
    SWEEP_JOB,
    selection=dg.AssetSelection.assets(SWEEP),
    description=(
        "Compare each shop's orders, customers and products with ours, and bury what is gone "
        "without a webhook. Red when a shop failed, or when more than a tenth of it would go."
    ),
    executor_def=dg.in_process_executor,
    tags={WORK_TAG: Work.SWEEP.value},
)

watch_job = dg.define_asset_job(
    WATCH_JOB,
    selection=dg.AssetSelection.assets(WATCH),
    description=(
        "Look after each shop's webhooks and subscriptions, and at data that is late, few or of "
        "another form. What it finds are warnings, each with its cure."
    ),
    executor_def=dg.in_process_executor,
    tags={WORK_TAG: Work.WATCH.value},
)
