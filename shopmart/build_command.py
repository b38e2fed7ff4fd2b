"""``shopmart build``: landed webhooks to raw, then the marts, without Dagster."""

from typing import Annotated

import typer

from shopmart.context import OUTPUT, command_settings, step


def build(
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Compute every mart anew.")
    ] = False,
    tests: Annotated[bool, typer.Option(help="Run the data tests too.")] = True,
) -> None:
    """Load landed webhooks, read marked orders again, and bring the marts up to date."""
    from pipelines.build import run_build
    from pipelines.privacy.acting import act_on_requests
    from pipelines.refetch import refetch_all
    from pipelines.webhooks import load_webhooks

    settings = command_settings()
    with step("loading landed webhooks"):
        landed = load_webhooks(settings)
        deeds = act_on_requests(settings)
    with step("reading marked orders again"):
        again = refetch_all(settings)
    with step("building the marts"):
        run_build(settings, full_refresh=full_refresh, tests=tests)
    OUTPUT.print(f"{landed.events} webhooks loaded, {landed.quarantined} quarantined")
    if deeds:
        OUTPUT.print(f"{len(deeds)} requests for privacy; see: shopmart privacy list")
    for tenant_id, words in again.failures.items():
        OUTPUT.print(f"tenant {tenant_id}: marked orders keep derived figures: {words}")
    OUTPUT.print("the marts are up to date")
