"""``shopmart demo`` as its user meets it: figures, endpoints, Ctrl-C, kill -9, again."""

import contextlib
import json
import os
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.shopmart.commands import SHOPMART

PATIENCE_SECONDS = 240


@contextlib.contextmanager
def running_demo(home: Path, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SHOPMART_")}
    with log.open("ab") as file:
        demo = subprocess.Popen(
            [*SHOPMART, "demo", "--orders", "40"],
            env={**environment, "SHOPMART_HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
        )
        try:
            yield demo
        finally:
            if demo.poll() is None:
                demo.send_signal(signal.SIGINT)
                demo.wait(60)


def endpoints(home: Path, demo: subprocess.Popen[bytes], log: Path) -> dict[str, object]:
    """The endpoints file once the demo has printed where to look."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        assert demo.poll() is None, log.read_text()
        if "Shopmart is running" in log.read_text():
            content: dict[str, object] = json.loads((home / "endpoints.json").read_text())
            return content
        time.sleep(0.5)
    raise AssertionError(log.read_text())


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_it_serves_figures_stops_cleanly_and_continues_after_a_kill(home: Path) -> None:
    folder, log = home / "demo", home / "demo.log"
    log.touch()
    with running_demo(folder, log) as demo:
        found = endpoints(folder, demo, log)
        assert stat.S_IMODE((folder / "endpoints.json").stat().st_mode) == 0o600
        assert set(found) == {"api", "dagster", "sandbox", "database_url", "api_key", "tenants"}
        tenants = found["tenants"]
        assert isinstance(tenants, list) and len(tenants) == 3
        assert set(tenants[0]) == {"id", "shopDomain", "webhookSecret"}
        metrics = httpx.get(f"{found['api']}/api/v1/tenants/{tenants[0]['id']}/metrics").json()
        assert metrics["ordersCount"] > 0
        with psycopg.connect(str(found["database_url"])) as connection:
            (orders,) = connection.execute("select count(*) from marts.orders").fetchall()[0]
        assert orders > 0
        demo.kill()
        demo.wait()
    log.write_text("")
    with running_demo(folder, log) as demo:
        again = endpoints(folder, demo, log)
        assert "stopped what a killed demo left" in log.read_text()
        with psycopg.connect(str(again["database_url"])) as connection:
            (kept,) = connection.execute("select count(*) from marts.orders").fetchall()[0]
        assert kept >= orders
        demo.send_signal(signal.SIGINT)
        assert demo.wait(60) == 0
    assert "everything is stopped" in log.read_text()
    assert not (folder / "endpoints.json").exists()
    assert list((folder / "demo" / "run").glob("*.json")) == []
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{again['api']}/health")
