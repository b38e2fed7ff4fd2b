"""Landing webhooks: our route against one INSERT a request and against a hello world.

``python -m benchmarks.landing`` posts signed bodies of 2 to 150 KB, each delivery with an id of its
own; the three servers run side by side and take turns in each round. ``--minutes`` keeps ours under
load and tells how its memory went.
"""

import argparse
import base64
import hashlib
import hmac
import json
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from benchmarks import wrk
from benchmarks.frame import Row, command, ratio
from benchmarks.place import SECRET, shop, start, start_api, warehouse
from benchmarks.usage import Tree
from shopmart.supervision.processes import Processes
from warehouse.connections import Role, connect, dsn
from warehouse.ports import free_port
from warehouse.settings import Settings

DOMAIN = "landing.myshopify.com"
OURS, SINGLE, HELLO = "ours", "one INSERT each", "hello world"
# Lines of an order, and how often such an order comes: most are small.
SHAPES = {2: 10, 5: 5, 20: 3, 80: 1, 230: 1}
NOTES = [
    "the machine's cores serve the client, the servers and Postgres at once",
    "not like for like: the hello world neither verifies nor stores; one INSERT each knows its one "
    "shop by heart, keeps no event id, and has neither bounds nor request ids",
    "client's ceiling: the hello world at 32 connections; what comes near it is the client's limit",
]
Found = dict[tuple[str, int], dict[str, list[float]]]


@dataclass(frozen=True)
class Server:
    """A server under test: where deliveries go, and its processes."""

    url: str
    tree: Tree


def options(parser: argparse.ArgumentParser) -> None:
    """What only this benchmark can be told."""
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--minutes", type=float, default=0.0, help="of steady load on ours")


def run(wanted: argparse.Namespace) -> tuple[list[Row], list[str]]:
    """Measure all three in turns; raises SystemExit without wrk."""
    if not wrk.is_present():
        raise SystemExit(wrk.ABSENT)
    found: Found = defaultdict(lambda: defaultdict(list))
    with warehouse() as (settings, processes, postgres):
        servers = _servers(settings, processes)
        script = _script(settings.home_path)
        for server in servers.values():
            wrk.load(server.url, connections=8, seconds=1, script=script)
        for number in range(wanted.rounds):
            for connections in wanted.connections:
                for name in sorted(servers, reverse=bool(number % 2)):
                    kept = found[name, connections]
                    _measure(servers[name], postgres, script, connections, wanted.seconds, kept)
                    _empty(settings)
        steady = _steady(servers[OURS], script, wanted.minutes, settings) if wanted.minutes else []
    return [*_rows(found, wanted.connections), *steady], NOTES


def _servers(settings: Settings, processes: Processes) -> dict[str, Server]:
    tenant = shop(settings, DOMAIN)
    env = {"DSN": dsn(settings, Role.LANDING), "SECRET": SECRET, "TENANT": str(tenant)}
    ours = f"http://127.0.0.1:{settings.api_port}/api/v1/webhook/shopify"
    servers = {OURS: Server(ours, start_api(processes, settings))}
    for name, app in ((SINGLE, "single"), (HELLO, "hello")):
        port = free_port()
        argv = ["-m", "uvicorn", f"benchmarks.landing_apps:{app}", "--port", str(port)]
        argv += ["--loop", "uvloop", "--http", "httptools", "--no-access-log"]
        argv += ["--log-level", "warning"]
        url = f"http://127.0.0.1:{port}/"
        servers[name] = Server(url, start(processes, app, argv, env, ready=url))
    return servers


def _body(lines: int) -> bytes:
    """An order as a webhook tells it, with so many lines."""
    money = {"shop_money": {"amount": "12.50", "currency_code": "EUR"}}
    line = {
        **{"id": 1_071_823_172, "variant_id": 447_654_529, "product_id": 921_728_736},
        **{"title": "Sencha from the first harvest, 100 g", "quantity": 2, "price": "12.50"},
        **{"price_set": money, "total_discount_set": money, "sku": "TEA-100", "taxable": True},
        **{"properties": [], "tax_lines": [{"rate": 0.19, "price_set": money}]},
    }
    order = {
        **{"id": 450_789_469, "name": "#1001", "currency": "EUR", "total_price": "25.00"},
        **{"created_at": "2026-03-31T12:00:00+02:00", "updated_at": "2026-03-31T12:00:00+02:00"},
        **{"customer": {"id": 207_119_551, "email": "ada@example.com"}, "note": "x" * 400},
        **{"line_items": [line] * lines, "shipping_lines": [], "refunds": []},
    }
    return json.dumps(order).encode()


def _script(home: Path) -> Path:
    """What wrk sends: bodies in their mixture, each request with an id that never came before."""
    lines = ["local bodies, signs = {}, {}"]
    for number, often in SHAPES.items():
        body, path = _body(number), home / f"body-{number}.json"
        path.write_bytes(body)
        sign = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
        lines += [
            f'for _ = 1, {often} do local file = io.open("{path}", "rb")',
            f'  bodies[#bodies + 1] = file:read("*a"); signs[#signs + 1] = "{sign}"; file:close()',
            "end",
        ]
    lines += [
        "local n, run = 0, tostring(os.time()) .. tostring({}):sub(8)",
        "request = function()",
        "  n = n + 1",
        "  local nth = n % #bodies + 1",
        '  return wrk.format("POST", nil, {["Content-Type"] = "application/json",',
        '    ["X-Shopify-Topic"] = "orders/updated", ["X-Shopify-Hmac-Sha256"] = signs[nth],',
        f'    ["X-Shopify-Shop-Domain"] = "{DOMAIN}", ["X-Shopify-API-Version"] = "2026-10",',
        '    ["X-Shopify-Triggered-At"] = "2026-03-31T20:15:09.123456789Z",',
        f'    ["X-Shopify-Event-Id"] = "{uuid4()}",',
        '    ["X-Shopify-Webhook-Id"] = run .. "-" .. n}, bodies[nth])',
        "end",
    ]
    script = home / "landing.lua"
    script.write_text("\n".join(lines))
    return script


def _measure(
    server: Server,
    postgres: Tree,
    script: Path,
    connections: int,
    seconds: float,
    kept: dict[str, list[float]],
) -> None:
    app_before, postgres_before = server.tree.cpu, postgres.cpu
    done = wrk.load(server.url, connections=connections, seconds=seconds, script=script)
    # What Postgres still writes after the last answer belongs to the round.
    time.sleep(0.2)
    kept["a second"].append(done.rate)
    kept["ms, median"].append(done.p50)
    kept["ms, p99"].append(done.p99)
    kept["ms CPU, app"].append(1_000 * (server.tree.cpu - app_before) / done.requests)
    kept["ms CPU, pg"].append(1_000 * (postgres.cpu - postgres_before) / done.requests)
    kept["MB, app"].append(server.tree.memory)


def _empty(settings: Settings) -> None:
    with connect(settings, Role.OWNER) as connection:
        connection.execute("truncate landing.webhook_events cascade")


def _steady(server: Server, script: Path, minutes: float, settings: Settings) -> list[Row]:
    """Ours under load for a while; whether its memory and its rate stay."""
    rates, memory = [], []
    for _ in range(max(2, round(minutes * 2))):
        done = wrk.load(server.url, connections=32, seconds=30, script=script)
        rates.append(done.rate)
        memory.append(server.tree.memory)
        _empty(settings)
    return [
        Row("landing", f"{OURS}, {minutes:g} minutes, 32 connections", "a second", rates),
        Row("landing", f"{OURS}, {minutes:g} minutes, memory", "MB, app", memory),
    ]


def _rows(found: Found, connections: list[int]) -> list[Row]:
    rows = []
    for unit in ("a second", "ms, median", "ms, p99", "ms CPU, app", "ms CPU, pg", "MB, app"):
        for many in connections:
            for name in (OURS, SINGLE, HELLO):
                other = SINGLE if unit in ("a second", "ms CPU, pg") else HELLO
                beside = found[other, many][unit] if name == OURS else []
                rows.append(
                    Row(
                        "landing",
                        f"{name}, {many} connections",
                        unit,
                        found[name, many][unit],
                        ratio(found[name, many][unit], beside),
                        other,
                    )
                )
    return rows


def main(given: list[str] | None = None) -> None:
    """Measure and print."""
    command("landing", __doc__, options, run, given)


if __name__ == "__main__":
    main()
