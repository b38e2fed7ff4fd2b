"""``shopmart demo``: the whole product over three sandbox shops, or the proof of its figures."""

import os
from pathlib import Path
from typing import Annotated

import typer


def demo(
    once: Annotated[
        bool,
        typer.Option("--once", help="Load, build, compare every figure, leave nothing running."),
    ] = False,
    shops: Annotated[int, typer.Option(min=1, max=50)] = 3,
    orders: Annotated[int, typer.Option(min=1, max=1_000_000, help="Orders per shop.")] = 400,
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same shops.")] = 7,
    json_file: Annotated[
        Path | None,
        typer.Option(
            "--json", dir_okay=False, help="With --once: write the comparison to this file."
        ),
    ] = None,
    tamper: Annotated[
        bool,
        typer.Option(
            "--tamper",
            help="With --once: change one cent in the sandbox after the load; the proof must fail.",
        ),
    ] = False,
) -> None:
    """Start everything with sandbox shops and print where to look; Ctrl-C stops it.

    With --once: sync, webhooks and build, then compare every figure of every mart with what the
    sandbox knows to be true; exit 1 on a difference of one cent.
    """
    if json_file and not os.access(json_file.parent, os.W_OK):
        raise typer.BadParameter(f"--json: {json_file.parent} is no folder that can be written to")
    if once:
        from shopmart.demo.once import run_once

        run_once(shops=shops, orders=orders, seed=seed, json_file=json_file, tamper=tamper)
        return
    if json_file or tamper:
        raise typer.BadParameter("--json and --tamper go with --once")
    from shopmart.demo.stack import run_stack

    run_stack(shops=shops, orders=orders, seed=seed)
