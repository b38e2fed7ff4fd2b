"""From a signed webhook to the figure that the API serves, with the live loop and without it.

``python -m benchmarks.freshness`` builds a small warehouse of its own from the sandbox, posts order
webhooks at random moments and asks the API for the number of orders until it has moved.
"""

import argparse
import base64
import hashlib
import hmac
import json
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from uuid import uuid4

import httpx
from pydantic import SecretStr

from shopmart.demo.connecting import ConnectedShop, connect_shops
from shopmart.demo.sandbox_client import SandboxClient
from shopmart.demo.servers import start_sandbox
from shopmart.supervision.processes import Processes
from shopmart.supervision.servers import (
    start_api,
    start_dagster,
    start_live,
    wait_for_api,
    wait_for_dagster,
)
from shopmart.supervision.signals import stopped_by_signals
from warehouse.connections import Role, connect
from warehouse.embedded import EmbeddedPostgres
from warehouse.locks import LIVE_LOCK, lock_is_held
from warehouse.migrate import migrate
from warehouse.ports import free_port
from warehouse.settings import Settings, load_settings

PATIENCE_SECONDS = 300.0
LOOK_SECONDS = 0.02
ORDER_IDS = count(9_000_000_000_001)


def main() -> None:
    """Measure both ways and print a line for each."""
    wanted = _arguments()
    with (
        stopped_by_signals(),
        _warehouse(shops=wanted.shops, orders=wanted.orders) as (settings, shops),
    ):
        _measure("live loop", settings, shops, events=wanted.events, pause=2.0)
        _measure("Dagster alone", settings, shops, events=wanted.events_without, pause=5.0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.freshness", description=__doc__)
    parser.add_argument("--shops", type=int, default=3)
    parser.add_argument("--orders", type=int, default=2_000, help="orders of each shop")
    parser.add_argument("--events", type=int, default=60, help="webhooks with the loop")
    parser.add_argument("--events-without", type=int, default=8, help="webhooks without it")
    return parser.parse_args()


@contextmanager
def _warehouse(*, shops: int, orders: int) -> Iterator[tuple[Settings, list[ConnectedShop]]]:
    """A database of its own, loaded from a sandbox; everything is gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="shopmart-benchmark-"))
    home.chmod(0o755)
    server, processes = EmbeddedPostgres(home), Processes(home, owner="benchmark")
    try:
        settings = load_settings(
            home=home,
            secret_key="only for this benchmark",
            database_url=SecretStr(server.start()),
            api_port=free_port(),
            dagster_port=free_port(),
            requests_per_minute=0,
        )
        url = f"http://127.0.0.1:{settings.dagster_port}"
        settings = settings.model_copy(update={"dagster_url": url})
        migrate(settings)
        settings, sandbox_url = start_sandbox(
            processes, settings, shops=shops, orders=orders, seed=7
        )
        connected = connect_shops(settings, SandboxClient(sandbox_url).shops())
        _load(settings)
        yield settings, connected
    finally:
        processes.stop_all()
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


def _load(settings: Settings) -> None:
    from pipelines.build import run_build
    from pipelines.sync import sync_tenants

    failed = [each for each in sync_tenants(settings, None, trigger="benchmark") if each.error]
    if failed:
        raise SystemExit(f"tenant {failed[0].tenant_id}: {failed[0].error}")
    run_build(settings, tests=False)


def _measure(
    name: str, settings: Settings, shops: list[ConnectedShop], *, events: int, pause: float
) -> None:
    """Start the servers of one way, post the webhooks one after another, print the figures."""
    dice, seconds = random.Random(7), []
    processes = Processes(settings.home_path, owner=name.replace(" ", "-"))
    try:
        _start(processes, settings, with_loop=name == "live loop")
        with httpx.Client(base_url=f"http://127.0.0.1:{settings.api_port}/api/v1") as api:
            # The first one waits for what starts beside it, and is not counted.
            _seconds_to_figure(api, shops[0])
            for _ in range(events):
                time.sleep(dice.uniform(0.0, pause))
                seconds.append(_seconds_to_figure(api, dice.choice(shops)))
    finally:
        processes.stop_all()
    _print(name, seconds)


def _start(processes: Processes, settings: Settings, *, with_loop: bool) -> None:
    start_api(processes, settings)
    if with_loop:
        start_live(processes, settings)
    else:
        start_dagster(processes, settings, port=settings.dagster_port)
        wait_for_dagster(processes, settings)
    wait_for_api(processes, settings)
    with connect(settings, Role.CONTROL, autocommit=True) as connection:
        while with_loop and not lock_is_held(connection, LIVE_LOCK):
            processes.check()
            time.sleep(0.2)


def _seconds_to_figure(api: httpx.Client, shop: ConnectedShop) -> float:
    """Post an order and wait until the shop's number of orders has grown."""
    before = _orders(api, shop)
    began = time.monotonic()
    _post_order(api, shop)
    while _orders(api, shop) <= before:
        if time.monotonic() - began > PATIENCE_SECONDS:
            raise SystemExit(f"no figure moved within {PATIENCE_SECONDS:.0f} s")
        time.sleep(LOOK_SECONDS)
    return time.monotonic() - began


def _orders(api: httpx.Client, shop: ConnectedShop) -> int:
    answer = api.get(f"/tenants/{shop.tenant.tenant_id}/metrics").raise_for_status().json()
    return int(answer["ordersCount"])


def _post_order(api: httpx.Client, shop: ConnectedShop) -> None:
    now, number = datetime.now(UTC).isoformat(), next(ORDER_IDS)
    order = {
        "id": number,
        "name": f"#{number}",
        "created_at": now,
        "updated_at": now,
        "processed_at": now,
        "currency": "USD",
        "total_price": "10.00",
        "current_total_price": "10.00",
        "line_items": [{"id": number, "quantity": 2, "price": "5.00", "product_id": None}],
        "shipping_lines": [],
        "refunds": [],
    }
    body = json.dumps(order).encode()
    digest = hmac.new(shop.shop.webhook_secret.encode(), body, hashlib.sha256).digest()
    headers = {
        "Content-Type": "application/json",
        "X-Shopify-Topic": "orders/create",
        "X-Shopify-Shop-Domain": shop.shop.shop_domain,
        "X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode(),
        "X-Shopify-Webhook-Id": str(uuid4()),
        "X-Shopify-Triggered-At": now,
    }
    api.post("/webhook/shopify", content=body, headers=headers).raise_for_status()


def _print(name: str, seconds: list[float]) -> None:
    ordered = sorted(seconds)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    print(
        f"{name}: n={len(ordered)} median {statistics.median(ordered):.2f} s, p95 {p95:.2f} s, "
        f"slowest {ordered[-1]:.2f} s",
        flush=True,
    )


if __name__ == "__main__":
    main()
