"""Shopify waits five seconds: each delivery is answered within them, also when the server stops."""

import signal
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.api.shops import Shop, landed, rows, serving
from tests.api.webhooks.test_committer import (
    BODY,
    is_alive,
    nothing_commits,
    served_by_a_process,
    wait_until,
)
from warehouse.connections import Role, dsn
from warehouse.settings import Settings


def test_what_waits_when_the_server_is_stopped_is_stored_and_answered(
    settings: Settings, shop: Shop
) -> None:
    with (
        ThreadPoolExecutor(20) as pool,
        served_by_a_process(settings) as (process, api),
    ):
        with nothing_commits(settings):
            sent = [
                pool.submit(shop.deliver, api, BODY, Webhook_Id=str(number)) for number in range(20)
            ]
            wait_until(lambda: commits_wait(settings))
            process.send_signal(signal.SIGTERM)
            wait_until(lambda: not is_alive(api))
        assert {one.result().status_code for one in sent} == {200}
        assert process.wait(timeout=20) in (0, -signal.SIGTERM)
    assert set(landed(settings)) == {str(number) for number in range(20)}


def commits_wait(settings: Settings) -> bool:
    waiting = (
        "select count(*) from pg_stat_activity"
        " where application_name = 'shopmart landing' and wait_event_type = 'Lock'"
    )
    return rows(settings, waiting) >= [(1,)]


@pytest.mark.parametrize("table", ["landing.webhook_events", "control.tenants"])
def test_whatever_hangs_each_delivery_is_answered_while_it_still_hangs(
    settings: Settings, shop: Shop, table: str
) -> None:
    with serving(settings) as api, ThreadPoolExecutor(12) as pool:
        with psycopg.connect(dsn(settings, Role.OWNER)) as connection:
            connection.execute(f"lock table {table} in access exclusive mode".encode())
            sent = [
                pool.submit(shop.deliver, api, BODY, Webhook_Id=str(number)) for number in range(12)
            ]
            answers = [one.result() for one in sent]
        assert {answer.status_code for answer in answers} == {503}
        assert all(answer.headers["retry-after"] for answer in answers)
        wait_until(lambda: shop.deliver(api, BODY, Webhook_Id="after").status_code == 200)
    assert "after" in landed(settings)


def test_a_full_queue_refuses_at_once_and_takes_up_again(settings: Settings, shop: Shop) -> None:
    settings = settings.model_copy(update={"landing_queue": 3})
    with serving(settings) as api, ThreadPoolExecutor(30) as pool:
        with nothing_commits(settings):
            sent = [
                pool.submit(shop.deliver, api, BODY, Webhook_Id=str(number)) for number in range(30)
            ]
            wait_until(lambda: sum(one.done() for one in sent) >= 10)
            refused = [one.result() for one in sent if one.done()]
        answers = [one.result() for one in sent]
        assert shop.deliver(api, BODY, Webhook_Id="after").status_code == 200
    assert {answer.status_code for answer in refused} == {503}
    assert all(answer.headers["retry-after"] for answer in refused)
    stored = [number for number, answer in enumerate(answers) if answer.status_code == 200]
    assert stored
    assert set(landed(settings)) == {"after", *map(str, stored)}
