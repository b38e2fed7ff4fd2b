"""Redis: shared by processes, asked for answers and counts, and free to vanish at any time."""

import logging
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from api import redis_link
from api.redis_link import RedisLink
from tests.api.conftest import Built
from tests.api.shops import free_port, serving
from warehouse.errors import ConfigurationError
from warehouse.settings import Settings

needs_redis = pytest.mark.skipif(not shutil.which("redis-server"), reason="no redis-server here")


@contextmanager
def redis_on(port: int, folder: Path) -> Iterator[None]:
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    server = subprocess.Popen([*command, "--dir", str(folder)], stdout=subprocess.DEVNULL)
    try:
        answers_at = time.monotonic() + 10
        while time.monotonic() < answers_at:
            probe = subprocess.run(
                ["redis-cli", "-p", str(port), "ping"], capture_output=True, check=False
            )
            if probe.stdout.strip() == b"PONG":
                break
            time.sleep(0.05)
        yield
    finally:
        server.kill()
        server.wait()


def with_redis(built: Built, port: int, **changes: object) -> Settings:
    url = SecretStr(f"redis://127.0.0.1:{port}/0")
    return built.settings.model_copy(update={"redis_url": url, **changes})


def cache(api: httpx.Client, path: str) -> str:
    answer = api.get(path)
    assert answer.status_code == 200, answer.text
    return str(answer.headers["x-cache"])


@needs_redis
def test_what_one_process_computed_another_one_has(built: Built, tmp_path: Path) -> None:
    port, path = free_port(), f"{built.berlin.path}/metrics"
    with redis_on(port, tmp_path):
        settings = with_redis(built, port)
        with serving(settings) as one, serving(settings) as other:
            assert [cache(one, path), cache(other, path)] == ["MISS", "HIT"]
            assert one.get(path).content == other.get(path).content
            pending = f"/api/v1/analytics/checkouts/{built.berlin.tenant_id}"
            assert [cache(one, pending), cache(other, pending)] == ["MISS", "HIT"]


@needs_redis
def test_two_processes_count_an_address_together(built: Built, tmp_path: Path) -> None:
    port = free_port()
    with redis_on(port, tmp_path):
        settings = with_redis(built, port, requests_per_minute=4)
        with serving(settings) as one, serving(settings) as other:
            codes = [api.get("/api/v1/tenants").status_code for api in (one, other) * 3]
    assert codes == [200, 200, 200, 200, 429, 429]


@needs_redis
def test_redis_may_vanish_and_come_back(
    built: Built, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO, logger="shopmart.api")
    monkeypatch.setattr(redis_link, "REST_SECONDS", 0.05)
    port, path = free_port(), f"{built.berlin.path}/orders"
    with serving(with_redis(built, port)) as api:
        with redis_on(port, tmp_path):
            assert [cache(api, path), cache(api, path)] == ["MISS", "HIT"]
        assert cache(api, f"{path}?limit=3") == "MISS"
        assert [cache(api, path) for _ in range(3)] == ["HIT"] * 3
        with redis_on(port, tmp_path):
            time.sleep(0.1)
            assert cache(api, f"{path}?limit=4") == "MISS"
    told = [record.message for record in caplog.records if "Redis" in record.message]
    assert sum("does not answer" in message for message in told) == 1
    assert sum("answers again" in message for message in told) == 1


def test_without_a_redis_where_the_settings_name_one_everything_works(built: Built) -> None:
    with serving(with_redis(built, free_port())) as api:
        path = f"{built.berlin.path}/metrics"
        assert [cache(api, path), cache(api, path)] == ["MISS", "HIT"]


def test_an_address_that_is_none_is_refused_by_the_settings_name() -> None:
    with pytest.raises(ConfigurationError, match="SHOPMART_REDIS_URL"):
        RedisLink("redis://127.0.0.1:no-port/0")
