"""Nothing acknowledged is lost: restarts of Postgres, kills of the server, a full queue."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.api.shops import Shop, free_port, landed, rows, serving
from tests.conftest import SECRET_KEY
from warehouse.connections import Role, dsn
from warehouse.embedded import EmbeddedPostgres
from warehouse.embedded_place import choose_place
from warehouse.settings import Settings

BODY = b'{"id": 1}'


class Flood:
    """Deliveries from several senders until stopped, each with an id of its own."""

    def __init__(self, api: httpx.Client, shop: Shop) -> None:
        self._api, self._shop = api, shop
        self._stop = threading.Event()
        self.acknowledged: set[str] = set()
        self.refused: set[int] = set()

    @contextmanager
    def pouring(self, senders: int = 8) -> Iterator[None]:
        with ThreadPoolExecutor(senders) as pool:
            pours = [pool.submit(self._pour, sender) for sender in range(senders)]
            try:
                yield
            finally:
                self._stop.set()
        for pour in pours:
            pour.result()

    def _pour(self, sender: int) -> None:
        number = 0
        while not self._stop.is_set():
            number += 1
            webhook_id = f"{sender}-{number}"
            try:
                answer = self._shop.deliver(self._api, BODY, Webhook_Id=webhook_id)
            except httpx.TransportError:
                continue
            if answer.status_code == 200:
                self.acknowledged.add(webhook_id)
            else:
                self.refused.add(answer.status_code)

    def wait_for(self, more: int) -> None:
        goal = len(self.acknowledged) + more
        wait_until(lambda: len(self.acknowledged) >= goal)


def wait_until(holds: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it does not come to pass"
        time.sleep(0.01)


@contextmanager
def served_by_a_process(
    settings: Settings,
) -> Iterator[tuple[subprocess.Popen[bytes], httpx.Client]]:
    port = free_port()
    environment = {
        **os.environ,
        "SHOPMART_DATABASE_URL": dsn(settings, Role.OWNER),
        "SHOPMART_SECRET_KEY": SECRET_KEY,
        "SHOPMART_API_PORT": str(port),
    }
    process = subprocess.Popen([sys.executable, "-m", "api"], env=environment)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as api:
            wait_until(lambda: process.poll() is None and is_alive(api))
            yield process, api
    finally:
        process.kill()
        process.wait()


def is_alive(api: httpx.Client) -> bool:
    try:
        return api.get("/health").status_code == 200
    except httpx.TransportError:
        return False


def test_a_flood_lands_whole(api: httpx.Client, settings: Settings, shop: Shop) -> None:
    flood = Flood(api, shop)
    with flood.pouring():
        flood.wait_for(200)
    assert set(landed(settings)) == flood.acknowledged
    assert not flood.refused


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_what_was_acknowledged_outlives_a_restart_of_postgres_and_landing_goes_on(
    api: httpx.Client,
    settings: Settings,
    shop: Shop,
    home: Path,
    mode: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    flood = Flood(api, shop)
    place = choose_place(home)
    with flood.pouring():
        flood.wait_for(50)
        place.run("pg_ctl", "stop", "-D", str(place.data), "-m", mode, "-w")
        wait_until(lambda: 503 in flood.refused)
        EmbeddedPostgres(home).start()
        flood.wait_for(50)
    assert flood.refused == {503}
    assert flood.acknowledged <= set(landed(settings))
    assert not [record for record in caplog.records if record.exc_info], "an unforeseen error"


def test_what_was_acknowledged_outlives_a_kill_of_the_server(
    settings: Settings, shop: Shop
) -> None:
    with served_by_a_process(settings) as (process, api):
        flood = Flood(api, shop)
        with flood.pouring():
            flood.wait_for(100)
            process.kill()
            process.wait()
    assert flood.acknowledged <= set(landed(settings))


def test_a_server_that_is_stopped_answers_what_it_took_and_stores_what_it_answered(
    settings: Settings, shop: Shop
) -> None:
    with served_by_a_process(settings) as (process, api):
        flood = Flood(api, shop)
        with flood.pouring():
            flood.wait_for(100)
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=20) in (0, -signal.SIGTERM)
    assert flood.acknowledged <= set(landed(settings))


@contextmanager
def nothing_commits(settings: Settings) -> Iterator[None]:
    with psycopg.connect(dsn(settings, Role.OWNER)) as connection:
        connection.execute("lock table landing.webhook_events in share mode")
        yield


def test_a_delivery_that_postgres_refuses_does_not_take_its_neighbours_with_it(
    api: httpx.Client, settings: Settings, shop: Shop
) -> None:
    with psycopg.connect(dsn(settings, Role.OWNER)) as connection:
        connection.execute(
            "alter table landing.webhook_events add check (body <> convert_to('poison', 'UTF8'))"
        )
    with ThreadPoolExecutor(20) as pool:
        with nothing_commits(settings):
            sent = [
                pool.submit(
                    shop.deliver, api, b"poison" if number == 7 else BODY, Webhook_Id=str(number)
                )
                for number in range(20)
            ]
            time.sleep(0.5)
        statuses = [one.result().status_code for one in sent]
    assert statuses == [503 if number == 7 else 200 for number in range(20)]
    assert len(landed(settings)) == 19


def test_whoever_listens_is_woken_by_a_landing(
    api: httpx.Client, settings: Settings, shop: Shop
) -> None:
    with psycopg.connect(dsn(settings, Role.LOADER), autocommit=True) as connection:
        connection.execute("listen shopmart_landed")
        assert shop.deliver(api, BODY).status_code == 200
        (notice,) = list(connection.notifies(timeout=10, stop_after=1))
    assert notice.channel == "shopmart_landed"


def test_without_a_database_a_delivery_is_a_503_and_never_a_200(
    settings: Settings, shop: Shop
) -> None:
    nowhere = settings.model_copy(
        update={
            "database_url": type(settings.database_url)(
                f"postgresql://a:b@127.0.0.1:{free_port()}/x"
            )
        }
    )
    with serving(nowhere) as api:
        answer = shop.deliver(api, BODY)
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert rows(settings, "select count(*) from landing.webhook_events") == [(0,)]
