"""The API killed while it lands: what it acknowledged is there, what it did not is sent again."""

import base64
import hashlib
import hmac
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.faults.harness import Case, Story
from tests.faults.harness_marts import read
from tests.faults.harness_points import Point
from tests.faults.harness_work import LONGEST_SECONDS, Worker
from tests.pipelines.conftest import Delivery
from warehouse.ports import free_port

SECRET = "only for tests"
LANDED = "select webhook_id from landing.webhook_events"
SENDERS = 6
# Shopify's own: what a busy API answers by 503 comes again.
TRIES = 8
MOMENTS = {
    "before_a_batch_is_stored": Point("api.webhooks.committer:_Writer.store", nth=3),
    "after_a_batch_has_committed": Point("api.webhooks.committer:_tell", nth=5),
    "between_two_answers": Point("api.webhooks.committer:_tell", "after", nth=9),
}


@pytest.fixture
def untold(story: Story, tmp_path: Path) -> Iterator[Case]:
    """A warehouse that has heard nothing since its first sync, with a port for its API."""
    with story.case(tmp_path / "home", landed=False) as case:
        changes = {"api_port": free_port(), "requests_per_minute": 0}
        case.settings = case.settings.model_copy(update=changes)
        yield case


@dataclass
class Sender:
    """Shopify as a sender: what is not answered by 200 is sent again, and again."""

    case: Case
    acknowledged: set[str] = field(default_factory=set)

    def send(self, deliveries: list[Delivery]) -> list[Delivery]:
        """Send them side by side; returns what was not acknowledged."""
        with self._http() as http, ThreadPoolExecutor(SENDERS) as pool:
            answered = list(pool.map(lambda one: self._sent(http, one), deliveries))
        return [one for one, taken in zip(deliveries, answered, strict=True) if not taken]

    @contextmanager
    def _http(self) -> Iterator[httpx.Client]:
        url = f"http://127.0.0.1:{self.case.settings.api_port}"
        with httpx.Client(base_url=url, timeout=10) as http:
            yield http

    def _sent(self, http: httpx.Client, one: Delivery) -> bool:
        digest = hmac.new(SECRET.encode(), one.body, hashlib.sha256).digest()
        headers = {
            "X-Shopify-Topic": one.topic,
            "X-Shopify-Shop-Domain": one.domain,
            "X-Shopify-Webhook-Id": one.webhook_id,
            "X-Shopify-Triggered-At": one.triggered_at.isoformat(),
            "X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode(),
        }
        with suppress(httpx.TransportError):
            answer = http.post("/api/v1/webhook/shopify", content=one.body, headers=headers)
            if answer.status_code == 200:
                self.acknowledged.add(one.webhook_id)
                return True
        return False


def up(case: Case, worker: Worker) -> Worker:
    """The worker, once its API answers."""
    url = f"http://127.0.0.1:{case.settings.api_port}/health"
    until = time.monotonic() + LONGEST_SECONDS
    while True:
        with suppress(httpx.TransportError):
            if httpx.get(url).is_success:
                return worker
        assert time.monotonic() < until, f"the API does not answer: {worker.error}"
        time.sleep(0.05)


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(name, marks=pytest.mark.faults_ci if name.startswith("after") else ())
        for name in MOMENTS
    ],
)
def test_an_api_killed_at_a_commit_loses_nothing_that_it_acknowledged(
    untold: Case, moment: str
) -> None:
    sender = Sender(untold)
    dying = up(untold, untold.start("serve", at=MOMENTS[moment]))
    left = sender.send(untold.story.deliveries)
    assert dying.ended() == -9, dying.error
    assert left, "it died after everything was sent"
    assert sender.acknowledged <= {row[0] for row in read(untold.settings, LANDED)}
    heir = up(untold, untold.start("serve"))
    for _ in range(TRIES):
        left = sender.send(left)
    assert left == []
    heir.kill()
    untold.acknowledged = sender.acknowledged
    untold.work()
    untold.assert_undisturbed()


def test_an_api_killed_at_any_moment_loses_nothing_that_it_acknowledged(untold: Case) -> None:
    sender, left = Sender(untold), list(untold.story.deliveries)
    kills = 0
    while left:
        worker = up(untold, untold.start("serve"))
        part, rest = left[:60], left[60:]
        with ThreadPoolExecutor(1) as pool:
            sending = pool.submit(sender.send, part)
            known = len(sender.acknowledged)
            while len(sender.acknowledged) < known + len(part) // 2 and not sending.done():
                time.sleep(0.002)
            worker.kill()
            kills += 1
            left = sending.result() + rest
        assert sender.acknowledged <= {row[0] for row in read(untold.settings, LANDED)}
    assert kills > 1
    untold.acknowledged = sender.acknowledged
    untold.work()
    untold.assert_undisturbed()
