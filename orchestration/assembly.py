"""Everything of this location put together; what each part is stands in its own module."""

import dagster as dg

from orchestration.jobs import (
    abandonment_job,
    build_job,
    nightly_job,
    sweep_job,
    sync_job,
    watch_job,
)
from orchestration.lineage import delivery_spec
from orchestration.models import model_assets
from orchestration.operations import abandonment, upkeep
from orchestration.schedules import SCHEDULES
from orchestration.sensors import catch_up
from orchestration.sweeping import sweep
from orchestration.sync import sync
from orchestration.watching import watch
from orchestration.webhooks import load_webhooks
from warehouse.settings import Settings


def build_definitions(settings: Settings) -> dg.Definitions:
    """The location's definitions; makes dbt's manifest first when a model file has changed."""
    from pipelines.build import ensure_manifest

    models = model_assets(ensure_manifest(settings))
    return dg.Definitions(
        assets=[
            delivery_spec(),
            sync,
            load_webhooks,
            models,
            abandonment,
            upkeep,
            sweep,
            watch,
        ],
        jobs=[sync_job, build_job, nightly_job, abandonment_job, sweep_job, watch_job],
        schedules=SCHEDULES,
        sensors=[catch_up],
        resources={"settings": settings},
        executor=dg.in_process_executor,
    )
