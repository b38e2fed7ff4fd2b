"""A world is the same each time, and what happens in it moves what it should move."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.documents.library import Library
from sandbox.documents.parts import Ref
from sandbox.errors import BadParameter, NothingSuitable, UnknownKind, UnknownShop
from sandbox.facts import Placed
from sandbox.state.shop import Shop
from sandbox.truth.answer import truth
from sandbox.world import World

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def small(seed: int = 5) -> World:
    return World.generate(shops=2, orders=40, seed=seed, now=NOW)


def first(world: World) -> Shop:
    return next(iter(world.shops.values()))


def domain(world: World) -> str:
    return first(world).profile.domain


def order_of(world: World, number: int) -> dict[str, Any]:
    found = Library(first(world), world.moment).find(Ref("Order", number))
    assert found is not None
    return found


def test_the_same_words_make_the_same_world() -> None:
    one, other = small(), small()
    for mine, theirs in zip(one.shops.values(), other.shops.values(), strict=True):
        assert mine.profile == theirs.profile
        assert mine.history == theirs.history


def test_another_seed_makes_another_world() -> None:
    assert first(small(5)).history != first(small(6)).history


def test_the_same_actions_have_the_same_consequences() -> None:
    at = NOW + timedelta(hours=1)
    worlds = [small(), small()]
    for world in worlds:
        for kind in ("order", "refund", "order", "cancel", "customer_update"):
            world.happen(domain(world), kind, {}, at)
    assert first(worlds[0]).history == first(worlds[1]).history


def test_a_refused_event_leaves_no_trace() -> None:
    at = NOW + timedelta(hours=1)
    plain, tried = small(), small()
    with pytest.raises(BadParameter, match="payment"):
        tried.happen(domain(tried), "order", {"payment": "shells"}, at)
    with pytest.raises(NothingSuitable, match="order_id"):
        tried.happen(domain(tried), "refund", {"order_id": 1}, at)
    for world in (plain, tried):
        world.happen(domain(world), "order", {}, at)
    assert first(plain).history == first(tried).history


@pytest.mark.parametrize("kind", ["refund", "cancel"])
def test_an_event_moves_the_order_s_time_and_the_truth(kind: str) -> None:
    world = small()
    at = NOW + timedelta(hours=1)
    (placed,) = world.happen(domain(world), "order", {"buyer": "guest_email", "test": False}, at)
    assert isinstance(placed, Placed)
    before = order_of(world, placed.order_id)
    later = at + timedelta(days=1)
    wishes = {"share": "full"} if kind == "refund" else {}
    world.happen(domain(world), kind, {"order_id": placed.order_id, **wishes}, later)
    after = order_of(world, placed.order_id)
    assert after["updatedAt"] == "2026-11-02T13:00:00Z" > before["updatedAt"]
    row = next(r for r in truth(first(world))["orders"] if r["order_id"] == placed.order_id)
    assert Decimal(row["returns"]) == Decimal(row["gross_sales"]) - Decimal(row["discounts"])


def test_a_new_customer_comes_with_an_order() -> None:
    world = small()
    known = set(first(world).customers)
    world.happen(domain(world), "order", {"buyer": "new_customer"})
    assert len(set(first(world).customers) - known) == 1


def test_an_order_moves_its_customer_s_time() -> None:
    world = small()
    at = NOW + timedelta(hours=2)
    *_, placed = world.happen(domain(world), "order", {"buyer": "customer"}, at)
    assert isinstance(placed, Placed) and placed.buyer.customer_id
    assert first(world).customer_touched[placed.buyer.customer_id] == at


def test_a_void_and_a_capture_follow_an_authorization() -> None:
    for kind, status in (("void", "VOIDED"), ("capture", "PAID")):
        world = small()
        wish = {"payment": "authorized", "buyer": "guest_email", "discount": "none"}
        (placed,) = world.happen(domain(world), "order", wish)
        assert isinstance(placed, Placed)
        assert order_of(world, placed.order_id)["displayFinancialStatus"] == "AUTHORIZED"
        world.happen(domain(world), kind, {"order_id": placed.order_id})
        document = order_of(world, placed.order_id)
        assert document["displayFinancialStatus"] == status
        last = document["transactions"][-1]
        assert last["parentTransaction"]["kind"] == "AUTHORIZATION"


def test_goodwill_gives_the_wished_cents() -> None:
    world = small()
    wish = {"payment": "paid", "buyer": "guest_email", "discount": "none"}
    (placed,) = world.happen(domain(world), "order", wish)
    assert isinstance(placed, Placed)
    number = placed.order_id
    world.happen(domain(world), "refund", {"order_id": number, "share": "goodwill", "cents": 7})
    (refund,) = order_of(world, number)["refunds"]
    assert refund["orderAdjustments"][0]["amountSet"]["shopMoney"]["amount"] == "-0.07"
    assert refund["totalRefundedSet"]["shopMoney"]["amount"] == "0.07"


def test_a_deleted_order_is_gone_from_documents_and_truth() -> None:
    world = small()
    (placed,) = world.happen(domain(world), "order", {"buyer": "guest_email", "test": True})
    assert isinstance(placed, Placed)
    world.happen(domain(world), "delete", {"order_id": placed.order_id})
    assert Library(first(world), world.moment).find(Ref("Order", placed.order_id)) is None
    assert placed.order_id not in {row["order_id"] for row in truth(first(world))["orders"]}


def test_tampering_moves_one_amount_and_no_time() -> None:
    world = small()
    rows = {row["order_id"]: row for row in truth(first(world))["orders"]}
    times = {number: order.updated_at for number, order in first(world).orders.items()}
    number = world.tamper(domain(world), 1)
    after = {row["order_id"]: row for row in truth(first(world))["orders"]}
    assert {n for n in rows if rows[n] != after[n]} == {number}
    moved = Decimal(after[number]["total_price"]) - Decimal(rows[number]["total_price"])
    assert moved == Decimal("0.01")
    assert {n: order.updated_at for n, order in first(world).orders.items()} == times
    shown = order_of(world, number)["totalPriceSet"]["shopMoney"]["amount"]
    assert Decimal(shown) == Decimal(after[number]["total_price"])


def test_tampering_by_nothing_is_refused() -> None:
    with pytest.raises(BadParameter, match="cents is 0"):
        small().tamper(domain(small()), 0)


def test_unknown_names_are_refused_with_the_known_ones() -> None:
    world = small()
    with pytest.raises(UnknownShop, match="the shops are hudson-outfitters"):
        world.shop("nobody.myshopify.com")
    with pytest.raises(UnknownKind, match="order, refund"):
        world.happen(domain(world), "miracle", {})


def test_live_events_never_come_before_the_history_s_end() -> None:
    world = World.generate(shops=1, orders=5, now=datetime.now(UTC) + timedelta(days=30))
    (fact, *_) = world.happen(domain(world), "customer_create", {})
    assert fact.at == world.now


def test_a_clock_that_goes_back_moves_no_history_back() -> None:
    world = small()
    later, earlier = NOW + timedelta(hours=2), NOW + timedelta(hours=1)
    world.clock = lambda: later
    world.happen(domain(world), "order", {})
    world.clock = lambda: earlier
    (fact, *_) = world.happen(domain(world), "customer_create", {})
    assert fact.at == later


def test_more_shops_than_kinds_get_names_of_their_own() -> None:
    world = World.generate(shops=9, orders=3, now=NOW)
    assert len(world.shops) == 9
    assert "hudson-outfitters-3.myshopify.com" in world.shops
    secrets = {shop.profile.webhook_secret for shop in world.shops.values()}
    assert len(secrets) == 9
