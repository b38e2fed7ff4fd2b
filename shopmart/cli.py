"""The command ``shopmart``: assembles the groups of commands and turns errors into clear words.

Each command imports what it needs when it runs, so that ``--help`` answers at once.
"""

import sys

import typer

from shopmart import (
    backup_commands,
    build_command,
    demo_command,
    doctor_command,
    events_command,
    live_command,
    migrate_command,
    privacy_commands,
    sandbox_command,
    status_command,
    sweep_command,
    sync_command,
    tenant_commands,
    up_command,
    url_command,
    webhooks_command,
)
from shopmart.context import OUTPUT, cure_of, reported_errors

app = typer.Typer(
    name="shopmart",
    help="A multi-tenant Shopify warehouse: load shops into Postgres and build figures to trust.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("demo")(demo_command.demo)
app.command("up")(up_command.up)
app.command("live")(live_command.live)
app.command("status")(status_command.status)
app.command("url")(url_command.url)
app.command("migrate")(migrate_command.migrate)
app.add_typer(tenant_commands.app, name="tenant")
app.command("doctor")(doctor_command.doctor)
app.add_typer(webhooks_command.app, name="webhooks")
app.add_typer(events_command.app, name="events")
app.add_typer(privacy_commands.app, name="privacy")
app.command("sync")(sync_command.sync)
app.command("sweep")(sweep_command.sweep)
app.command("build")(build_command.build)
app.add_typer(sandbox_command.app, name="sandbox")
app.command("backup")(backup_commands.backup)
app.command("restore")(backup_commands.restore)
app.command("stop")(migrate_command.stop)


def main() -> None:
    """Run a command; exit 0 done, 1 failed with the cause and cure on stderr, 2 wrong usage."""
    if odd := [argument for argument in sys.argv[1:] if not _is_text(argument)]:
        typer.secho(f"error: {odd[0][:100]!a} is no text in UTF-8; write it anew", err=True)
        sys.exit(2)
    try:
        app()
    except KeyboardInterrupt:
        OUTPUT.print("stopped")
        sys.exit(130)
    except reported_errors() as error:
        typer.secho(f"error: {error}", err=True, fg="red" if sys.stderr.isatty() else None)
        if cure := cure_of(error):
            typer.echo(f"cure: {cure}", err=True)
        sys.exit(getattr(error, "exit_code", 1))


def _is_text(argument: str) -> bool:
    """Whether the shell gave bytes that are text: nothing else can be asked of Postgres."""
    try:
        argument.encode()
    except UnicodeEncodeError:
        return False
    return True
