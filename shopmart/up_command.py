"""``shopmart up``: API, live loop and Dagster on the configured database, kept running."""

from typing import Annotated

import typer


def up(
    api: Annotated[bool, typer.Option("--api/--no-api", help="Run the API.")] = True,
    live: Annotated[bool, typer.Option("--live/--no-live", help="Run the live loop.")] = True,
    dagster: Annotated[
        bool, typer.Option("--dagster/--no-dagster", help="Run Dagster's servers.")
    ] = True,
) -> None:
    """Run the whole service in front until Ctrl-C; a server that ends is started again."""
    if not (api or live or dagster):
        raise typer.BadParameter("--no-api, --no-live and --no-dagster together leave nothing")
    from shopmart.serving import run_up

    run_up(api=api, live=live, dagster=dagster)
