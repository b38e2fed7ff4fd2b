"""The jobs an operator, the API and the sensors launch. Each runs in one process: no job here has
steps that could run side by side, and every further process costs seconds before its first line."""

import dagster as dg

from orchestration.lineage import ADMIN_API, LANDED, ORDER_EDITS, RAW_DESCRIPTIONS, raw_key
from orchestration.models import GROUPS
from orchestration.names import BUILD_JOB, SYNC_JOB, WORK_TAG, Work

ADMIN_ASSETS = dg.AssetSelection.assets(ADMIN_API, *map(raw_key, RAW_DESCRIPTIONS))
BUILD_ASSETS = dg.AssetSelection.assets(LANDED, ORDER_EDITS) | dg.AssetSelection.groups(
    *GROUPS.values()
)

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
