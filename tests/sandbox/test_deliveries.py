"""Webhooks reach a real endpoint signed, repeated, out of order and forged as the knobs say."""

import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from sandbox.announcements import Announcement
from sandbox.control import Control
from sandbox.faults import Faults
from sandbox.journal import open_world
from sandbox.knobs import Knobs
from sandbox.signing import headers
from tests.sandbox.endpoint import Endpoint, listening

App = Any


@pytest.fixture
def endpoint(app: App) -> Iterator[Endpoint]:
    with listening(app.control("shops")) as made:
        yield made


def aim(app: App, endpoint: Endpoint, **knobs: object) -> None:
    app.control("webhooks", {"url": endpoint.url, "enabled": True, **knobs})


def test_deliveries_are_signed_over_their_bytes(app: App, endpoint: Endpoint) -> None:
    aim(app, endpoint)
    told = app.happen("order", buyer="customer", count=5)
    counts = app.control("webhooks/flush", {})
    assert counts["acknowledged"] == told["deliveries"] == len(endpoint.received) == 10
    assert (counts["rejected"], counts["pending"]) == (0, 0)
    assert Counter(endpoint.topics()) == {"orders/create": 5, "customers/update": 5}


def test_headers_are_those_of_shopify(app: App, endpoint: Endpoint) -> None:
    aim(app, endpoint)
    app.happen("order", buyer="guest_email")
    app.control("webhooks/flush", {})
    ((headers, body),) = endpoint.received
    assert headers["X-Shopify-Topic"] == "orders/create"
    assert headers["X-Shopify-Shop-Domain"] == app.domain
    assert headers["X-Shopify-API-Version"] == "2026-10"
    assert headers["User-Agent"] == "Shopify-Captain-Hook"
    uuid = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    assert re.fullmatch(uuid, headers["X-Shopify-Webhook-Id"])
    assert re.fullmatch(uuid, headers["X-Shopify-Event-Id"])
    triggered = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z"
    assert re.fullmatch(triggered, headers["X-Shopify-Triggered-At"])
    assert json.loads(body)["name"].startswith("#")


def test_webhooks_of_one_event_share_its_id(app: App, endpoint: Endpoint) -> None:
    aim(app, endpoint)
    app.happen("refund", share="part")
    app.control("webhooks/flush", {})
    events = {headers["X-Shopify-Event-Id"] for headers, _ in endpoint.received}
    webhooks = {headers["X-Shopify-Webhook-Id"] for headers, _ in endpoint.received}
    assert (len(events), len(webhooks)) == (1, len(endpoint.received))


def test_webhooks_of_one_second_are_triggered_one_after_the_other(
    app: App, endpoint: Endpoint
) -> None:
    aim(app, endpoint)
    app.happen("order", buyer="customer", count=10)
    app.control("webhooks/flush", {})
    triggered = [headers["X-Shopify-Triggered-At"] for headers, _ in endpoint.received]
    assert triggered == sorted(triggered)
    assert len(set(triggered)) == 20


def test_duplicates_repeat_id_and_bytes(app: App, endpoint: Endpoint) -> None:
    aim(app, endpoint, duplicates=1.0)
    app.happen("order", buyer="guest_email", count=3)
    app.control("webhooks/flush", {})
    seen = Counter((h["X-Shopify-Webhook-Id"], body) for h, body in endpoint.received)
    assert list(seen.values()) == [2, 2, 2]


def test_a_shuffle_changes_the_order_and_loses_nothing(app: App, endpoint: Endpoint) -> None:
    endpoint.refuse = 1
    aim(app, endpoint, shuffle=30)
    app.happen("order", buyer="guest_email", count=25)
    app.control("webhooks/flush", {})
    numbers = [json.loads(body)["number"] for _, body in endpoint.received]
    assert len(numbers) == 25
    assert numbers != sorted(numbers)
    assert len(set(numbers)) == 25


def test_forgeries_come_beside_the_true_deliveries(app: App, endpoint: Endpoint) -> None:
    aim(app, endpoint, bad_signatures=1.0)
    app.happen("order", buyer="guest_email", count=4)
    counts = app.control("webhooks/flush", {})
    assert (counts["acknowledged"], counts["forged_sent"], counts["forged_accepted"]) == (4, 4, 0)
    assert counts["rejected"] == 4
    assert len(endpoint.received) == 4


def test_a_refused_delivery_is_tried_again(app: App, endpoint: Endpoint) -> None:
    endpoint.refuse = 2
    aim(app, endpoint)
    app.happen("order", buyer="guest_email")
    counts = app.control("webhooks/flush", {})
    assert (counts["sent"], counts["acknowledged"], counts["pending"]) == (3, 1, 0)


def test_a_refused_delivery_does_not_hold_up_the_others(app: App, endpoint: Endpoint) -> None:
    endpoint.refuse = 1
    aim(app, endpoint)
    app.happen("order", buyer="guest_email", count=3)
    app.control("webhooks/flush", {})
    first, *others = sorted(json.loads(body)["number"] for _, body in endpoint.received)
    assert [json.loads(body)["number"] for _, body in endpoint.received] == [*others, first]


def test_a_restarted_courier_gives_no_id_twice(tmp_path: Path) -> None:
    """Receivers take a repeated id for a repeated delivery and drop it."""
    ids: list[str] = []
    for _ in range(2):
        world, journal = open_world(tmp_path / "state.jsonl", shops=1, orders=10, seed=1)
        control = Control(world, Faults(), journal)
        shop = next(iter(world.shops.values()))
        told: list[Announcement] = []
        world.listener = lambda _, announced, told=told: told.extend(announced)
        for _ in range(3):
            control.events(shop.profile.domain, {"kind": "order", "buyer": "customer"})
        life = world.now.isoformat()
        ids += [headers(shop.profile, one, life, 1)["X-Shopify-Webhook-Id"] for one in told]
    assert len(ids) == len(set(ids)) == 12


def test_nothing_is_queued_without_a_target(app: App, endpoint: Endpoint) -> None:
    assert app.happen("order")["deliveries"] == 0
    aim(app, endpoint)
    app.control("webhooks", {"enabled": False})
    assert app.happen("order")["deliveries"] == 0
    assert endpoint.received == []


def test_a_dead_target_is_given_up(app: App) -> None:
    app.control("webhooks", {"url": "http://127.0.0.1:9/nobody", "enabled": True, "tries": 3})
    app.happen("order", buyer="guest_email")
    counts = app.control("webhooks/flush", {"timeout": 20})
    assert (counts["acknowledged"], counts["rejected"], counts["pending"]) == (0, 1, 0)
    assert counts["failures"] == ["orders/create: None"]


def test_the_trickle_runs_until_it_is_stopped(app: App, endpoint: Endpoint) -> None:
    aim(app, endpoint)
    assert app.control("trickle", {"per_minute": 3000}) == {"per_minute": 3000.0}
    until = time.monotonic() + 20
    while len(endpoint.received) < 20 and time.monotonic() < until:
        time.sleep(0.05)
    assert app.control("trickle", {"per_minute": 0}) == {"per_minute": 0.0}
    app.control("webhooks/flush", {})
    settled = len(endpoint.received)
    assert settled >= 20
    assert len({headers["X-Shopify-Shop-Domain"] for headers, _ in endpoint.received}) == 2
    time.sleep(0.3)
    app.control("webhooks/flush", {})
    assert len(endpoint.received) == settled


@pytest.mark.parametrize(
    ("knobs", "word"),
    [
        ({"duplicates": 2}, "duplicates"),
        ({"speed": 1}, "speed"),
        ({"time_factor": 0}, "time_"),
        ({"bad_signatures": -1}, "bad_"),
    ],
)
def test_a_knob_that_cannot_be_is_refused(app: App, knobs: dict[str, Any], word: str) -> None:
    response = app.respond("webhooks", knobs)
    assert response.status_code == 400
    assert word in response.json()["error"]


def test_eight_tries_fill_four_hours_of_shopifys() -> None:
    knobs = Knobs(time_factor=1)
    pauses = [knobs.pause_after(tries) for tries in range(1, 8)]
    assert sum(pauses) == pytest.approx(4 * 3600)
    assert all(later == 2 * earlier for earlier, later in pairwise(pauses))


def test_a_delivery_is_tried_eight_times_and_then_dropped(app: App, endpoint: Endpoint) -> None:
    endpoint.refuse = 1000
    aim(app, endpoint, time_factor=1_000_000)
    app.happen("order", buyer="guest_email")
    counts = app.control("webhooks/flush", {"timeout": 30})
    assert (counts["sent"], counts["rejected"], counts["pending"]) == (8, 1, 0)
    assert endpoint.refused == 8


def test_late_webhooks_wait_until_a_flush_asks_for_them(app: App, endpoint: Endpoint) -> None:
    aim(app, endpoint, late=1.0)
    app.happen("order", buyer="guest_email", count=3)
    counts = app.control("webhooks/flush", {})
    assert (counts["held"], counts["acknowledged"], endpoint.received) == (3, 0, [])
    counts = app.control("webhooks/flush", {"late": True})
    assert (counts["held"], counts["acknowledged"]) == (0, 3)
    assert endpoint.topics() == ["orders/create"] * 3
