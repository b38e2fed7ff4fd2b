"""``shopmart demo --once``: sync, webhooks, build, comparison with the truth; nothing stays.

It works in a folder of its own that is made anew, so that a demo in use is never touched.
"""

import json
import shutil
import sys
from pathlib import Path

from pydantic import SecretStr

from shopmart.context import OUTPUT, step
from shopmart.demo.connecting import ConnectedShop, connect_shops
from shopmart.demo.environment import demo_settings
from shopmart.demo.proof import prove_shop
from shopmart.demo.report import Proofs, document, print_report
from shopmart.demo.sandbox_client import SandboxClient
from shopmart.errors import CommandError, FiguresDiffer
from shopmart.supervision.processes import Processes, wait_until_up
from shopmart.supervision.signals import signals_ignored, stopped_by_signals
from warehouse.embedded import EmbeddedPostgres
from warehouse.migrate import migrate
from warehouse.ports import free_port
from warehouse.settings import Settings

# What happens in each shop while webhooks are sent: about one change for each hundred orders.
LIVE_EVENTS: tuple[tuple[str, dict[str, object]], ...] = (
    ("order", {}),
    ("refund", {}),
    ("cancel", {}),
    ("order_edit", {"change": "add"}),
    ("order_edit", {"change": "remove"}),
    ("order_edit", {"change": "discount"}),
    ("return", {"fee": True, "refund": True}),
    ("return", {"refund": False}),
    ("return", {"fee": False, "refund": True}),
    ("exchange", {}),
    ("exchange", {}),
    ("order", {"tip": True}),
    ("order", {"duty": True, "handling": True}),
    ("order", {"payment": "drifted", "foreign": True}),
    ("order", {"payment": "store_credit"}),
    ("refund", {"share": "short"}),
    ("refund", {"share": "extra"}),
    ("customer_update", {}),
    ("customer_create", {}),
    ("customer_delete", {}),
    ("customer_merge", {}),
    ("checkout", {"cart": True}),
    ("checkout_delete", {}),
    ("checkout", {}),
    ("checkout", {"minutes_ago": 90}),
    ("checkout_complete", {}),
    ("checkout_update", {}),
    ("product_create", {"status": "DRAFT"}),
    ("product_update", {}),
    ("product_delete", {}),
    ("inventory_update", {}),
    ("shop_update", {}),
)


def run_once(*, shops: int, orders: int, seed: int, json_file: Path | None, tamper: bool) -> None:
    """Run the proof; raises FiguresDiffer on a difference of one cent."""
    settings = demo_settings(_own_home())
    with stopped_by_signals():
        proofs = _proofs(settings, shops=shops, orders=orders, seed=seed, tamper=tamper)
    print_report(proofs)
    if json_file:
        report = document(proofs, shops=shops, orders=orders, seed=seed)
        json_file.write_text(json.dumps(report, indent=2) + "\n")
    if wrong := sum(len(proof.differences) for marts in proofs.values() for proof in marts):
        raise FiguresDiffer(f"{wrong} figures are not what the shops know to be true")
    OUTPUT.print("every figure of every mart is what the shops know to be true")


def _proofs(settings: Settings, *, shops: int, orders: int, seed: int, tamper: bool) -> Proofs:
    server = EmbeddedPostgres(settings.home_path)
    processes = Processes(settings.home_path, owner="demo")
    try:
        with step("starting Postgres"):
            settings = settings.model_copy(update={"database_url": SecretStr(server.start())})
            migrate(settings)
        settings, sandbox = _start(processes, settings, shops=shops, orders=orders, seed=seed)
        connected = connect_shops(settings, sandbox.shops())
        _load(settings, sandbox, connected, events=max(1, orders // 100))
        if tamper:
            sandbox.tamper(connected[0].shop.shop_domain, cents=1)
        with step("comparing every figure with the truth"):
            return _prove(settings, sandbox, connected)
    finally:
        with signals_ignored():
            processes.stop_all()
            server.stop()


def _own_home() -> Path:
    home = demo_settings().home_path / "once"
    processes = Processes(home, owner="demo")
    if other := processes.claim():
        raise CommandError(f"another `shopmart demo --once` runs as process {other.pid}")
    processes.stop_leftovers()
    EmbeddedPostgres(home).stop()
    for entry in home.iterdir():
        if entry.name != "run":
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    return home


def _start(
    processes: Processes, settings: Settings, *, shops: int, orders: int, seed: int
) -> tuple[Settings, SandboxClient]:
    with step(f"starting a sandbox of {shops} shops with {orders} orders each"):
        port, api_port = free_port(), free_port()
        url = f"http://127.0.0.1:{port}"
        settings = settings.model_copy(
            update={"shopify_base_url": url + "/{shop}", "api_port": api_port}
        )
        argv = [sys.executable, "-m", "sandbox", "serve", "--port", str(port)]
        argv += ["--shops", str(shops), "--orders", str(orders), "--seed", str(seed)]
        processes.start("sandbox", argv, {})
        processes.start("api", [sys.executable, "-m", "api"], settings.environment())
        wait_until_up(processes, f"{url}/_sandbox/shops", name="the sandbox")
        wait_until_up(processes, f"http://127.0.0.1:{api_port}/health", name="the API")
    return settings, SandboxClient(url)


def _load(
    settings: Settings, sandbox: SandboxClient, connected: list[ConnectedShop], *, events: int
) -> None:
    from pipelines.build import run_build

    with step("first sync of every shop"):
        _sync(settings)
    with step("building the marts"):
        run_build(settings, tests=False)
    with step("live changes arrive as webhooks: doubled, shuffled, a fifth of them late"):
        target = f"http://127.0.0.1:{settings.api_port}/api/v1/webhook/shopify"
        sandbox.send_webhooks_to(target, duplicates=0.2, shuffle=20, late=0.2)
        for each in connected:
            for kind, wishes in LIVE_EVENTS:
                sandbox.happen(each.shop.shop_domain, kind, events, wishes)
        sandbox.flush_webhooks()
    with step("loading them, reading marked orders again, building"):
        _load_webhooks(settings)
        run_build(settings, tests=False)
    with step("another sync; then the late webhooks arrive, older than what it read"):
        _sync(settings)
        sandbox.flush_webhooks(late=True)
        _load_webhooks(settings)
    with step("bringing the marts up to date, with all data tests"):
        run_build(settings)


def _sync(settings: Settings) -> None:
    from pipelines.sync import sync_tenants

    outcomes = sync_tenants(settings, None, trigger="demo")
    if failed := [outcome for outcome in outcomes if outcome.error]:
        raise CommandError(f"tenant {failed[0].tenant_id}: {failed[0].error}")


def _load_webhooks(settings: Settings) -> None:
    from pipelines.refetch import refetch_all
    from pipelines.webhooks import load_webhooks

    load_webhooks(settings)
    if refused := refetch_all(settings).failures:
        raise CommandError(f"marked orders were not read again: {refused}")


def _prove(settings: Settings, sandbox: SandboxClient, connected: list[ConnectedShop]) -> Proofs:
    return {
        each.shop.shop_domain: prove_shop(
            settings, each.tenant.tenant_id, sandbox.truth(each.shop.shop_domain)
        )
        for each in connected
    }
