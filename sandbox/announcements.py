"""Which webhooks a fact sets off, and with what bodies: the state right after it happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import orjson

from sandbox.documents.parts import Document
from sandbox.documents.webhook_customer import customer_body
from sandbox.documents.webhook_order import order_body
from sandbox.documents.webhook_refund import refund_body
from sandbox.facts import Cancelled, CustomerSaved, Deleted, Fact, OrderFact, Paid, Placed, Refunded
from sandbox.state.shop import Shop


@dataclass(frozen=True)
class Announcement:
    """One webhook to be delivered; deliveries of one event share `event`."""

    topic: str
    body: bytes
    happened_at: datetime
    event: str


def announcements(shop: Shop, fact: Fact, *, is_new: bool) -> list[Announcement]:
    """All webhooks of one fact, in the order in which Shopify would set them off."""
    event = f"{type(fact).__name__}:{len(shop.history)}"
    return [
        Announcement(topic, orjson.dumps(body), fact.at, event)
        for topic, body in _told(shop, fact, is_new=is_new)
    ]


def _told(shop: Shop, fact: Fact, *, is_new: bool) -> Iterator[tuple[str, Document]]:
    if isinstance(fact, CustomerSaved):
        topic = "customers/create" if is_new else "customers/update"
        yield topic, customer_body(shop, fact.customer_id)
        return
    if isinstance(fact, Deleted):
        yield "orders/delete", {"id": fact.order_id}
        return
    refund = fact.refund if isinstance(fact, Cancelled) else fact
    order = shop.orders[fact.order_id]
    if isinstance(refund, Refunded):
        yield "refunds/create", refund_body(shop, order, refund)
    body = order_body(shop, order)
    for topic in _topics(fact):
        yield topic, body
    if isinstance(fact, Placed) and fact.buyer.customer_id is not None:
        yield "customers/update", customer_body(shop, fact.buyer.customer_id)


def _topics(fact: OrderFact) -> tuple[str, ...]:
    match fact:
        case Placed():
            return ("orders/create",)
        case Cancelled():
            return ("orders/cancelled", "orders/updated")
        case Paid() if any(p.kind in ("SALE", "CAPTURE") for p in fact.payments):
            return ("orders/paid", "orders/updated")
        case _:
            return ("orders/updated",)
