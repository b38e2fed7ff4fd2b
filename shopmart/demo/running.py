"""The demo's loads, launched and followed through Dagster."""

from collections.abc import Mapping

from shopmart.context import MESSAGES, step
from shopmart.dagster_client import DagsterClient, RunEvent
from shopmart.errors import CommandError
from warehouse.settings import Settings

PATIENCE_SECONDS = 600.0
SYNC_CONFIG = {"ops": {"sync": {"config": {"trigger": "demo"}}}}


def first_load(settings: Settings) -> None:
    """The first sync and build, each as a Dagster run; raises CommandError when one fails."""
    _run(settings, "sync_job", "first sync of every shop, through Dagster", SYNC_CONFIG)
    _run(settings, "build_job", "building the marts, through Dagster", {})


def later_load(settings: Settings) -> None:
    """Queue a sync of what changed; the figures on the screen are served meanwhile."""
    with DagsterClient(str(settings.dagster_url)) as dagster:
        dagster.launch("sync_job", run_config=SYNC_CONFIG)
    MESSAGES.print("a sync of what changed is running in Dagster")


def _run(settings: Settings, job: str, text: str, config: Mapping[str, object]) -> None:
    def show(event: RunEvent) -> None:
        if event.step and event.kind in {"ExecutionStepStartEvent", "MaterializationEvent"}:
            MESSAGES.print(f"  {event.message}", style="dim")

    with DagsterClient(str(settings.dagster_url)) as dagster, step(text):
        run_id = dagster.launch(job, run_config=config)
        outcome = dagster.wait(run_id, on_event=show, timeout=PATIENCE_SECONDS)
        if not outcome.succeeded:
            raise CommandError(f"{job} failed: {outcome.error}; see {dagster.run_page(run_id)}")
