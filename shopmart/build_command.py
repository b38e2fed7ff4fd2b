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
    from pipelines.refetch import refetch_marked
    from pipelines.webhooks import load_webhooks

    settings = command_settings()
    with step("loading landed webhooks"):
        landed = load_webhooks(settings)
    with step("reading marked orders again"):
        refetch_marked(settings)
    with step("building the marts"):
        run_build(settings, full_refresh=full_refresh, tests=tests)
    OUTPUT.print(f"{landed.events} webhooks loaded, {landed.quarantined} quarantined")
    OUTPUT.print("the marts are up to date")
