"""The truth of checkouts: known by token, number or order, judged at the moment of asking."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.facts import CheckoutSaved, Fact, Placed
from sandbox.state.shop import Shop
from sandbox.truth.answer import truth
from sandbox.world import World

AT = datetime(2026, 11, 1, 13, tzinfo=UTC)
HOUR = timedelta(hours=1)
Json = Any
Row = dict[str, Any]


class Stage:
    """One shop; `heard` says whether webhooks reach anybody."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.shop: Shop = next(iter(world.shops.values()))
        self.heard = True
        world.listener = lambda _, __: None
        world.audience = lambda _: self.heard

    def happen(self, kind: str, at: datetime, **wishes: Json) -> list[Fact]:
        return self.world.happen(self.shop.profile.domain, kind, wishes, at)

    def checkout(self, at: datetime = AT, **wishes: Json) -> CheckoutSaved:
        known = {"contact": True, "buyer": "new_customer", **wishes}
        fact = self.happen("checkout", at, **known)[-1]
        assert isinstance(fact, CheckoutSaved)
        return fact

    def complete(self, saved: CheckoutSaved, at: datetime, **wishes: Json) -> Placed:
        facts = self.happen("checkout_complete", at, checkout_token=saved.checkout_token, **wishes)
        return next(fact for fact in facts if isinstance(fact, Placed))

    def rows(self, now: datetime, threshold: int = 60) -> dict[str, Row]:
        rows = truth(self.shop, now=now, threshold=threshold)["checkouts"]
        return {row["checkout_id"]: row for row in rows}


@pytest.fixture
def stage(fresh: World) -> Stage:
    return Stage(fresh)


def test_a_checkout_is_pending_until_the_threshold_has_passed(stage: Stage) -> None:
    token = stage.checkout().checkout_token
    second = timedelta(seconds=1)
    assert stage.rows(AT + HOUR - second)[token]["status"] == "PENDING"
    row = stage.rows(AT + HOUR)[token]
    assert (row["status"], row["was_abandoned"], row["source"]) == ("ABANDONED", True, "webhook")
    assert stage.rows(AT + HOUR, threshold=61)[token]["status"] == "PENDING"


def test_every_change_of_checkout_or_cart_delays_abandonment(stage: Stage) -> None:
    saved = stage.checkout(cart=True)
    stage.happen("checkout_update", AT + HOUR / 2, checkout_token=saved.checkout_token)
    stage.happen("cart", AT + HOUR, cart_token=saved.cart_token)
    assert stage.rows(AT + HOUR * 2 - HOUR / 60)[saved.checkout_token]["status"] == "PENDING"
    assert stage.rows(AT + HOUR * 2)[saved.checkout_token]["status"] == "ABANDONED"


def test_a_quick_buyer_never_abandoned(stage: Stage) -> None:
    saved = stage.checkout()
    placed = stage.complete(saved, AT + HOUR / 4)
    row = stage.rows(AT + HOUR * 9)[saved.checkout_token]
    assert (row["status"], row["was_abandoned"], row["is_recovered"]) == ("COMPLETED", False, False)
    assert row["order_id"] == placed.order_id


def test_who_comes_back_after_the_threshold_is_recovered(stage: Stage) -> None:
    saved = stage.checkout()
    placed = stage.complete(saved, AT + HOUR * 3)
    row = stage.rows(AT + HOUR * 9)[saved.checkout_token]
    assert (row["status"], row["was_abandoned"], row["is_recovered"]) == ("COMPLETED", True, True)
    order = next(
        o for o in truth(stage.shop)["orders"] + [{}] if o.get("order_id") == placed.order_id
    )
    assert Decimal(row["recovered_value"]) == Decimal(order["total_price"])


def test_an_order_whose_checkout_nobody_told_is_a_checkout_of_its_own(stage: Stage) -> None:
    stage.heard = False
    saved = stage.checkout()
    stage.complete(saved, AT + HOUR / 12, test=False)
    row = stage.rows(AT + HOUR)[saved.checkout_token]
    assert (row["source"], row["status"], row["was_abandoned"]) == ("order", "COMPLETED", False)


def test_a_told_checkout_is_bought_by_its_order_even_if_that_was_not_told(stage: Stage) -> None:
    saved = stage.checkout()
    stage.heard = False
    stage.complete(saved, AT + HOUR * 2, test=False)
    row = stage.rows(AT + HOUR * 3)[saved.checkout_token]
    assert (row["source"], row["status"], row["is_recovered"]) == ("webhook", "COMPLETED", True)


def test_what_webhooks_tell_does_not_count_again_by_its_number(stage: Stage) -> None:
    saved = stage.checkout()
    rows = stage.rows(AT + HOUR * 5)
    assert saved.checkout_token in rows
    assert str(saved.checkout_id) not in rows


def test_what_was_left_before_anybody_listened_counts_by_its_number(stage: Stage) -> None:
    stage.heard = False
    saved = stage.checkout()
    row = stage.rows(AT + HOUR)[str(saved.checkout_id)]
    assert (row["source"], row["status"], row["is_counted"]) == ("admin", "ABANDONED", True)
    assert saved.checkout_token not in stage.rows(AT + HOUR)


def test_a_recovered_one_of_the_backfill_counts_by_its_order(stage: Stage) -> None:
    stage.heard = False
    saved = stage.checkout()
    stage.complete(saved, AT + HOUR * 2, test=False)
    rows = stage.rows(AT + HOUR * 3)
    assert rows[str(saved.checkout_id)]["is_counted"] is False
    assert rows[str(saved.checkout_id)]["is_recovered"] is True
    assert rows[saved.checkout_token]["is_counted"] is True


def test_the_older_generation_ties_number_and_token(stage: Stage) -> None:
    stage.heard = False
    saved = stage.checkout()
    stage.heard = True
    wishes = {"checkout_token": saved.checkout_token, "generation": "2024-10"}
    stage.happen("checkout_update", AT + HOUR, **wishes)
    rows = stage.rows(AT + HOUR * 5)
    assert str(saved.checkout_id) not in rows
    assert rows[saved.checkout_token]["source"] == "webhook"


def test_a_deleted_checkout_is_gone(stage: Stage) -> None:
    saved = stage.checkout(cart=True)
    stage.happen("checkout_delete", AT + HOUR, checkout_token=saved.checkout_token)
    rows = stage.rows(AT + HOUR * 5)
    assert {saved.checkout_token, str(saved.checkout_id)} & rows.keys() == set()


def test_a_checkout_that_became_a_test_order_was_bought_but_has_no_order(stage: Stage) -> None:
    saved = stage.checkout()
    stage.complete(saved, AT + HOUR / 2, test=True)
    row = stage.rows(AT + HOUR)[saved.checkout_token]
    assert (row["status"], row["order_id"]) == ("COMPLETED", None)


def test_a_foreign_buyer_s_checkout_stands_in_what_they_saw(stage: Stage) -> None:
    saved = stage.checkout(foreign=True, shipping=False, discount="none")
    row = stage.rows(AT)[saved.checkout_token]
    assert row["currency"] == stage.shop.profile.foreign


@pytest.mark.parametrize("at", [AT, AT + HOUR * 30])
def test_the_funnel_adds_up_what_counts(stage: Stage, at: datetime) -> None:
    for number in range(6):
        saved = stage.checkout(AT + HOUR * number)
        if number % 2:
            stage.complete(saved, AT + HOUR * (number + number % 3), test=False)
    found = truth(stage.shop, now=at)
    counted = [row for row in found["checkouts"] if row["is_counted"]]
    funnel = found["checkout_funnel"]

    def total(name: str) -> Decimal:
        return sum((Decimal(row[name]) for row in funnel), Decimal(0))

    def worth(fits: Callable[[Row], bool], name: str = "total_price") -> Decimal:
        return sum((Decimal(row[name]) for row in counted if fits(row)), Decimal(0))

    assert total("created") == len(counted)
    assert total("created_value") == worth(lambda _: True)
    for status, name in (("COMPLETED", "completed"), ("ABANDONED", "abandoned")):
        assert total(name) == sum(row["status"] == status for row in counted)
        assert total(f"{name}_value") == worth(lambda row, s=status: row["status"] == s)  # type: ignore[misc]
    assert total("recovered") == sum(row["is_recovered"] for row in counted)
    assert total("recovered_value") == worth(lambda r: r["is_recovered"], "recovered_value")
    assert len({(row["shop_date"], row["currency"]) for row in funnel}) == len(funnel)


def test_every_history_has_left_and_recovered_checkouts(world: World) -> None:
    for shop in world.shops.values():
        rows = truth(shop, now=world.now)["checkouts"]
        kinds = {(row["source"], row["status"]) for row in rows}
        assert {("admin", "ABANDONED"), ("admin", "COMPLETED"), ("order", "COMPLETED")} == kinds
        recovered = [row for row in rows if row["source"] == "admin" and row["completed_at"]]
        assert recovered
        assert not any(row["is_counted"] for row in recovered)
