"""A whole Dagster, as the demo runs it: code server, web server and daemon, asked over HTTP."""

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from orchestration.names import BUILD_STEP, SYNC_JOB, SYNC_STEP
from orchestration.processes import dagster_processes
from sandbox.serving import running
from sandbox.world import World
from shopmart.dagster_client import DagsterClient, DagsterError, RunEvent
from tests.conftest import recreate, settings_for
from tests.orchestration.conftest import LocalShopify, make_tenant
from warehouse.connections import Role, connect
from warehouse.ports import free_port
from warehouse.settings import Settings

pytestmark = pytest.mark.slow

DATABASE = "shopmart_running"
PATIENCE_SECONDS = 120.0


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


@pytest.fixture(scope="module")
def dagster(live: Settings, tenant: int) -> Iterator[DagsterClient]:
    port = free_port()
    started = []
    with (live.home_path / "dagster.log").open("wb") as log:
        for process in dagster_processes(live, port=port):
            started.append(
                subprocess.Popen(
                    process.argv, env={**os.environ, **process.env}, stdout=log, stderr=log
                )
            )
    with DagsterClient(f"http://127.0.0.1:{port}") as client:
        client.wait_until_loaded(timeout=PATIENCE_SECONDS)
        yield client
    for handle in reversed(started):
        stop(handle)


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
