"""`python -m sandbox serve`: generates a world and serves it on loopback until it is stopped."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from sandbox.errors import SandboxError
from sandbox.journal import open_world
from sandbox.serving import HOST, listen, server_for


def main(arguments: list[str] | None = None) -> int:
    """The command line; one JSON line says when the sandbox is ready."""
    options = _parser().parse_args(arguments)
    try:
        world, journal = open_world(
            _state_file(options), shops=options.shops, orders=options.orders, seed=options.seed
        )
        bound = listen(options.port)
    except SandboxError as refused:
        print(f"sandbox: {refused}", file=sys.stderr)
        return 2
    url = f"http://{HOST}:{bound.getsockname()[1]}"
    print(json.dumps({"url": url, "shops": list(world.shops)}), flush=True)
    server_for(world, bulk_seconds=options.bulk_seconds, journal=journal).run(sockets=[bound])
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="serve a local Shopify on loopback")
    serve.add_argument("--port", type=int, default=0, help="0 picks a free one")
    serve.add_argument("--shops", type=int, default=3)
    serve.add_argument("--orders", type=int, default=200, help="orders of each shop")
    serve.add_argument("--seed", type=int, default=7)
    serve.add_argument("--bulk-seconds", type=float, default=0.3, help="least time of a bulk run")
    serve.add_argument("--state", type=Path, help="keep live actions in this file, go on from it")
    serve.add_argument("--home", type=Path, help="a folder whose sandbox.jsonl is the state file")
    return parser


def _state_file(options: argparse.Namespace) -> Path | None:
    if options.state is None and options.home is not None:
        return Path(options.home) / "sandbox.jsonl"
    return Path(options.state) if options.state else None


if __name__ == "__main__":
    raise SystemExit(main())
