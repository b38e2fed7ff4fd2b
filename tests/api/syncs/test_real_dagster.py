"""POST /sync through a real Dagster that reads the local Shopify: the whole way, once."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from orchestration.processes import dagster_processes
from sandbox.serving import running
from sandbox.world import World
from tests.api.shops import free_port, serving
from warehouse.connections import Role, connect
from warehouse.secrets import Credentials, Sealer
from warehouse.settings import Settings
from warehouse.tenants import add_tenant

PATIENCE_SECONDS = 120


@contextmanager
def dagster_of(settings: Settings) -> Iterator[str]:
    """The address of a running Dagster: code server, web server and daemon."""
    port = free_port()
    processes = []
    try:
        for one in dagster_processes(settings, port=port):
            environment = {**os.environ, **one.env}
            nowhere = subprocess.DEVNULL
            processes.append(
                subprocess.Popen(one.argv, env=environment, stdout=nowhere, stderr=nowhere)
            )
            if one.ready_url:
                wait_for(one.ready_url)
        yield f"http://127.0.0.1:{port}"
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(timeout=60)
            finally:
                process.kill()


def wait_for(url: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(url, timeout=2).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError(f"{url} does not answer")


@pytest.mark.slow
def test_a_sync_over_http_reads_a_shop_and_a_wrong_token_is_told_in_shopifys_words(
    settings: Settings, tmp_path: Path
) -> None:
    world = World.generate(shops=1, orders=20, seed=5)
    (domain,) = world.shops
    with ExitStack() as stack:
        shopify = stack.enter_context(running(world, bulk_seconds=0.05))
        settings = settings.model_copy(
            update={"shopify_base_url": f"{shopify}/{{shop}}", "home": tmp_path}
        )
        tenant_id = connect_shop(settings, domain, world.shop(domain).profile.access_token)
        url = stack.enter_context(dagster_of(settings))
        patient = {"dagster_url": url, "sync_patience_seconds": PATIENCE_SECONDS}
        api = stack.enter_context(serving(settings.model_copy(update=patient)))
        api.timeout = PATIENCE_SECONDS + 10
        answer = start(api, tenant_id)
        assert answer.status_code == 200, answer.text
        assert answer.json()["success"] is True, answer.text
        assert answer.json()["orders"]["synced"] > 0
        api.patch(f"/api/v1/tenants/{tenant_id}", json={"accessToken": "shpat_wrong"})
        failed = api.post("/api/v1/sync", json={"tenantId": tenant_id})
    assert failed.status_code == 200
    assert failed.json()["success"] is False
    assert "Invalid API key or access token" in failed.json()["message"]


def start(api: httpx.Client, tenant_id: str) -> httpx.Response:
    """Ask again while Dagster is still loading the location, as the 503 says."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        answer = api.post("/api/v1/sync", json={"tenantId": tenant_id})
        if answer.status_code != 503 or time.monotonic() > deadline:
            return answer
        assert "not loaded the location" in answer.json()["error"]
        time.sleep(1)


def connect_shop(settings: Settings, domain: str, token: str) -> str:
    credentials = Credentials(webhook_secret="a planted secret", access_token=token)
    sealer = Sealer.from_settings(settings)
    with connect(settings, Role.CONTROL) as connection:
        tenant = add_tenant(
            connection, sealer, name="Sandbox", shop_domain=domain, credentials=credentials
        )
    return str(tenant.tenant_id)
