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
    from warehouse.embedded import EmbeddedPostgres
    from warehouse.settings import load_settings

    settings = load_settings(secret_key="not needed to stop")  # noqa: S106 - nothing is opened
    for home in (settings.home_path, settings.home_path / DEMO_FOLDER):
        EmbeddedPostgres(home).stop()
    OUTPUT.print("the embedded Postgres is stopped")
