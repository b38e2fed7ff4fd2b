"""Kinds `customer_create` and `customer_update`: records that move without an order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sandbox.catalogue import LAST_NAMES
from sandbox.errors import NothingSuitable
from sandbox.facts import CustomerSaved, Fact
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
