"""Everything of this location put together; what each part is stands in its own module."""

import dagster as dg

from orchestration.jobs import build_job, sync_job
from orchestration.lineage import delivery_spec
from orchestration.models import model_assets
from orchestration.sensors import landed_webhooks
from orchestration.sync import sync
from orchestration.webhooks import load_webhooks
from warehouse.settings import Settings


def build_definitions(settings: Settings) -> dg.Definitions:
    """The location's definitions; makes dbt's manifest first when a model file has changed."""
    from pipelines.build import ensure_manifest

    return dg.Definitions(
        assets=[delivery_spec(), sync, load_webhooks, model_assets(ensure_manifest(settings))],
        jobs=[sync_job, build_job],
        sensors=[landed_webhooks],
        resources={"settings": settings},
        executor=dg.in_process_executor,
    )
