"""``shopmart sandbox``: the local Shopify by itself."""

import subprocess
import sys
from typing import Annotated

import typer

app = typer.Typer(help="A local Shopify for trying things out.", no_args_is_help=True)


@app.command("serve")
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 4000,
    shops: Annotated[int, typer.Option(min=1, max=100)] = 3,
    orders: Annotated[int, typer.Option(min=0, max=1_000_000, help="Orders per shop.")] = 200,
    seed: Annotated[int, typer.Option(help="The same seed makes the same shops.")] = 7,
) -> None:
    """Serve shops made from a seed until Ctrl-C; their tokens and secrets: GET /_sandbox/shops."""
    argv = [sys.executable, "-m", "sandbox", "serve", "--port", str(port), "--shops", str(shops)]
    argv += ["--orders", str(orders), "--seed", str(seed)]
    raise typer.Exit(subprocess.call(argv))
