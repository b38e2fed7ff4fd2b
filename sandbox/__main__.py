"""`python -m sandbox serve`: generates a world and serves it on loopback until it is stopped."""

from __future__ import annotations

import argparse
import json
import sys

from sandbox.errors import SandboxError
from sandbox.serving import HOST, listen, server_for
from sandbox.world import World


def main(arguments: list[str] | None = None) -> int:
    """The command line; one JSON line says when the sandbox is ready."""
    options = _parser().parse_args(arguments)
    try:
        world = World.generate(options.shops, options.orders, options.seed)
    except SandboxError as refused:
        print(f"sandbox: {refused}", file=sys.stderr)
        return 2
    bound = listen(options.port)
    url = f"http://{HOST}:{bound.getsockname()[1]}"
    print(json.dumps({"url": url, "shops": list(world.shops)}), flush=True)
    server_for(world, bulk_seconds=options.bulk_seconds).run(sockets=[bound])
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
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
