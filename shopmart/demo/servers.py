"""The demo's own server, the sandbox: how it is started and when it counts as up."""

import sys

from shopmart.context import MESSAGES, step
from shopmart.supervision.ports import port_or_another
from shopmart.supervision.processes import Processes, wait_until_up
from warehouse.settings import Settings

SANDBOX_PORT = 4000


def start_sandbox(
    processes: Processes, settings: Settings, *, shops: int, orders: int, seed: int
) -> tuple[Settings, str]:
    """Start the sandbox with the history that it keeps in the home folder; returns its address."""
    port = port_or_another(SANDBOX_PORT, name="the sandbox", say=MESSAGES.print)
    url = f"http://127.0.0.1:{port}"
    argv = [sys.executable, "-m", "sandbox", "serve", "--port", str(port)]
    argv += ["--shops", str(shops), "--orders", str(orders), "--seed", str(seed)]
    argv += ["--state", str(settings.home_path / "sandbox.jsonl")]
    with step(f"starting the sandbox: {shops} shops with {orders} orders each"):
        processes.start("sandbox", argv, {})
        wait_until_up(processes, f"{url}/_sandbox/shops", name="the sandbox")
    return settings.model_copy(update={"shopify_base_url": url + "/{shop}"}), url
