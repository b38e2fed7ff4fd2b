"""A whole Dagster, as the demo runs it: code server, web server and daemon, asked over HTTP."""

import contextlib
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

from orchestration.names import BUILD_STEP, SYNC_JOB, SYNC_STEP
from orchestration.processes import dagster_processes
from pipelines.live.reports import Reports
from pipelines.webhooks import WebhookLoad
from sandbox.serving import running
from sandbox.world import World
from shopmart.dagster_client import DagsterClient, DagsterError, RunEvent
from tests.conftest import recreate, settings_for
from tests.orchestration.conftest import LocalShopify, make_tenant
from warehouse.connections import Role, connect
from warehouse.ports import free_port
from warehouse.settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

DATABASE = "shopmart_running"
PATIENCE_SECONDS = 300.0


@pytest.fixture(scope="module")
def shopify() -> Iterator[LocalShopify]:
    world = World.generate(shops=1, orders=20, seed=5)
    with running(world, bulk_seconds=0.05) as url:
        yield LocalShopify(world, url)


@pytest.fixture(scope="module")
def live(cluster_url: str, home: Path, template: str, shopify: LocalShopify) -> Settings:
    recreate(cluster_url, DATABASE, template=template)
    address = f"{shopify.url}/{{shop}}"
    return settings_for(home, f"{cluster_url}/{DATABASE}", shopify_base_url=address)


@pytest.fixture(scope="module")
def tenant(live: Settings, shopify: LocalShopify) -> int:
    (domain,) = shopify.domains
    return make_tenant(live, domain, token=shopify.token(domain))


@dataclass(frozen=True)
class Running:
    """A whole Dagster: its client and its processes, the code server first."""

    client: DagsterClient
    url: str
    processes: list[subprocess.Popen[bytes]]


@pytest.fixture(scope="module")
def servers(live: Settings, tenant: int) -> Iterator[Running]:
    port = free_port()
    started: list[subprocess.Popen[bytes]] = []
    with (live.home_path / "dagster.log").open("wb") as log:
        for process in dagster_processes(live, port=port):
            started.append(
                subprocess.Popen(
                    process.argv, env={**os.environ, **process.env}, stdout=log, stderr=log
                )
            )
    with DagsterClient(f"http://127.0.0.1:{port}") as client:
        client.wait_until_loaded(timeout=PATIENCE_SECONDS)
        yield Running(client, f"http://127.0.0.1:{port}", started)
    for handle in reversed(started):
        stop(handle)


@pytest.fixture(scope="module")
def dagster(servers: Running) -> DagsterClient:
    return servers.client


def stop(handle: subprocess.Popen[bytes]) -> None:
    family = [psutil.Process(handle.pid), *psutil.Process(handle.pid).children(recursive=True)]
    handle.terminate()
    _, alive = psutil.wait_procs(family, timeout=10)
    for survivor in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            survivor.kill()
    handle.wait()


def sync_config(tenant_id: int | str) -> dict[str, object]:
    return {"ops": {SYNC_STEP: {"config": {"tenant_ids": [str(tenant_id)], "trigger": "test"}}}}


def orders_served(settings: Settings) -> int:
    with connect(settings, Role.OWNER) as owner:
        known = owner.execute("select to_regclass('marts.orders') is not null").fetchone()
        if not known or not known[0]:
            return 0
        row = owner.execute("select count(*) from marts.orders").fetchone()
    return int(str(row[0])) if row else 0


def test_a_sync_asked_for_over_http_reaches_the_marts_by_the_sensor(
    dagster: DagsterClient, live: Settings, tenant: int
) -> None:
    events: list[RunEvent] = []
    run_id = dagster.launch(SYNC_JOB, run_config=sync_config(tenant), tags={"tenant_id": "1"})
    outcome = dagster.wait(run_id, on_event=events.append, timeout=PATIENCE_SECONDS)
    assert (outcome.status, outcome.error) == ("SUCCESS", None)
    assert any("orders exported" in event.message for event in events)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not orders_served(live):
        assert time.monotonic() < deadline, "no build brought the orders to the marts"
        time.sleep(0.5)


def test_a_failed_run_is_told_in_its_own_words(dagster: DagsterClient) -> None:
    run_id = dagster.launch(SYNC_JOB, run_config=sync_config("no-id"))
    outcome = dagster.wait(run_id, timeout=PATIENCE_SECONDS)
    assert not outcome.succeeded
    assert str(outcome.error).startswith("tenant_ids: 'no-id' is no tenant's id")
    assert run_id in dagster.run_page(run_id)


def test_a_wrong_configuration_is_refused_with_the_reason(dagster: DagsterClient) -> None:
    wrong = {"ops": {BUILD_STEP: {}}}
    with pytest.raises(DagsterError, match=BUILD_STEP):
        dagster.launch(SYNC_JOB, run_config=wrong)


def test_an_unknown_run_is_named(dagster: DagsterClient) -> None:
    with pytest.raises(DagsterError, match="no-such-run"):
        dagster.wait("no-such-run")


def runs_of(settings: Settings, tag: str, value: str) -> list[tuple[str, str]]:
    """The id and state of each run with a tag, the newest last."""
    with connect(settings, Role.DAGSTER) as connection:
        rows = connection.execute(
            "select runs.run_id, runs.status from dagster.runs as runs"
            " inner join dagster.run_tags as tags on tags.run_id = runs.run_id"
            " where tags.key = %s and tags.value = %s order by runs.id",
            [tag, value],
        ).fetchall()
    return [(str(run_id), str(status)) for run_id, status in rows]


def until(holds: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


def test_a_run_whose_process_is_killed_is_launched_again_and_succeeds(
    servers: Running, live: Settings, tenant: int, shopify: LocalShopify
) -> None:
    shopify.fault(bulk_seconds=5)
    code_server = psutil.Process(servers.processes[0].pid)
    before = {child.pid for child in code_server.children(recursive=True)}
    run_id = servers.client.launch(SYNC_JOB, run_config=sync_config(tenant), tags={"case": "kill"})
    until(lambda: runs_of(live, "case", "kill")[0][1] == "STARTED", "the run did not start")
    for child in code_server.children(recursive=True):
        if child.pid not in before:
            child.kill()
    shopify.fault(bulk_seconds=0.05)
    again = lambda: runs_of(live, "dagster/parent_run_id", run_id)  # noqa: E731
    until(again, "the killed run was not launched again")
    until(lambda: again()[0][1] == "SUCCESS", f"it did not succeed: {again()}")
    assert dict(runs_of(live, "case", "kill"))[run_id] == "FAILURE"


def test_what_the_live_loop_reports_stands_on_the_assets(servers: Running, live: Settings) -> None:
    reports = Reports(servers.url, models=dict)
    reports.loaded(WebhookLoad(batches=1, events=7, documents=6))
    reports.failed("live", "orders: division by zero")
    with httpx.Client(base_url=servers.url) as http:
        assert reports.tell(http) == 1
        assert reports.tell(http) == 0
    with connect(live, Role.DAGSTER) as connection:
        ((event,),) = connection.execute(
            "select event from dagster.event_logs where run_id = ''"
            ' and asset_key = \'["landing", "webhook_events"]\' order by id desc limit 1'
        ).fetchall()
    assert "division by zero" in str(event)
    assert "webhooks" in str(event)


def test_a_killed_code_server_that_is_started_again_takes_runs_again(
    servers: Running, live: Settings, tenant: int
) -> None:
    servers.processes[0].kill()
    servers.processes[0].wait()
    code_server, *_ = dagster_processes(live, port=free_port())
    servers.processes[0] = subprocess.Popen(
        code_server.argv, env={**os.environ, **code_server.env}, stderr=subprocess.DEVNULL
    )
    runs: list[str] = []

    def launched() -> bool:
        with contextlib.suppress(DagsterError):
            runs.append(servers.client.launch(SYNC_JOB, run_config=sync_config(tenant)))
        return bool(runs)

    until(launched, "no run is taken")
    outcome = servers.client.wait(runs[0], timeout=PATIENCE_SECONDS)
    assert (outcome.status, outcome.error) == ("SUCCESS", None)
