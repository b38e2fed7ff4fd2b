"""Serving figures: a small shop against a large one, first pages against last ones, cold and kept.

``python -m benchmarks.serve`` fills the marts of two shops with rows made by SQL (serve_data.sql)
and asks one API about both in turns. Cold: the shop's data version is raised before each question,
whose cost is measured apart and taken off. Kept and 304 are asked by wrk, and left out without it.
"""

import argparse
import time
from collections import defaultdict
from importlib.resources import files
from itertools import product

import httpx
import psycopg

from benchmarks import wrk
from benchmarks.frame import Row, command, ratio
from benchmarks.place import shop, start_api, warehouse
from benchmarks.usage import Tree
from pipelines.build import run_build
from warehouse.connections import Role, connect
from warehouse.settings import Settings

LIMIT = 20
FIGURES = {
    "metrics": "tenants/{}/metrics",
    "sync status": "sync/status/{}",
    "checkout figures": "analytics/checkouts/{}",
    "refund figures": "analytics/refunds/{}",
}
PAGED = {name: f"tenants/{{}}/{name}?page={{}}" for name in ("orders", "customers", "products")}
SLICED = {
    name: f"analytics/{name}/{{}}/list?limit={LIMIT}&offset={{}}"
    for name in ("checkouts", "refunds")
}
SHARES = {"orders": 1, "customers": 3, "products": 10, "checkouts": 1, "refunds": 10}
RAISE = "update control.data_versions set data_version = data_version + 1 where tenant_id = %s"
NOTES = [
    "the machine's cores serve the client, the API and Postgres at once",
    "cold is asked by one connection; CPU is of API and Postgres, client and raising left out",
    "without wrk on the PATH kept answers and 304 are left out",
]
Found = dict[tuple[str, str], list[float]]


def options(parser: argparse.ArgumentParser) -> None:
    """What only this benchmark can be told."""
    parser.add_argument("--small", type=int, default=1_000, help="orders of the small shop")
    parser.add_argument("--large", type=int, default=100_000, help="orders of the large shop")
    parser.add_argument("--questions", type=int, default=60, help="cold ones of a kind in a round")
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 8, 32])


def run(wanted: argparse.Namespace) -> tuple[list[Row], list[str]]:
    """Measure; the rows of the large shop have their ratio to the small one's."""
    if wanted.tiny:
        wanted.small, wanted.large, wanted.questions, wanted.connections = 60, 600, 3, [2]
    found: Found = defaultdict(list)
    with warehouse() as (settings, processes, postgres):
        shops = _fill(settings, {"small": wanted.small, "large": wanted.large})
        app = start_api(processes, settings)
        base = f"http://127.0.0.1:{settings.api_port}/api/v1/"
        asked = _asked(shops, {"small": wanted.small, "large": wanted.large})
        with (
            httpx.Client(base_url=base, timeout=60) as client,
            connect(settings, Role.OWNER, autocommit=True) as owner,
        ):
            for number in range(wanted.rounds + 1):
                for name, size in sorted(asked, reverse=bool(number % 2)):
                    path = asked[name, size]
                    spent = _cold(client, owner, (app, postgres), shops[size], path, wanted)
                    # The first round finds caches and plans cold, and is not counted.
                    if number:
                        _keep(found, (name, size), spent)
        kept = _kept(base, asked, app, wanted) if wrk.is_present() else []
    return [*_rows(found), *kept], NOTES


def _fill(settings: Settings, sizes: dict[str, int]) -> dict[str, int]:
    """The two shops' tenants; the tables are made by a build of empty shops."""
    tenants = {size: shop(settings, f"{size}.myshopify.com") for size in sizes}
    run_build(settings, tests=False)
    script = files("benchmarks").joinpath("serve_data.sql").read_text()
    with connect(settings, Role.OWNER) as connection:
        for size, orders in sizes.items():
            text = script.replace(":tenant", str(tenants[size])).replace(":orders", str(orders))
            connection.execute(text.encode())
    with connect(settings, Role.OWNER, autocommit=True) as connection:
        connection.execute("vacuum analyze")
    return tenants


def _asked(tenants: dict[str, int], sizes: dict[str, int]) -> dict[tuple[str, str], str]:
    """What is asked of which shop: every figure, and of every list the first and the last page."""
    asked = {}
    for size, tenant in tenants.items():
        for name, path in FIGURES.items():
            asked[name, size] = path.format(tenant)
        for name, path in (PAGED | SLICED).items():
            rows = sizes[size] // SHARES[name]
            first, last = (1, rows // LIMIT) if name in PAGED else (0, rows - LIMIT)
            last = max(first, last)
            asked[f"{name}, first page", size] = path.format(tenant, first)
            asked[f"{name}, last page", size] = path.format(tenant, last)
    return asked


def _cold(
    client: httpx.Client,
    owner: psycopg.Connection[tuple[object, ...]],
    trees: tuple[Tree, Tree],
    tenant: int,
    path: str,
    wanted: argparse.Namespace,
) -> tuple[float, float]:
    """Milliseconds of latency and of CPU of one cold question."""
    before, seconds = sum(tree.cpu for tree in trees), 0.0
    for _ in range(wanted.questions):
        owner.execute(RAISE, [tenant])
        began = time.perf_counter()
        answer = client.get(path)
        seconds += time.perf_counter() - began
        if answer.status_code != 200 or answer.headers.get("x-cache", "MISS") != "MISS":
            raise SystemExit(f"{path}: {answer.status_code} {answer.text[:200]}")
    asked = sum(tree.cpu for tree in trees)
    for _ in range(wanted.questions):
        owner.execute(RAISE, [tenant])
    raising = sum(tree.cpu for tree in trees) - asked
    spent = max(asked - before - raising, 1e-6)
    return seconds * 1_000 / wanted.questions, spent * 1_000 / wanted.questions


def _keep(found: Found, key: tuple[str, str], spent: tuple[float, float]) -> None:
    name, size = key
    found[f"{name}, {size}", "ms, cold"].append(spent[0])
    found[f"{name}, {size}", "ms CPU, cold"].append(spent[1])


def _kept(
    base: str, asked: dict[tuple[str, str], str], app: Tree, wanted: argparse.Namespace
) -> list[Row]:
    """Answers from memory, whole and as 304, at each number of connections."""
    found: Found = defaultdict(list)
    names = ["metrics", "orders, last page"]
    tags = {name: httpx.get(base + asked[name, "large"]).headers["etag"] for name in names}
    for _, many, name in product(range(wanted.rounds), wanted.connections, names):
        for kind, headers in (("kept", {}), ("304", {"If-None-Match": tags[name]})):
            before = app.cpu
            done = wrk.load(
                base + asked[name, "large"],
                connections=many,
                seconds=wanted.seconds,
                headers=headers,
            )
            told = f"{name}, {kind}, {many} connections"
            found[told, "a second"].append(done.rate)
            found[told, "ms, median"].append(done.p50)
            found[told, "ms, p99"].append(done.p99)
            found[told, "ms CPU, app"].append(1_000 * (app.cpu - before) / done.requests)
    return [Row("serve", what, unit, rounds) for (what, unit), rounds in found.items()]


def _rows(found: Found) -> list[Row]:
    rows = []
    for (what, unit), rounds in sorted(found.items(), key=lambda one: (one[0][1], one[0][0])):
        beside, other = [], ""
        if what.endswith(", large"):
            other = "the small shop"
            beside = found[what.replace(", large", ", small"), unit]
            if "last page" in what:
                other = "the first page"
                beside = found[what.replace("last page", "first page"), unit]
        rows.append(Row("serve", what, unit, rounds, ratio(rounds, beside), other))
    return rows


def main(given: list[str] | None = None) -> None:
    """Measure and print."""
    command("serve", __doc__, options, run, given)


if __name__ == "__main__":
    main()
