"""What every command shares: the console, its settings with a running database, and progress."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from warehouse.settings import Settings

# A table that is piped must not be cut to the width of a terminal that is not there.
PIPED_WIDTH = 200
# Names and messages are other people's: a shop called "[/x]" is no markup, ":x:" no picture.
OUTPUT = Console(
    highlight=False, markup=False, emoji=False, width=None if sys.stdout.isatty() else PIPED_WIDTH
)
MESSAGES = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)


def reported_errors() -> tuple[type[BaseException], ...]:
    """The errors whose text is meant for the user; anything else is a defect of ours."""
    from shopmart.errors import CommandError
    from warehouse.errors import WarehouseError

    known: list[type[BaseException]] = [CommandError, WarehouseError]
    if "pipelines.errors" in sys.modules:
        from pipelines.errors import PipelineError

        known.append(PipelineError)
    if "psycopg" in sys.modules:
        import psycopg

        known.append(psycopg.Error)
    return tuple(known)


def cure_of(error: BaseException) -> str | None:
    """What a user can do about a reported error, where its text does not say so already."""
    if hint := getattr(error, "hint", None):
        return str(hint)
    # Postgres itself spoke: most often the schema is not there yet, or is an older one.
    if type(error).__module__.startswith("psycopg"):
        return "run `shopmart migrate`; if that changes nothing, look into the log of Postgres"
    return None


def command_settings() -> "Settings":
    """The settings of a command, its database running.

    Where no secret key is configured but a demo lives in the home folder, they are the demo's.
    """
    from shopmart.demo.environment import commands_settings
    from warehouse.database import with_database

    return with_database(
        commands_settings(), on_step=lambda step: MESSAGES.print(step, style="dim")
    )


@contextmanager
def step(text: str) -> Iterator[None]:
    """Show a step that runs, then how long it took."""
    import time

    began = time.monotonic()
    if MESSAGES.is_terminal:
        with MESSAGES.status(text):
            yield
    else:
        MESSAGES.print(f"· {text}")
        yield
    took = f" {time.monotonic() - began:.1f} s"
    MESSAGES.print(Text.assemble(("✓ ", "green"), text, (took, "dim")))
