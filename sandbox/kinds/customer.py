"""Kinds `customer_*`: records that move without an order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sandbox.catalogue import LAST_NAMES
from sandbox.errors import NothingSuitable
from sandbox.facts import CustomerDeleted, CustomerSaved, CustomersMerged, Fact
from sandbox.kinds.buyer import new_customer
from sandbox.kinds.scene import Kind, Scene
from sandbox.wishes import text, whole


def draft_create(scene: Scene) -> Sequence[Fact]:
    """A customer signs up and buys nothing."""
    return [new_customer(scene)]


def draft_update(scene: Scene) -> Sequence[Fact]:
    """A customer changes name, tags or e-mail."""
    customer = _choose(scene)
    last = scene.rng.choice(LAST_NAMES)
    tags = (*customer.tags, "vip") if "vip" not in customer.tags else customer.tags
    email = text(scene.params, "email") if "email" in scene.params else customer.email
    return [replace(customer, at=scene.at, last_name=last, tags=tags, email=email)]


def draft_delete(scene: Scene) -> Sequence[Fact]:
    """Shopify lets only customers without orders be deleted."""
    shop = scene.shop
    if "customer_id" in scene.params:
        found = [_choose(scene).customer_id]
    else:
        found = [number for number in shop.customers if not shop.checkouts.of_customer(number)]
    free = [number for number in found if not shop.orders_of(number)]
    if not free:
        raise NothingSuitable("No such customer without orders; post a customer_create first.")
    return [CustomerDeleted(scene.at, scene.rng.choice(free))]


def draft_merge(scene: Scene) -> Sequence[Fact]:
    """Two records become one; the kept one is the older unless it is wished otherwise."""
    customers = scene.shop.customers
    if len(customers) < 2:
        raise NothingSuitable("Two customers are needed; post events of kind customer_create.")
    kept, gone = sorted(scene.rng.sample(sorted(customers), 2))
    kept = whole(scene.params, "kept_id", kept)
    gone = whole(scene.params, "deleted_id", gone)
    if kept == gone or not {kept, gone} <= customers.keys():
        raise NothingSuitable(f"Customers {kept} and {gone} are not two; give other ids.")
    return [CustomersMerged(scene.at, kept, gone)]


def _choose(scene: Scene) -> CustomerSaved:
    wish = scene.params.get("customer_id")
    if wish is not None:
        customer = scene.shop.customers.get(whole(scene.params, "customer_id", 0))
        if customer is None:
            raise NothingSuitable(f"Customer {wish} is unknown; name another customer_id.")
        return customer
    if not scene.shop.customers:
        raise NothingSuitable("No customer is known; post an event of kind customer_create first.")
    return scene.rng.choice(list(scene.shop.customers.values()))


CUSTOMER_CREATE = Kind("customer_create", "a customer signs up", draft_create)
CUSTOMER_UPDATE = Kind(
    "customer_update", "a customer record changes", draft_update, ("customer_id", "email")
)
CUSTOMER_DELETE = Kind(
    "customer_delete", "a customer record is erased", draft_delete, ("customer_id",)
)
CUSTOMER_MERGE = Kind(
    "customer_merge", "two customer records become one", draft_merge, ("kept_id", "deleted_id")
)
