"""``shopmart demo``: Postgres, sandbox, API and Dagster over three shops, until Ctrl-C."""

import time

import psycopg
from pydantic import SecretStr

from shopmart.context import MESSAGES, OUTPUT, step
from shopmart.demo.connecting import ConnectedShop, connect_shops
from shopmart.demo.endpoints import print_endpoints, remove_endpoints, write_endpoints
from shopmart.demo.environment import demo_settings, keep_for_commands, keep_world
from shopmart.demo.figures import figures_table, marts_exist
from shopmart.demo.running import first_load, later_load
from shopmart.demo.sandbox_client import SandboxClient
from shopmart.demo.servers import start_sandbox
from shopmart.errors import AlreadyRunning
from shopmart.supervision.ports import port_or_another
from shopmart.supervision.processes import Processes
from shopmart.supervision.servers import (
    start_api,
    start_dagster,
    start_live,
    wait_for_api,
    wait_for_dagster,
)
from shopmart.supervision.signals import signals_ignored, stopped_by_signals
from warehouse.embedded import EmbeddedPostgres
from warehouse.errors import WarehouseError
from warehouse.migrate import migrate
from warehouse.settings import Settings

WEBHOOKS_PER_MINUTE = 12
FIGURES_EVERY_SECONDS = 60


def run_stack(*, shops: int, orders: int, seed: int) -> None:
    """Start everything, show it, watch it until Ctrl-C; raises ProcessError when a server ends."""
    settings = demo_settings()
    processes = Processes(settings.home_path, owner="demo")
    if other := processes.claim():
        raise AlreadyRunning(
            f"a demo runs already as process {other.pid} with home {settings.home}; "
            "stop it with Ctrl-C, or set SHOPMART_HOME to another folder"
        )
    with stopped_by_signals():
        try:
            _run(processes, settings, shops=shops, orders=orders, seed=seed)
        except KeyboardInterrupt:
            MESSAGES.print("stopping")
        finally:
            _stop(processes, settings)


def _run(processes: Processes, settings: Settings, *, shops: int, orders: int, seed: int) -> None:
    # What a killed demo wrote would send scripts to servers that are gone.
    remove_endpoints(settings)
    if names := processes.stop_leftovers():
        MESSAGES.print(f"stopped what a killed demo left: {', '.join(names)}")
    keep_world(settings.home_path, shops=shops, orders=orders, seed=seed)
    settings = _database(settings)
    say = MESSAGES.print
    settings, sandbox_url = start_sandbox(
        processes, settings, shops=shops, orders=orders, seed=seed
    )
    sandbox = SandboxClient(sandbox_url)
    api_port = port_or_another(settings.api_port, name="the API", say=say)
    dagster_port = port_or_another(settings.dagster_port, name="Dagster", say=say)
    settings = settings.model_copy(
        update={"api_port": api_port, "dagster_url": f"http://127.0.0.1:{dagster_port}"}
    )
    keep_for_commands(settings)
    start_api(processes, settings)
    start_dagster(processes, settings, port=dagster_port)
    start_live(processes, settings)
    with step("connecting the shops"):
        connected = connect_shops(settings, sandbox.shops())
    wait_for_api(processes, settings)
    wait_for_dagster(processes, settings)
    fresh = not marts_exist(settings)
    if fresh:
        first_load(settings)
    OUTPUT.print(figures_table(settings, connected))
    # Scripts wait for this file: it is there when there are figures to ask for.
    print_endpoints(settings, write_endpoints(settings, sandbox_url, connected))
    if not fresh:
        later_load(settings)
    sandbox.send_webhooks_to(f"http://127.0.0.1:{api_port}/api/v1/webhook/shopify", duplicates=0.1)
    sandbox.trickle(WEBHOOKS_PER_MINUTE)
    _watch(processes, settings, connected)


def _database(settings: Settings) -> Settings:
    with step("starting Postgres and bringing its schema up to date"):
        url = EmbeddedPostgres(settings.home_path).start()
        settings = settings.model_copy(update={"database_url": SecretStr(url)})
        migrate(settings)
    return settings


def _watch(processes: Processes, settings: Settings, shops: list[ConnectedShop]) -> None:
    shown = time.monotonic()
    while True:
        processes.check()
        processes.rotate_logs()
        if time.monotonic() - shown > FIGURES_EVERY_SECONDS:
            _show_figures(settings, shops)
            shown = time.monotonic()
        time.sleep(0.5)


def _show_figures(settings: Settings, shops: list[ConnectedShop]) -> None:
    try:
        OUTPUT.print(figures_table(settings, shops))
    except (WarehouseError, psycopg.Error) as error:
        MESSAGES.print(f"the figures cannot be read at this moment: {error}", style="yellow")


def _stop(processes: Processes, settings: Settings) -> None:
    with signals_ignored():
        remove_endpoints(settings)
        processes.stop_all()
        EmbeddedPostgres(settings.home_path).stop()
        processes.release()
        MESSAGES.print("everything is stopped; the data stays for the next start")
