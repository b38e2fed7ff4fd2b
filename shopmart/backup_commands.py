"""``shopmart backup`` and ``shopmart restore``: the whole database as a folder, and back."""

from pathlib import Path
from typing import Annotated

import typer

from shopmart.context import OUTPUT, command_settings, step

KEY = "keep SHOPMART_SECRET_KEY apart from it: without the key no credential in it opens"


def backup(
    folder: Annotated[Path, typer.Argument(help="A folder that the backup is made in.")],
) -> None:
    """Write the whole database into a folder, while everything runs.

    It holds people's data: keep it as closed as the database. The secret key is no part of it.
    """
    from warehouse.backup import back_up

    settings = command_settings()
    with step("dumping the database"):
        dump = back_up(settings, folder)
    OUTPUT.print(f"{dump}: {dump.stat().st_size / 1_000_000:.1f} MB")
    OUTPUT.print(KEY)


def restore(
    folder: Annotated[Path, typer.Argument(help="The folder of a backup.")],
) -> None:
    """Fill an empty database from a backup; nothing happens where that cannot be done whole.

    A sync and a build then bring what has happened since.
    """
    from warehouse.backup import restore as fill

    settings = command_settings()
    with step("restoring the database"):
        applied = fill(settings, folder, on_step=lambda said: OUTPUT.print(f"  {said}"))
    if applied:
        OUTPUT.print(f"{len(applied)} migrations applied: the backup is of an earlier version")
    OUTPUT.print("restored; now: shopmart sync, then: shopmart build")
