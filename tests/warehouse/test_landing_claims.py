"""Claims on landed events: made once, never forgotten, each event ending with a verdict."""

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from warehouse.connections import Role, connect
from warehouse.landing import (
    Decision,
    batch_events,
    claim_batch,
    finish_batch,
    jsonb_errors,
)
from warehouse.settings import Settings

Connection = psycopg.Connection[tuple[Any, ...]]
TOPIC = "orders/create"


@pytest.fixture
def loader(settings: Settings) -> Iterator[Connection]:
    """The loader of a database with two tenants."""
    with connect(settings, Role.CONTROL) as control:
        for domain in ("one.myshopify.com", "two.myshopify.com"):
            control.execute(
                "insert into control.tenants (name, shop_domain) values ('a', %s)", [domain]
            )
    with connect(settings, Role.LOADER, autocommit=True) as connection:
        yield connection


def land(connection: Connection, *webhooks: str, tenant: int = 1, body: bytes = b"{}") -> None:
    """Land events as the API does."""
    for webhook in webhooks:
        connection.execute(
            "insert into landing.webhook_events"
            " (tenant_id, webhook_id, topic, shop_domain, headers, body)"
            " values (%s, %s, %s, 'x', %s, %s) on conflict do nothing",
            [tenant, webhook, TOPIC, json.dumps({}), body],
        )


@pytest.fixture
def landing(settings: Settings, loader: Connection) -> Iterator[Connection]:
    """The connection that lands."""
    with connect(settings, Role.LANDING, autocommit=True) as connection:
        yield connection


def claimed(loader: Connection, limit: int = 100, **bounds: int) -> tuple[int, list[str]]:
    """The next claim and its events' names."""
    batch = claim_batch(loader, limit=limit, **bounds)
    assert batch is not None
    return batch.batch_id, [event.webhook_id for event in batch_events(loader, batch.batch_id)]


def finish(loader: Connection, batch_id: int, *webhooks: str) -> None:
    """End a claim with every event loaded."""
    decisions = [Decision(1, TOPIC, webhook, "loaded") for webhook in webhooks]
    finish_batch(loader, batch_id, load_id="load", decisions=decisions)


def test_nothing_landed_is_nothing_to_claim(loader: Connection) -> None:
    assert claim_batch(loader, limit=10) is None


def test_events_are_claimed_once_in_the_order_of_their_arrival(
    landing: Connection, loader: Connection
) -> None:
    land(landing, "a", "b", "c", "a")
    first, events = claimed(loader, limit=2)
    assert events == ["a", "b"]
    finish(loader, first, *events)
    second, rest = claimed(loader, limit=2)
    assert rest == ["c"]
    finish(loader, second, *rest)
    assert claim_batch(loader, limit=2) is None
    assert loader.execute(
        "select count(*) from landing.webhook_events where load_batch is null"
    ).fetchall() == [(0,)]


def test_a_claim_that_was_never_finished_is_handed_out_again_first(
    landing: Connection, loader: Connection
) -> None:
    land(landing, "a")
    first, _ = claimed(loader)
    land(landing, "b")
    again = claim_batch(loader, limit=10)
    assert again is not None
    assert (again.batch_id, again.tries) == (first, 1)
    assert [event.webhook_id for event in batch_events(loader, first)] == ["a"]


def test_an_event_that_commits_late_is_claimed_by_a_later_batch(
    settings: Settings, landing: Connection, loader: Connection
) -> None:
    with connect(settings, Role.LANDING) as slow:
        land(slow, "late")
        land(landing, "early")
        batch, events = claimed(loader)
        assert events == ["early"]
        finish(loader, batch, *events)
    assert claimed(loader)[1] == ["late"]


def test_a_claim_is_bounded_in_bytes_but_never_empty(
    landing: Connection, loader: Connection
) -> None:
    land(landing, "a", "b", "c", body=b"x" * 100)
    batch, events = claimed(loader, max_bytes=1)
    assert events == ["a"]
    finish(loader, batch, *events)
    assert claimed(loader, max_bytes=150)[1] == ["b", "c"]


def test_every_event_ends_with_its_verdict_and_what_is_put_aside_with_a_reason(
    landing: Connection, loader: Connection
) -> None:
    land(landing, "a", "b")
    land(landing, "a", tenant=2)
    batch, _ = claimed(loader)
    decisions = [
        Decision(1, TOPIC, "a", "loaded"),
        Decision(1, TOPIC, "b", "quarantined", "the id is no number"),
        Decision(2, TOPIC, "a", "kept"),
    ]
    finish_batch(loader, batch, load_id=None, decisions=decisions)
    verdicts = loader.execute(
        "select tenant_id, webhook_id, verdict from landing.webhook_events order by event_seq"
    ).fetchall()
    assert verdicts == [(1, "a", "loaded"), (1, "b", "quarantined"), (2, "a", "kept")]
    aside = loader.execute("select tenant_id, webhook_id, reason from landing.quarantine")
    assert aside.fetchall() == [(1, "b", "the id is no number")]


def test_finishing_twice_changes_nothing(landing: Connection, loader: Connection) -> None:
    land(landing, "a")
    batch, _ = claimed(loader)
    aside = [Decision(1, TOPIC, "a", "quarantined", "broken")]
    for _ in range(2):
        finish_batch(loader, batch, load_id=None, decisions=aside)
    assert loader.execute("select count(*) from landing.quarantine").fetchone() == (1,)


def test_postgres_says_of_each_text_why_it_is_no_document(loader: Connection) -> None:
    fine, cut, nul, surrogate = jsonb_errors(
        loader, ['{"a": 1}', '{"a": ', '{"a": "\\u0000"}', '{"a": "\\ud800"}']
    )
    assert fine is None
    assert cut is not None
    assert "invalid input syntax" in cut
    assert nul is not None
    assert "Unicode escape" in nul
    assert surrogate is not None
