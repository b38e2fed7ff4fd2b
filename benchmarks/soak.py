"""The whole service under steady webhooks for a while, one of its processes killed now and then.

``python -m benchmarks.soak --minutes 30 --rate 2`` starts ``shopmart up`` on a database of its own,
lets shops of the sandbox live on, kills by SIGKILL (Postgres by an immediate stop), and at the end
asks whether everything acknowledged is loaded and every figure is what the shops know to be true.
In a run of ten minutes or more, memory, connections and open files must not have grown either.
"""

import argparse
import random
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import httpx
import psycopg

from benchmarks.soak_relay import Book, relaying
from benchmarks.soak_service import Service, read_and_build, serving, until
from benchmarks.soak_watch import Watch, figures, watching
from shopmart.demo.proof import prove_shop
from shopmart.demo.sandbox_client import SandboxClient
from shopmart.supervision.processes import owner_of
from shopmart.supervision.signals import stopped_by_signals
from warehouse.connections import Role, connect
from warehouse.embedded_place import choose_place
from warehouse.errors import WarehouseError
from warehouse.settings import Settings

POSTGRES = "postgres"
VICTIMS = ("api", "live", "dagster-daemon", "dagster-code", POSTGRES)
WELL = "nothing lost, every figure true"
# In a shorter run the service is still filling its pools and caches.
TELLING_MINUTES = 10.0
LOADED = """
select tenants.shop_domain, events.topic, events.webhook_id
from landing.webhook_events as events
inner join control.tenants as tenants on events.tenant_id = tenants.tenant_id
where events.verdict in ('loaded', 'kept')
"""
QUARANTINED = "select count(*) from landing.quarantine where released_at is null"
MARKED = "select count(*) from control.refetch_orders"


@dataclass
class Outcome:
    """What a soak found; ``faults`` is empty when all went well."""

    book: Book
    watch: Watch
    kills: Counter[str] = field(default_factory=Counter)
    seconds_to_end: float = 0.0
    orders: int = 0
    figures: int = 0
    quarantined: int = 0
    faults: list[str] = field(default_factory=list)


def main(arguments: list[str] | None = None) -> int:
    """Soak, print what came of it; 0 when nothing was lost, every figure is true, nothing grew."""
    wanted = _arguments(arguments)
    with (
        stopped_by_signals(),
        serving(shops=wanted.shops, orders=wanted.orders, seed=wanted.seed) as service,
    ):
        outcome = _soak(service, wanted)
        if wanted.csv:
            Path(wanted.csv).write_text(figures(outcome.watch.samples), encoding="utf-8")
    _print(outcome, wanted)
    end = verdict(outcome, minutes=wanted.minutes)
    print(end, flush=True)
    return 0 if end == WELL else 1


def verdict(outcome: Outcome, *, minutes: float) -> str:
    """The last line: WELL, or what is not."""
    grown = outcome.watch.grown() if minutes >= TELLING_MINUTES else []
    if outcome.faults or grown:
        return "NOT WELL: " + "; ".join(outcome.faults[:1] + grown)
    return WELL


def _arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--rate", type=float, default=2.0, help="events of the shops in a second")
    parser.add_argument("--kill-every", type=float, default=60.0, help="seconds; 0 kills nothing")
    parser.add_argument("--shops", type=int, default=3)
    parser.add_argument("--orders", type=int, default=300, help="orders of each shop at first")
    parser.add_argument("--seed", type=int, default=7, help="of the shops, and of who is killed")
    parser.add_argument("--csv", help="a file for the looks at memory and connections")
    return parser.parse_args(given)


def _soak(service: Service, wanted: argparse.Namespace) -> Outcome:
    settings, dice = service.settings, random.Random(wanted.seed)
    target = f"http://127.0.0.1:{settings.api_port}/api/v1/webhook/shopify"
    with relaying(target) as (relay, book), watching(settings, service.handle.pid) as watch:
        outcome = Outcome(book, watch)
        service.sandbox.send_webhooks_to(
            relay, duplicates=0.1, shuffle=5, tries=20, time_factor=20_000
        )
        service.sandbox.trickle(wanted.rate * 60)
        ends = time.monotonic() + wanted.minutes * 60
        due = time.monotonic() + (wanted.kill_every or float("inf"))
        victims = cycle(dice.sample(VICTIMS, len(VICTIMS)))
        while time.monotonic() < ends:
            time.sleep(1.0)
            if service.handle.poll() is not None:
                raise SystemExit("`shopmart up` ended by itself")
            if time.monotonic() >= due:
                _kill(settings, next(victims), outcome)
                due = time.monotonic() + wanted.kill_every
        service.sandbox.trickle(0)
        _bring_to_an_end(service, outcome)
    _prove(service, outcome)
    return outcome


def _kill(settings: Settings, victim: str, outcome: Outcome) -> None:
    if victim == POSTGRES:
        place = choose_place(settings.home_path)
        place.run("pg_ctl", "stop", "-D", str(place.data), "-m", "immediate", "-w")
        outcome.kills[victim] += 1
    elif process := owner_of(settings.home_path / "run" / f"{victim}.json"):
        process.kill()
        outcome.kills[victim] += 1


def _bring_to_an_end(service: Service, outcome: Outcome) -> None:
    """Wait until every delivery is acknowledged, loaded and built by the service itself."""
    began = time.monotonic()
    until(lambda: _all_delivered(service.sandbox), "the sandbox still has deliveries to make")
    until(lambda: _all_built(service.settings), "the service does not work off what waits")
    outcome.seconds_to_end = time.monotonic() - began


def _all_delivered(sandbox: SandboxClient) -> bool:
    with suppress(httpx.HTTPError):
        flushed = httpx.post(f"{sandbox.url}/_sandbox/webhooks/flush", json={}, timeout=120).json()
        return not flushed["pending"]
    return False


def _all_built(settings: Settings) -> bool:
    from pipelines.pending import pending

    with suppress(psycopg.Error, WarehouseError), connect(settings, Role.OWNER) as owner:
        marks = owner.execute(MARKED).fetchone()
        return marks == (0,) and not pending(settings) and not pending(settings, group="live")
    return False


def _prove(service: Service, outcome: Outcome) -> None:
    """Nothing acknowledged is missing; after one more sync every figure is the shops' own."""
    with connect(service.settings, Role.OWNER) as owner:
        loaded = set(owner.execute(LOADED).fetchall())
        row = owner.execute(QUARANTINED).fetchone()
    outcome.quarantined = int(str(row[0])) if row else 0
    lost = outcome.book.acknowledged - loaded
    outcome.faults += [f"acknowledged and not loaded: {one}" for one in sorted(lost)[:5]]
    outcome.faults += [f"{outcome.quarantined} were put aside"] * bool(outcome.quarantined)
    unanswered = outcome.book.sent - outcome.book.acknowledged
    outcome.faults += [f"never acknowledged: {one}" for one in sorted(unanswered)[:5]]
    read_and_build(service.settings)
    for each in service.shops:
        truth = service.sandbox.truth(each.shop.shop_domain)
        outcome.orders += len(truth["orders"])
        for proof in prove_shop(service.settings, each.tenant.tenant_id, truth):
            outcome.figures += proof.figures
            outcome.faults += proof.differences[:5]


def _print(outcome: Outcome, wanted: argparse.Namespace) -> None:
    book, kills = outcome.book, sum(outcome.kills.values())
    print(f"{wanted.minutes:g} minutes, {wanted.rate:g} events a second, {wanted.shops} shops")
    print(
        f"deliveries: {len(book.sent)} sent in {book.tries} tries, "
        f"{len(book.acknowledged)} acknowledged; answers: {dict(book.answers)}"
    )
    print(f"kills survived: {kills} ({dict(outcome.kills)})")
    print(f"all of it built {outcome.seconds_to_end:.0f} s after the last event")
    print(f"{outcome.orders} orders, {outcome.figures} figures compared with the truth")
    for line in outcome.watch.lines():
        print(line)
    for line in outcome.watch.grown():
        print(f"GROWN: {line}")
    for line in outcome.faults:
        print(f"FAULT: {line}")


if __name__ == "__main__":
    sys.exit(main())
