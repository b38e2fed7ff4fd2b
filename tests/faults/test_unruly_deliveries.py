"""Webhooks that come doubled, shuffled, late, beside poison, or commit around a claim."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from sandbox.dice import dice
from tests.faults.harness import Case, Story
from tests.faults.harness_marts import differences, missing, read, snapshot
from tests.faults.harness_points import Point
from tests.pipelines.conftest import Delivery, land_on
from warehouse.connections import Role, connect

POISON = (
    b"",
    b"not json",
    b"[]",
    b'{"id": "\\ud800"}',
    b"\xff\xfe\x00",
    b'{"id": 1e999}',
    b'{"id": 99999999999999999999, "updated_at": "2026-07-01T00:00:00Z"}',
    b'{"id": 7, "updated_at": "9999-12-31T23:59:59Z", "line_items": "none"}',
)
TOPICS = (
    "orders/create",
    "orders/updated",
    "refunds/create",
    "checkouts/update",
    "products/update",
)
CLAIMED = {
    "before": Point("pipelines.webhooks:claim_batch"),
    "after": Point("pipelines.webhooks:claim_batch", "after"),
    "before_its_load": Point("pipelines.landed.batches:load_documents"),
    "between_its_load_and_its_verdicts": Point("pipelines.landed.batches:finish_batch"),
}


@pytest.fixture
def untold(story: Story, tmp_path: Path) -> Iterator[Case]:
    """A warehouse that has heard nothing since its first sync."""
    with story.case(tmp_path / "home", landed=False) as case:
        yield case


@pytest.mark.faults_ci
def test_deliveries_doubled_shuffled_and_a_day_late_change_no_row(untold: Case) -> None:
    rng = dice("unruly", 7)
    due = list(untold.story.deliveries)
    # Shopify repeats under the same id what it holds for lost, and under another what it forgot.
    again = rng.sample(due, len(due) // 5)
    due += [one if rng.random() < 0.5 else renamed(one) for one in again]
    rng.shuffle(due)
    late = len(due) * 3 // 10
    part = (len(due) - late) // 3
    for start in range(0, len(due) - late, part):
        untold.land(due[start : min(start + part, len(due) - late)])
        untold.work("hear", "live")
    untold.work("refetch", "build")
    untold.land(due[-late:])
    untold.work()
    untold.assert_undisturbed()


def renamed(one: Delivery) -> Delivery:
    return replace(one, webhook_id=f"{one.webhook_id}-again")


@pytest.mark.faults_ci
def test_poison_in_the_middle_of_good_deliveries_is_put_aside_alone(untold: Case) -> None:
    rng = dice("poison", 7)
    domain = untold.domains[0]
    poison = [
        Delivery(domain, topic, f"poison-{topic}-{number}", datetime.now(UTC), body)
        for topic in TOPICS
        for number, body in enumerate(POISON)
    ]
    # Some bodies ask for too much of any parser.
    poison.append(Delivery(domain, TOPICS[0], "poison-deep", datetime.now(UTC), b"[" * 100_000))
    due = [*untold.story.deliveries]
    for one in poison:
        due.insert(rng.randrange(len(due)), one)
    untold.land(due)
    untold.work()
    aside = read(
        untold.settings,
        "select webhook_id, reason from landing.quarantine where released_at is null",
    )
    assert {name for name, _ in aside} == {one.webhook_id for one in poison}
    assert all(reason for _, reason in aside)
    good = {one.webhook_id for one in untold.story.deliveries}
    told = missing(untold.settings, good)
    assert [one for one in told if "put aside" not in one] == []
    ours = snapshot(untold.settings, untold.tenants)
    assert differences(untold.settings, ours, untold.story.undisturbed) == []


def test_landings_that_commit_around_a_claim_are_all_loaded(untold: Case) -> None:
    first, second, third = (untold.story.deliveries[start::3] for start in range(3))
    with (
        connect(untold.settings, Role.OWNER) as early,
        connect(untold.settings, Role.OWNER) as late,
    ):
        # Both have their place in the order of arrival, and nobody sees them yet.
        land_open(untold, early, first)
        land_open(untold, late, second)
        untold.land(third)
        worker = untold.start("hear", at=Point("pipelines.landed.batches:finish_batch", holds=True))
        worker.until_reached()
        # Committed after the claim that passed them by.
        early.commit()
        worker.go_on()
        assert worker.ended() == 0, worker.error
        late.commit()
    untold.work()
    untold.assert_undisturbed()


def land_open(
    case: Case, connection: psycopg.Connection[tuple[object, ...]], due: list[Delivery]
) -> None:
    """Land in the caller's transaction, which is still open."""
    for one in due:
        land_on(
            connection,
            case.story.tenants[one.domain],
            one.topic,
            one.body,
            webhook_id=one.webhook_id,
            triggered_at=one.triggered_at,
        )
    case.acknowledged |= {one.webhook_id for one in due}


@pytest.mark.parametrize("at", CLAIMED.values(), ids=CLAIMED)
def test_a_claim_that_is_killed_is_handed_out_again(case: Case, at: Point) -> None:
    case.killed("hear", at=at)
    case.recover()
    case.assert_undisturbed()
