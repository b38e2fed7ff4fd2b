"""``shopmart up`` as its user meets it: starts, restarts what dies, stops; and the status."""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from shopmart.dagster_client import DagsterClient
from tests.shopmart.commands import SHOPMART, shopmart
from warehouse.connections import SERVICE_ROLES, role_password
from warehouse.embedded import EmbeddedPostgres
from warehouse.embedded_place import data_folder
from warehouse.ports import free_port
from warehouse.settings import Settings

PATIENCE_SECONDS = 240.0
KEY = "a secret key that only tests use"


def environment(settings: Settings, **more: object) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("SHOPMART_")}
    return {**kept, **settings.environment(), **{k: str(v) for k, v in more.items()}}


@contextlib.contextmanager
def running_up(settings: Settings, log: Path, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as file:
        process = subprocess.Popen(
            [*SHOPMART, "up", *options],
            env=environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def until(holds: Callable[[], object], log: Path, what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"{what}\n{log.read_text()}"
        time.sleep(0.2)


@pytest.fixture
def served(settings: Settings, tmp_path: Path) -> Settings:
    ports = {"api_port": free_port(), "dagster_port": free_port()}
    return settings.model_copy(update={"home": tmp_path, **ports})


def pid_of(settings: Settings, name: str) -> int:
    return int(json.loads((settings.home_path / "run" / f"{name}.json").read_text())["pid"])


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_it_serves_starts_again_what_is_killed_and_stops_everything(
    served: Settings, tmp_path: Path
) -> None:
    log = tmp_path / "up.log"
    served = served.model_copy(update={"log_format": "json"})
    with running_up(served, log) as up:
        until(lambda: "Shopmart is up" in log.read_text(), log, "it did not come up")
        api = f"http://127.0.0.1:{served.api_port}"
        assert httpx.get(f"{api}/health").status_code == 200
        assert httpx.get(f"http://127.0.0.1:{served.dagster_port}/server_info").is_success
        until(lambda: status(served)["live_loop"], log, "no loop is at work")
        family = psutil.Process(up.pid).children(recursive=True)
        os.kill(pid_of(served, "api"), signal.SIGKILL)
        until(lambda: "api ended with code -9" in log.read_text(), log, "the end was not seen")
        until(lambda: is_healthy(api), log, "the API was not started again")
        with DagsterClient(f"http://127.0.0.1:{served.dagster_port}") as dagster:
            run_id = dagster.launch("abandonment_job", run_config={})
            assert dagster.wait(run_id, timeout=PATIENCE_SECONDS).succeeded
        second = shopmart("up", settings=served, SHOPMART_API_PORT="1", SHOPMART_DAGSTER_PORT="2")
        assert second.returncode == 1
        assert "runs already" in second.stderr
        refused = shopmart("stop", settings=served)
        assert (refused.returncode, "Ctrl-C" in refused.stderr) == (1, True)
        up.send_signal(signal.SIGTERM)
        assert up.wait(60) == 0
    assert "everything is stopped" in log.read_text()
    _, alive = psutil.wait_procs(family, timeout=20)
    assert alive == []
    assert list((served.home_path / "run").glob("*.json")) == []
    told = every_line_of([log, *(served.home_path / "logs").glob("*.log")], served)
    assert {"up", "api", "live", "dagster", "dagster-run"} <= told


def every_line_of(logs: list[Path], settings: Settings) -> set[str]:
    """The processes that speak in the logs; each line is a JSON object that opens nothing."""
    names = set()
    secrets = {KEY, *(role_password(settings, role) for role in SERVICE_ROLES)}
    for log in logs:
        for line in log.read_text().splitlines():
            found = json.loads(line)
            assert found["message" if "message" in found else "event"], line
            assert not [secret for secret in secrets if secret in line]
            names.add(found.get("service", "dagster"))
    return names


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_embedded_postgres_is_started_again_too(served: Settings, tmp_path: Path) -> None:
    log = tmp_path / "up.log"
    alone = served.model_copy(update={"database_url": None})
    ready = f"http://127.0.0.1:{served.api_port}/ready"
    with running_up(alone, log, "--no-live", "--no-dagster"):
        until(lambda: "Shopmart is up" in log.read_text(), log, "it did not come up")
        until(lambda: httpx.get(ready).is_success, log, "the API found no database")
        noted = data_folder(tmp_path) / "postmaster.pid"
        os.kill(int(noted.read_text().split()[0]), signal.SIGKILL)
        until(lambda: "Postgres ended" in log.read_text(), log, "the end was not seen")
        until(lambda: httpx.get(ready).is_success, log, "the database did not come back")
    assert not EmbeddedPostgres(tmp_path).is_running


def is_healthy(api: str) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(f"{api}/health").is_success
    return False


def status(settings: Settings) -> dict[str, object]:
    done = shopmart("status", "--json", settings=settings)
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_the_status_is_told_in_words_and_as_json(settings: Settings) -> None:
    shopmart("tenant", "add", "one", settings=settings, SHOPMART_WEBHOOK_SECRET="hush")
    said = shopmart("status", settings=settings)
    assert said.returncode == 0, said.stderr
    assert "no live loop runs" in said.stdout
    told = status(settings)
    assert set(told) == {"at", "live_loop", "builds", "stuck_batches", "tenants"}


def test_the_status_of_a_stranger_is_an_error_that_names_it(settings: Settings) -> None:
    done = shopmart("status", "nobody", settings=settings)
    assert done.returncode == 1
    assert "nobody.myshopify.com" in done.stderr
    assert "Traceback" not in done.stderr


def test_running_nothing_is_a_wrong_usage(settings: Settings) -> None:
    done = shopmart("up", "--no-api", "--no-live", "--no-dagster", settings=settings)
    assert done.returncode == 2
    assert "leave nothing" in done.stderr


def test_a_missing_secret_key_is_named_before_anything_starts(tmp_path: Path) -> None:
    done = shopmart("up", cwd=tmp_path)
    assert done.returncode == 1
    assert "SHOPMART_SECRET_KEY: is missing" in done.stderr
