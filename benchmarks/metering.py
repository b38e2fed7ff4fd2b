"""What the meters cost a delivery: CPU of the landing with them and without.

``python -m benchmarks.metering`` lands signed webhooks in a database of its own, through the whole
app but for the HTTP server, which would only hide a share of the cost; both kinds take turns.
"""

import argparse
import asyncio
import base64
import hashlib
import hmac
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from pydantic import SecretStr

from api.app import create_app
from api.webhooks import PATH
from warehouse.connections import Role, connect
from warehouse.embedded import EmbeddedPostgres
from warehouse.migrate import migrate
from warehouse.secrets import Credentials, Sealer
from warehouse.settings import Settings, load_settings
from warehouse.tenants import add_tenant

DOMAIN, SECRET = "metering.myshopify.com", "only for this benchmark"
CONNECTIONS = 32
BODY = b'{"id": 1, "note": "' + b"x" * 3_000 + b'"}'
SIGNATURE = base64.b64encode(hmac.new(SECRET.encode(), BODY, hashlib.sha256).digest())
NUMBERS = count()


def main() -> None:
    """Land both ways in turns and print the CPU of each and the ratio of their medians."""
    wanted = _arguments()
    with _warehouse() as settings:
        seconds = asyncio.run(_measured(settings, wanted.deliveries, wanted.rounds))
    medians = {name: statistics.median(found) for name, found in seconds.items()}
    for name, median in medians.items():
        print(f"{name}: {median / wanted.deliveries * 1e6:.1f} microseconds of CPU a delivery")
    print(f"ratio: {medians['with meters'] / medians['without']:.3f}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.metering", description=__doc__)
    parser.add_argument("--deliveries", type=int, default=2_000, help="of each round")
    parser.add_argument("--rounds", type=int, default=15, help="of each kind")
    return parser.parse_args()


@contextmanager
def _warehouse() -> Iterator[Settings]:
    """A database of its own with one tenant; everything is gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="shopmart-benchmark-"))
    home.chmod(0o755)
    server = EmbeddedPostgres(home)
    try:
        settings = load_settings(
            home=home, secret_key=SECRET, database_url=SecretStr(server.start())
        )
        migrate(settings)
        with connect(settings, Role.CONTROL) as connection:
            credentials = Credentials(webhook_secret=SECRET)
            sealer = Sealer.from_settings(settings)
            add_tenant(
                connection, sealer, name="Metering", shop_domain=DOMAIN, credentials=credentials
            )
        yield settings
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


async def _measured(settings: Settings, deliveries: int, rounds: int) -> dict[str, list[float]]:
    app = create_app(settings)
    meters = app.state.services.meters
    counting = meters.requested
    kinds = {"with meters": counting, "without": lambda _scope, *, status, seconds: None}
    found: dict[str, list[float]] = {name: [] for name in kinds}
    async with app.router.lifespan_context(app):
        await _round(app, deliveries)
        for number in range(rounds):
            # Who goes first changes, so that neither kind always meets the warmer machine.
            for name in sorted(kinds, reverse=bool(number % 2)):
                meters.requested = kinds[name]
                began = time.process_time()
                await _round(app, deliveries)
                found[name].append(time.process_time() - began)
    return found


async def _round(app: FastAPI, deliveries: int) -> None:
    async def one_after_another() -> None:
        for _ in range(deliveries // CONNECTIONS):
            await _deliver(app, next(NUMBERS))

    await asyncio.gather(*(one_after_another() for _ in range(CONNECTIONS)))


async def _deliver(app: FastAPI, number: int) -> None:
    headers = {
        b"x-shopify-topic": b"orders/updated",
        b"x-shopify-shop-domain": DOMAIN.encode(),
        b"x-shopify-hmac-sha256": SIGNATURE,
        b"x-shopify-webhook-id": b"%d" % number,
    }
    scope = {
        **{"type": "http", "method": "POST", "path": PATH, "raw_path": PATH.encode()},
        **{"query_string": b"", "http_version": "1.1", "scheme": "http", "root_path": ""},
        **{"headers": list(headers.items()), "client": ("127.0.0.1", 1), "app": app},
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": BODY, "more_body": False}

    async def send(message: Any) -> None:  # noqa: ANN401
        if message.get("status", 200) != 200:
            raise SystemExit(f"a delivery was answered with {message['status']}")

    await app(scope, receive, send)


if __name__ == "__main__":
    main()
