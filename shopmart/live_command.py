"""``shopmart live``: the loop that turns landed webhooks into figures within seconds."""

import typer

from shopmart.context import command_settings


def live() -> None:
    """Run the live loop until Ctrl-C; beside another loop it stands by and takes over."""
    from pipelines.live.serving import serve
    from warehouse.logs import configure_logging

    settings = command_settings()
    configure_logging(settings, service="live")
    raise typer.Exit(serve(settings))
