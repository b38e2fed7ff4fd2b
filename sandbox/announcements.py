"""Which webhooks a fact sets off, and with what bodies: the state right after it happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import orjson

from sandbox.documents.parts import Document
from sandbox.documents.webhook_cart import cart_body
from sandbox.documents.webhook_checkout import OLDER, checkout_body, deleted_checkout_body
from sandbox.documents.webhook_customer import customer_body, deleted_customer_body, merge_body
from sandbox.documents.webhook_edit import edit_body
from sandbox.documents.webhook_order import order_body
from sandbox.documents.webhook_product import level_body, product_body
from sandbox.documents.webhook_refund import refund_body
from sandbox.documents.webhook_shop import shop_body
from sandbox.facts import (
    Cancelled,
    CartSaved,
    CheckoutDeleted,
    CheckoutFact,
    CheckoutSaved,
    CustomerDeleted,
    CustomerFact,
    CustomerSaved,
    Deleted,
    Edited,
    Fact,
    GoodsFact,
    OrderFact,
    Paid,
    Placed,
    ProductDeleted,
    ProductSaved,
    Refunded,
    Returned,
    StockCounted,
)
from sandbox.state.checkouts import Checkout
from sandbox.state.shop import Shop

GENERATIONS = ("2026-04", OLDER)
Told = Iterator[tuple[str, Document]]


@dataclass(frozen=True)
class Announcement:
    """One webhook to be delivered; deliveries of one event share `event`.

    `version` is the API version whose shape the body has, where it is not today's.
    """

    topic: str
    body: bytes
    happened_at: datetime
    event: str
    version: str | None = None


@dataclass(frozen=True)
class Before:
    """What a body must still know of the state before its fact."""

    is_new: bool = False
    checkout: Checkout | None = None


def before(shop: Shop, fact: Fact) -> Before:
    """Look at the books before the fact goes in."""
    match fact:
        case CustomerSaved():
            return Before(fact.customer_id not in shop.customers)
        case CartSaved():
            return Before(fact.cart_token not in shop.checkouts.carts)
        case CheckoutSaved():
            return Before(fact.checkout_token not in shop.checkouts.by_token)
        case CheckoutDeleted():
            return Before(checkout=shop.checkouts.by_token[fact.checkout_token])
        case ProductSaved():
            return Before(fact.product_id not in shop.goods.products)
        case StockCounted():
            key = (fact.inventory_item_id, fact.location_id)
            return Before(key not in shop.goods.levels)
        case _:
            return Before()


def announcements(
    shop: Shop, fact: Fact, was: Before, generation: str = GENERATIONS[0]
) -> list[Announcement]:
    """All webhooks of one fact, in the order in which Shopify would set them off."""
    event = f"{type(fact).__name__}:{len(shop.history)}"
    version = OLDER if generation == OLDER else None
    return [
        Announcement(topic, orjson.dumps(body), fact.at, event, version)
        for topic, body in _told(shop, fact, was, generation)
    ]


def _told(shop: Shop, fact: Fact, was: Before, generation: str) -> Told:
    if isinstance(fact, OrderFact):
        yield from _of_order(shop, fact, generation)
    elif isinstance(fact, CustomerFact):
        yield from _of_customer(shop, fact, was)
    elif isinstance(fact, GoodsFact):
        yield from _of_goods(shop, fact, was)
    elif isinstance(fact, CheckoutFact):
        yield from _of_checkout(shop, fact, was, generation)
    else:
        yield "shop/update", shop_body(shop)


def _of_customer(shop: Shop, fact: CustomerFact, was: Before) -> Told:
    match fact:
        case CustomerSaved():
            topic = "customers/create" if was.is_new else "customers/update"
            yield topic, customer_body(shop, fact.customer_id)
        case CustomerDeleted():
            yield "customers/delete", deleted_customer_body(fact.customer_id)
        case _:
            yield "customers/merge", merge_body(fact)
            yield "customers/update", customer_body(shop, fact.kept_id)


def _of_goods(shop: Shop, fact: GoodsFact, was: Before) -> Told:
    match fact:
        case ProductSaved():
            topic = "products/create" if was.is_new else "products/update"
            yield topic, product_body(shop, fact.product_id)
            return
        case ProductDeleted():
            yield "products/delete", {"id": fact.product_id}
            return
        case StockCounted():
            topic = "inventory_levels/connect" if was.is_new else "inventory_levels/update"
            yield topic, level_body(fact, shop.profile)
        case _:
            gone = {"inventory_item_id": fact.inventory_item_id, "location_id": fact.location_id}
            yield "inventory_levels/disconnect", gone
    product, _ = shop.goods.item(fact.inventory_item_id)
    yield "products/update", product_body(shop, product.product_id)


def _of_checkout(shop: Shop, fact: CheckoutFact, was: Before, generation: str) -> Told:
    if isinstance(fact, CartSaved):
        yield "carts/create" if was.is_new else "carts/update", cart_body(shop, fact)
        return
    if was.checkout is not None:
        yield "checkouts/delete", deleted_checkout_body(shop, was.checkout, generation)
        return
    checkout = shop.checkouts.by_token[fact.checkout_token]
    topic = "checkouts/create" if was.is_new else "checkouts/update"
    yield topic, checkout_body(shop, checkout, generation)


def _of_order(shop: Shop, fact: OrderFact, generation: str) -> Told:
    if isinstance(fact, Deleted):
        yield "orders/delete", {"id": fact.order_id}
        return
    refund = fact.refund if isinstance(fact, Cancelled | Returned) else fact
    order = shop.orders[fact.order_id]
    if isinstance(fact, Edited):
        yield "orders/edited", edit_body(shop, fact)
    if isinstance(refund, Refunded):
        yield "refunds/create", refund_body(shop, order, refund)
    body = order_body(shop, order)
    if generation == OLDER:
        checkout = shop.checkouts.by_token.get(order.placed.checkout_token or "")
        body["checkout_id"] = checkout.number if checkout else None
    for topic in _topics(fact, is_paid=order.is_paid):
        yield topic, body
    if isinstance(fact, Placed) and fact.buyer.customer_id is not None:
        yield "customers/update", customer_body(shop, fact.buyer.customer_id)


def _topics(fact: OrderFact, *, is_paid: bool) -> tuple[str, ...]:
    match fact:
        case Placed():
            return ("orders/create",)
        case Cancelled():
            return ("orders/cancelled", "orders/updated")
        case Paid() if is_paid and any(p.kind in ("SALE", "CAPTURE") for p in fact.payments):
            return ("orders/paid", "orders/updated")
        case _:
            return ("orders/updated",)
