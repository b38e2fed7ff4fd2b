"""The demo's servers: how each is started and when it counts as up."""

import sys

from shopmart.context import MESSAGES, step
from shopmart.demo.ports import port_or_another
from shopmart.demo.processes import Processes, wait_until_up
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


def start_api(processes: Processes, settings: Settings) -> None:
    """Start the API; it is up while the others still start."""
    processes.start("api", [sys.executable, "-m", "api"], settings.environment())


def start_dagster(processes: Processes, settings: Settings, *, port: int) -> None:
    """Prepare the models' manifest, then start code server, web server and daemon."""
    from orchestration.processes import dagster_processes
    from pipelines.build import ensure_manifest

    with step("preparing the models"):
        ensure_manifest(settings)
    for process in dagster_processes(settings, port=port):
        processes.start(process.name, list(process.argv), process.env)


def wait_for_servers(processes: Processes, settings: Settings) -> None:
    """Wait until API and Dagster answer; raises ProcessError when one ends before."""
    with step("waiting for the API"):
        url = f"http://{settings.api_host}:{settings.api_port}/ready"
        wait_until_up(processes, url, name="the API")
    with step("waiting for Dagster"):
        wait_until_up(processes, f"{settings.dagster_url}/server_info", name="Dagster")
