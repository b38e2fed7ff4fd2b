"""Carts and checkouts live as Shopify's do: they are told, left, taken up again and bought."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from sandbox.announcements import Announcement
from sandbox.errors import BadParameter, NothingSuitable
from sandbox.facts import CartSaved, CheckoutCompleted, CheckoutSaved, Fact, Placed
from sandbox.world import World

AT = datetime(2026, 11, 1, 13, tzinfo=UTC)
Json = Any


class Street:
    """The first shop, who passes by it, and what its webhooks said."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.shop = next(iter(world.shops.values()))
        self.at = AT
        self.heard: list[Announcement] = []
        world.listener = lambda _, told: self.heard.extend(told)

    def happen(self, kind: str, **wishes: Json) -> list[Fact]:
        self.at += timedelta(minutes=1)
        return self.world.happen(self.shop.profile.domain, kind, wishes, self.at)

    def checkout(self, **wishes: Json) -> CheckoutSaved:
        fact = self.happen("checkout", **{"contact": True, **wishes})[-1]
        assert isinstance(fact, CheckoutSaved)
        return fact

    def last(self, topic: str) -> dict[str, Any]:
        found: dict[str, Any] = next(
            orjson.loads(one.body) for one in reversed(self.heard) if one.topic == topic
        )
        return found


@pytest.fixture
def street(fresh: World) -> Street:
    return Street(fresh)


def test_a_cart_changes_under_its_token(street: Street) -> None:
    (first,) = street.happen("cart")
    assert isinstance(first, CartSaved)
    (second,) = street.happen("cart", cart_token=first.cart_token)
    assert isinstance(second, CartSaved)
    assert (second.cart_token, second.created_at) == (first.cart_token, first.created_at)
    assert second.at > first.at
    assert [one.topic for one in street.heard] == ["carts/create", "carts/update"]


def test_a_checkout_comes_out_of_a_cart_and_shares_its_token(street: Street) -> None:
    saved = street.checkout(cart=True, buyer="customer")
    body = street.last("checkouts/create")
    assert body["cart_token"] == street.last("carts/create")["token"] == saved.cart_token
    assert body["token"] == saved.checkout_token
    assert "id" not in body


def test_a_buyer_may_be_unknown_at_first(street: Street) -> None:
    saved = street.checkout(contact=False)
    assert street.last("checkouts/create")["email"] is None
    street.happen("checkout_update", checkout_token=saved.checkout_token)
    assert street.last("checkouts/update")["email"]


def test_a_bought_checkout_and_its_order_name_each_other(street: Street) -> None:
    saved = street.checkout(buyer="new_customer", cart=True)
    facts = street.happen("checkout_complete", checkout_token=saved.checkout_token)
    placed = next(fact for fact in facts if isinstance(fact, Placed))
    assert (placed.checkout_token, placed.cart_token) == (saved.checkout_token, saved.cart_token)
    assert placed.buyer.customer_id == saved.buyer.customer_id
    body, order = street.last("checkouts/update"), street.last("orders/create")
    assert body["completed_at"] == body["updated_at"] == order["created_at"]
    assert order["checkout_token"] == body["token"]
    assert order["total_price"] == body["total_price"]
    assert not saved.buyer.customer_id or body["customer"]["id"] == order["customer"]["id"]


def test_a_checkout_is_bought_once(street: Street) -> None:
    token = street.checkout().checkout_token
    street.happen("checkout_complete", checkout_token=token)
    with pytest.raises(NothingSuitable, match="not open"):
        street.happen("checkout_complete", checkout_token=token)


def test_a_nameless_checkout_gets_an_e_mail_before_it_is_bought(street: Street) -> None:
    token = street.checkout(contact=False).checkout_token
    facts = street.happen("checkout_complete", checkout_token=token)
    assert [type(fact) for fact in facts] == [CheckoutSaved, Placed, CheckoutCompleted]
    assert street.last("orders/create")["email"] == street.last("checkouts/update")["email"]


def test_a_deleted_checkout_leaves_its_cart_s_token(street: Street) -> None:
    saved = street.checkout(cart=True)
    street.happen("checkout_delete", checkout_token=saved.checkout_token)
    assert street.last("checkouts/delete")["cart_token"] == saved.cart_token
    assert saved.checkout_token not in street.shop.checkouts.by_token


def test_by_chance_only_checkouts_of_this_life_go_on(street: Street) -> None:
    assert street.shop.checkouts.open() != []
    for kind in ("checkout_update", "checkout_complete", "checkout_delete"):
        with pytest.raises(NothingSuitable, match="No checkout is open"):
            street.happen(kind)


def test_a_checkout_may_have_been_left_a_while_ago(street: Street) -> None:
    saved = street.checkout(minutes_ago=90)
    assert saved.at == street.at - timedelta(minutes=90)
    with pytest.raises(BadParameter, match="minutes_ago"):
        street.happen("checkout_update", checkout_token=saved.checkout_token, minutes_ago=120)


def test_contact_ten_idle_minutes_and_no_order_make_a_checkout_listed(street: Street) -> None:
    listed = street.shop.checkouts.listed
    named, nameless = street.checkout(), street.checkout(contact=False)
    assert named.checkout_id not in listed(street.at + timedelta(minutes=5))
    later = listed(street.at + timedelta(minutes=15))
    assert named.checkout_id in later
    assert nameless.checkout_id not in later
    quick = street.checkout()
    street.happen("checkout_complete", checkout_token=quick.checkout_token)
    assert quick.checkout_id not in listed(street.at + timedelta(days=1))


def test_shopify_purges_what_is_old_untouched_and_unbought(world: World) -> None:
    purged = kept = 0
    for shop in world.shops.values():
        listed = set(shop.checkouts.listed(world.now))
        for checkout in shop.checkouts.by_token.values():
            old = world.now - checkout.saved.created_at > timedelta(days=100)
            untouched = world.now - checkout.updated_at > timedelta(days=40)
            if old and untouched and checkout.completed_at is None:
                purged += 1
                assert checkout.number not in listed
            kept += old and checkout.completed_at is not None and checkout.number in listed
    assert purged > 5
    assert kept > 5


@pytest.mark.parametrize("generation", ["2026-04", "2024-10"])
def test_an_older_app_hears_the_numbers_that_a_newer_one_does_not(
    street: Street, generation: str
) -> None:
    saved = street.checkout(buyer="customer", cart=True, generation=generation)
    token = saved.checkout_token
    street.happen("checkout_complete", checkout_token=token, generation=generation)
    body, order = street.last("checkouts/update"), street.last("orders/create")
    older = generation == "2024-10"
    assert body.get("id") == (saved.checkout_id if older else None)
    assert order.get("checkout_id") == (saved.checkout_id if older else None)
    assert ("id" in body, "checkout_id" in order) == (older, older)
    assert {one.version for one in street.heard} == {generation if older else None}


def test_an_unknown_generation_is_refused(street: Street) -> None:
    with pytest.raises(BadParameter, match="generation is '2019-01'; give one of 2026-04"):
        street.happen("checkout", generation="2019-01")
