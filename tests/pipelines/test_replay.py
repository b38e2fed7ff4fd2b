"""Replays and releases: the same marts, row for row; what was put aside comes back by one call."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.build import run_build
from pipelines.errors import LoadFailed
from pipelines.replay import Replayed, replay
from pipelines.webhooks import MOST_TRIES, load_webhooks
from tests.dbt_project.conftest import Warehouse, new_warehouse
from tests.dbt_project.living import Living
from tests.pipelines.conftest import land, land_on, make_tenant, rows
from tests.pipelines.landed.test_shapes import order
from tests.proofs.marts import contents, moved
from warehouse.connections import Role, connect
from warehouse.events import Choice
from warehouse.landing import claim_batch
from warehouse.replays import begin, hand_back, hand_back_ties
from warehouse.settings import Settings

__all__ = ["new_warehouse"]
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
Marts = dict[str, list[tuple[object, ...]]]
SETTLED = "select count(*) from landing.webhook_events where verdict = any (%s)"


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return settings.model_copy(update={"home": tmp_path})


@pytest.fixture
def shop(settings: Settings) -> int:
    return make_tenant(settings, "first.myshopify.com")


def land_living(living: Living, settings: Settings, *, seed: int) -> None:
    """What two shops announce, shuffled, in several loads, some of it again, some of it garbage."""
    dice = random.Random(seed)
    told, living.told = living.told, []
    named = [(f"{seed}-{number}", *one) for number, one in enumerate(told)]
    due = named + dice.sample(named, len(named) // 5)
    dice.shuffle(due)
    for start in range(0, len(due), 60):
        for webhook_id, tenant, topic, body, at in due[start : start + 60]:
            land(settings, tenant, topic, body, webhook_id=webhook_id, triggered_at=at)
        land(settings, due[start][1], "orders/updated", b"{", webhook_id=f"{seed} garbage {start}")
        load_webhooks(settings)


def built(settings: Settings) -> Marts:
    run_build(settings, tests=False)
    return contents(settings)


def told_apart(before: Marts, after: Marts) -> dict[str, tuple[object, ...]]:
    """The marts that differ, each with a row that only one of the two has."""
    return {
        mart: tuple(list(set(map(str, before[mart])) ^ set(map(str, after[mart])))[:2])
        for mart in moved(before, after)
    }


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_replays_give_the_same_marts_row_for_row(
    new_warehouse: Callable[..., Warehouse], tmp_path: Path
) -> None:
    warehouse = new_warehouse(by_pipeline=True)
    settings = warehouse.settings.model_copy(update={"home": tmp_path})
    living = Living(warehouse, seed=5)
    living.live(90)
    land_living(living, settings, seed=1)
    before = built(settings)
    assert [mart for mart in ("orders", "refunds", "checkouts", "ledger") if not before[mart]] == []
    ((count,),) = rows(settings, SETTLED, ["loaded", "kept"])

    seen: list[Replayed] = []
    done = replay(settings, Choice(), portion=50, on_portion=seen.append)
    assert (done.chosen, done.events) == (count, count)
    assert [one.events for one in seen] == sorted(one.events for one in seen)
    assert len(seen) > 3
    assert told_apart(before, built(settings)) == {}

    dice = random.Random(9)
    numbers = rows(settings, "select tenant_id, event_seq from landing.webhook_events order by 2")
    for tenant_id, number in dice.sample(numbers, 8):
        replay(settings, Choice(tenant_id=tenant_id, event_id=number))
    replay(settings, Choice(topic="orders/create"))
    assert told_apart(before, built(settings)) == {}


def test_of_two_versions_of_one_moment_the_same_one_stands_after_a_replay_of_the_other(
    settings: Settings, shop: int
) -> None:
    def note() -> list[tuple[object, ...]]:
        return rows(settings, "select payload ->> 'note' from raw.orders")

    for name in ("first", "second"):
        land(settings, shop, f"orders/{'create' if name == 'first' else 'updated'}",
             order(note=name), webhook_id=name, triggered_at=AT)  # fmt: skip
    load_webhooks(settings)
    assert note() == [("second",)]
    assert replay(settings, Choice(webhook_id="first")).events == 2
    assert note() == [("second",)]


@pytest.mark.parametrize("year", [2026, 2090], ids=["believed", "not believed"])
def test_a_replay_that_is_cut_short_leaves_the_later_of_two_versions_of_one_moment(
    settings: Settings, shop: int, year: int
) -> None:
    def interrupted(done: Replayed) -> None:
        if done.events:
            raise KeyboardInterrupt

    at = AT.replace(year=year)
    with connect(settings, Role.OWNER) as together:
        for name in ("first", "second"):
            told = order(note=name)
            land_on(together, shop, "orders/updated", told, webhook_id=name, triggered_at=at)
    load_webhooks(settings)
    with pytest.raises(KeyboardInterrupt):
        replay(settings, Choice(), portion=1, on_portion=interrupted)
    load_webhooks(settings)
    assert rows(settings, "select payload ->> 'note' from raw.orders") == [("second",)]


def test_a_later_version_that_is_being_loaded_while_its_elder_is_handed_back_stands(
    settings: Settings, shop: int
) -> None:
    land(settings, shop, "orders/updated", order(note="first"), webhook_id="1", triggered_at=AT)
    load_webhooks(settings)
    land(settings, shop, "orders/updated", order(note="second"), webhook_id="2", triggered_at=AT)
    with connect(settings, Role.LOADER, autocommit=True) as loader:
        assert claim_batch(loader, limit=1) is not None
    with connect(settings, Role.CONTROL, autocommit=True) as control:
        at = begin(control)
        assert hand_back(control, Choice(tenant_id=shop), "replay", at=at).events == 1
        assert hand_back_ties(control, shop, at=at).events == 0
    # The second, the first again, and the second again.
    assert load_webhooks(settings).events == 3
    assert rows(settings, "select payload ->> 'note' from raw.orders") == [("second",)]
    assert rows(settings, SETTLED, ["loaded"]) == [(2,)]


def test_a_choice_replays_what_it_names_and_nothing_else(settings: Settings, shop: int) -> None:
    other = make_tenant(settings, "second.myshopify.com")
    for number in range(1, 5):
        land(settings, shop, "orders/create", order(id=number), webhook_id=f"order {number}")
    land(settings, other, "orders/create", order(id=1), webhook_id="order 1")
    land(settings, shop, "themes/publish", {}, webhook_id="theme")
    load_webhooks(settings)
    ((third,),) = rows(
        settings, "select received_at from landing.webhook_events where webhook_id = 'order 3'"
    )

    def replayed(choice: Choice) -> set[tuple[int, str]]:
        done = replay(settings, choice)
        found = rows(
            settings,
            "select tenant_id, webhook_id from landing.webhook_events"
            " where replayed_at = (select max(replayed_at) from landing.webhook_events)",
        )
        assert done.events == len(found)
        return {(tenant, name) for tenant, name in found}

    assert replayed(Choice(webhook_id="order 1")) == {(shop, "order 1"), (other, "order 1")}
    assert replayed(Choice(tenant_id=shop, webhook_id="order 2")) == {(shop, "order 2")}
    assert replayed(Choice(topic="themes/publish")) == {(shop, "theme")}
    assert replayed(
        Choice(tenant_id=shop, since=third, until=third + timedelta(microseconds=1))
    ) == {(shop, "order 3")}
    assert replayed(Choice(tenant_id=other)) == {(other, "order 1")}
    assert replay(settings, Choice(topic="no/such")).events == 0


def test_what_waits_is_not_replayed(settings: Settings, shop: int) -> None:
    land(settings, shop, "orders/create", order(id=1))
    done = replay(settings, Choice(tenant_id=shop))
    assert (done.chosen, done.events) == (0, 0)
    assert rows(settings, "select replayed_at from landing.webhook_events") == [(None,)]


def test_what_was_put_aside_is_released_after_a_fix_and_loaded_as_any_other(
    settings: Settings, shop: int
) -> None:
    land(settings, shop, "orders/create", order(id=1))
    load_webhooks(settings)
    refuse = "alter table raw.orders add constraint unforeseen check (id <> 2)"
    with connect(settings, Role.OWNER) as owner:
        owner.execute(refuse)
    land(settings, shop, "orders/create", order(id=2), webhook_id="mendable")
    land(settings, shop, "orders/create", b"no json", webhook_id="garbage")
    for _ in range(MOST_TRIES - 1):
        with pytest.raises(LoadFailed):
            load_webhooks(settings)
    load_webhooks(settings)
    aside = "select webhook_id from landing.quarantine where released_at is null order by 1"
    assert rows(settings, aside) == [("garbage",), ("mendable",)]
    with connect(settings, Role.OWNER) as owner:
        owner.execute("alter table raw.orders drop constraint unforeseen")
    done = replay(settings, Choice(tenant_id=shop), "release")
    assert (done.events, done.load.quarantined) == (2, 1)
    assert rows(settings, aside) == [("garbage",)]
    assert rows(settings, "select id from raw.orders order by id") == [(1,), (2,)]
    assert rows(settings, SETTLED, ["loaded"]) == [(2,)]


def test_a_replay_leaves_what_was_put_aside_where_it_is(settings: Settings, shop: int) -> None:
    land(settings, shop, "orders/create", b"no json")
    load_webhooks(settings)
    assert replay(settings, Choice()).events == 0
    assert rows(settings, SETTLED, ["quarantined"]) == [(1,)]


def test_a_load_that_fails_in_a_replay_loses_nothing(settings: Settings, shop: int) -> None:
    for number in range(1, 4):
        land(settings, shop, "orders/create", order(id=number))
    load_webhooks(settings)
    with connect(settings, Role.OWNER) as owner:
        owner.execute("alter table raw.orders add constraint none check (id < 0) not valid")
    with pytest.raises(LoadFailed):
        replay(settings, Choice(), portion=2)
    with connect(settings, Role.OWNER) as owner:
        owner.execute("alter table raw.orders drop constraint none")
    load_webhooks(settings)
    assert rows(settings, SETTLED, ["loaded"]) == [(3,)]
    assert rows(settings, "select count(*) from raw.orders") == [(3,)]
