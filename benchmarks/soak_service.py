"""The service that is soaked: ``shopmart up`` on a database of its own, beside a sandbox."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from shopmart.demo.connecting import ConnectedShop, connect_shops
from shopmart.demo.sandbox_client import SandboxClient
from shopmart.demo.servers import start_sandbox
from shopmart.supervision.processes import Processes
from warehouse.embedded import EmbeddedPostgres
from warehouse.migrate import migrate
from warehouse.ports import free_port
from warehouse.settings import Settings, load_settings

PATIENCE_SECONDS = 600.0


@dataclass(frozen=True)
class Service:
    """A running ``shopmart up``, its sandbox, and the shops that are connected."""

    settings: Settings
    handle: subprocess.Popen[bytes]
    sandbox: SandboxClient
    shops: list[ConnectedShop]


@contextmanager
def serving(*, shops: int, orders: int, seed: int) -> Iterator[Service]:
    """A warehouse of its own, loaded from a sandbox and served; everything is gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="shopmart-soak-"))
    home.chmod(0o755)
    server, apart = EmbeddedPostgres(home), Processes(home / "sandbox", owner="soak")
    try:
        settings = load_settings(
            home=home,
            secret_key="only for this soak",
            database_url=SecretStr(server.start()),
            api_port=free_port(),
            dagster_port=free_port(),
            requests_per_minute=0,
            landing_days=1,
        )
        migrate(settings)
        settings, url = start_sandbox(apart, settings, shops=shops, orders=orders, seed=seed)
        sandbox = SandboxClient(url)
        connected = connect_shops(settings, sandbox.shops())
        read_and_build(settings)
        with _up(settings) as handle:
            yield Service(settings, handle, sandbox, connected)
    finally:
        apart.stop_all()
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


def read_and_build(settings: Settings) -> None:
    """Sync every shop and build; ends the program when a shop cannot be read."""
    from pipelines.build import run_build
    from pipelines.sync import sync_tenants

    if failed := [each for each in sync_tenants(settings, trigger="soak") if each.error]:
        raise SystemExit(f"tenant {failed[0].tenant_id}: {failed[0].error}")
    run_build(settings, tests=False)


@contextmanager
def _up(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """``shopmart up`` with the embedded Postgres as its own, so that it starts it again."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SHOPMART_")}
    environment |= settings.environment()
    del environment["SHOPMART_DATABASE_URL"]
    command = [sys.executable, "-c", "from shopmart.cli import main; main()", "up"]
    log = settings.home_path / "up.log"
    with log.open("ab") as output:
        handle = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        until(lambda: "Shopmart is up" in log.read_text(), "the service does not come up")
        yield handle
    except BaseException:
        print(log.read_text(errors="replace")[-5_000:], file=sys.stderr)
        raise
    finally:
        handle.send_signal(signal.SIGINT)
        handle.wait(120)


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait for what must come to hold; ends the program when it does not."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            raise SystemExit(f"{what} after {PATIENCE_SECONDS:.0f} s")
        time.sleep(0.5)
