"""A warehouse for one benchmark, and servers beside it; nothing of it is left behind."""

import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pydantic import SecretStr

from benchmarks.usage import Tree
from shopmart.supervision.processes import Processes, wait_until_up
from warehouse.connections import Role, connect
from warehouse.embedded import EmbeddedPostgres
from warehouse.migrate import migrate
from warehouse.ports import free_port
from warehouse.secrets import Credentials, Sealer
from warehouse.settings import Settings, load_settings
from warehouse.tenants import add_tenant

SECRET = "only for this benchmark"


@contextmanager
def warehouse() -> Iterator[tuple[Settings, Processes, Tree]]:
    """Settings of a migrated database, who starts servers, and Postgres's processes."""
    home = Path(tempfile.mkdtemp(prefix="shopmart-benchmark-"))
    home.chmod(0o755)
    server, processes = EmbeddedPostgres(home), Processes(home, owner="benchmark")
    try:
        settings = load_settings(
            home=home,
            secret_key=SECRET,
            database_url=SecretStr(server.start()),
            api_port=free_port(),
            requests_per_minute=0,
            log_level="warning",
        )
        migrate(settings)
        yield settings, processes, Tree(_postmaster(settings))
    finally:
        processes.stop_all()
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


def shop(settings: Settings, domain: str) -> int:
    """A tenant; its id."""
    with connect(settings, Role.CONTROL) as connection:
        added = add_tenant(
            connection,
            Sealer.from_settings(settings),
            name=domain,
            shop_domain=domain,
            credentials=Credentials(webhook_secret=SECRET),
        )
    return added.tenant_id


def start(
    processes: Processes, name: str, argv: list[str], env: Mapping[str, str], *, ready: str
) -> Tree:
    """Start a server of this interpreter and wait until it answers; its processes."""
    child = processes.start(name, [sys.executable, *argv], env)
    wait_until_up(processes, ready, name=name)
    return Tree(child.handle.pid)


def start_api(processes: Processes, settings: Settings) -> Tree:
    """Our API, as it is run."""
    ready = f"http://127.0.0.1:{settings.api_port}/ready"
    return start(processes, "api", ["-m", "api"], settings.environment(), ready=ready)


def _postmaster(settings: Settings) -> int:
    with connect(settings, Role.OWNER) as connection:
        row = connection.execute("show data_directory").fetchone()
    if row is None:
        raise SystemExit("Postgres does not say where its data is")
    return int((Path(row[0]) / "postmaster.pid").read_text().splitlines()[0])
