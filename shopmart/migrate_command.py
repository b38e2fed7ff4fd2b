"""``shopmart migrate`` and ``shopmart stop``: the database itself."""

from shopmart.context import OUTPUT, command_settings


def migrate() -> None:
    """Bring the database to the present schema; safe to repeat."""
    from warehouse.migrate import migrate as apply

    applied = apply(command_settings(), on_applied=lambda name: OUTPUT.print(f"applied {name}"))
    OUTPUT.print(f"{len(applied)} migrations applied" if applied else "the schema is up to date")


def stop() -> None:
    """Stop the embedded Postgres, and the demo's, where commands left them running."""
    from shopmart.demo.environment import FOLDER as DEMO_FOLDER
    from shopmart.errors import AlreadyRunning
    from shopmart.supervision.processes import owner_of
    from warehouse.embedded import EmbeddedPostgres
    from warehouse.settings import load_settings

    settings = load_settings(secret_key="not needed to stop")  # noqa: S106 - nothing is opened
    homes = {"up": settings.home_path, "demo": settings.home_path / DEMO_FOLDER}
    for command, home in homes.items():
        if owner := owner_of(home / "run" / f"{command}.json"):
            raise AlreadyRunning(
                f"`shopmart {command}` needs the embedded Postgres and runs as process {owner.pid};"
                " stop it with Ctrl-C, which stops Postgres, too"
            )
        EmbeddedPostgres(home).stop()
    OUTPUT.print("the embedded Postgres is stopped")
