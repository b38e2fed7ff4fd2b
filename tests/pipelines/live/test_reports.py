"""What Dagster is told of the loop: sums, at most once a minute, and each change of state."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import httpx
import pytest

from pipelines.build import BuildResult
from pipelines.live.backoff import Backoff
from pipelines.live.reports import EVERY_SECONDS, LANDED, Reports
from pipelines.live.standing import CHANNEL
from pipelines.refetch import Refetched
from pipelines.webhooks import WebhookLoad
from tests.pipelines.conftest import serving

MODELS = {"orders": "marts/orders", "ledger": "marts/ledger"}


class Clock:
    """A time that a test moves by itself."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class _Dagster(BaseHTTPRequestHandler):
    taken: list[tuple[str, dict[str, Any]]]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.taken.append((self.path, body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def taken() -> list[tuple[str, dict[str, Any]]]:
    return []


@pytest.fixture
def dagster(taken: list[tuple[str, dict[str, Any]]]) -> Iterator[httpx.Client]:
    handler = type("Dagster", (_Dagster,), {"taken": taken})
    with serving(handler) as url, httpx.Client(base_url=url) as client:
        yield client


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def reports(clock: Clock) -> Reports:
    return Reports("http://127.0.0.1:9", models=lambda: MODELS, clock=clock)


def built(seconds: float = 0.5) -> BuildResult:
    nodes = {"model.shopmart.orders": "success", "model.shopmart.stg_x": "success"}
    return BuildResult(1, "live", False, 1, 4, 2, nodes, [], seconds)


def test_a_minute_of_passes_is_one_report_with_their_sums(
    reports: Reports, clock: Clock, dagster: httpx.Client, taken: list[Any]
) -> None:
    reports.loaded(WebhookLoad(batches=1, events=2, documents=2))
    assert reports.tell(dagster) == 1
    for _ in range(3):
        reports.loaded(WebhookLoad(batches=1, events=10, documents=9, marked=1))
        assert reports.tell(dagster) == 0
    reports.refetched(Refetched(orders=3))
    clock.now += EVERY_SECONDS
    assert reports.tell(dagster) == 1
    path, body = taken[-1]
    assert path == f"/report_asset_materialization/{LANDED}"
    sums = body["metadata"]
    assert (sums["webhooks"], sums["documents"], sums["orders read again"]) == (30, 27, 3)


def test_each_model_that_was_built_is_told_and_no_staging_view(
    reports: Reports, dagster: httpx.Client, taken: list[Any]
) -> None:
    reports.built(built())
    reports.built(built())
    assert reports.tell(dagster) == 1
    ((path, body),) = taken
    assert path == "/report_asset_materialization/marts/orders"
    assert body["metadata"] == {"builds": 2, "orders recomputed": 8, "seconds": 1.0}


def test_a_trouble_is_told_at_once_and_once_and_so_is_its_end(
    reports: Reports, dagster: httpx.Client, taken: list[Any]
) -> None:
    for _ in range(5):
        reports.failed("live", "orders: division by zero")
        reports.tell(dagster)
    reports.recovered("live")
    reports.recovered("live")
    reports.tell(dagster)
    assert [path for path, _ in taken] == [f"/report_asset_observation/{LANDED}"] * 2
    assert "division by zero" in taken[0][1]["description"]
    assert "works again" in taken[1][1]["description"]


def test_what_dagster_did_not_take_is_told_with_the_next_report(
    reports: Reports, clock: Clock, dagster: httpx.Client, taken: list[Any]
) -> None:
    reports.loaded(WebhookLoad(events=2))
    with httpx.Client(base_url="http://127.0.0.1:9") as nobody:
        assert reports.tell(nobody) == 0
    reports.loaded(WebhookLoad(events=3))
    clock.now += EVERY_SECONDS
    assert reports.tell(dagster) == 1
    assert taken[0][1]["metadata"]["webhooks"] == 5


def test_rests_grow_until_half_a_minute_and_a_success_forgets_them(clock: Clock) -> None:
    backoff = Backoff(clock=clock)
    assert backoff.is_due and not backoff.has_failed
    assert [backoff.failed() for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    assert not backoff.is_due
    clock.now += 30
    assert backoff.is_due
    backoff.succeeded()
    assert backoff.failed() == 1


def test_the_loop_hears_what_the_api_says() -> None:
    from api.webhooks.committer import CHANNEL as SAID

    assert CHANNEL == SAID
