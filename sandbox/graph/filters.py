"""What each connection can be searched and sorted by, read from the books, not from documents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sandbox.documents.parts import Json, Ref
from sandbox.graph.search import Searchable
from sandbox.state.order import Order
from sandbox.state.shop import Shop


def order_fields(shop: Shop) -> dict[str, Searchable]:
    """The orders connection."""

    def of(read: Callable[[Order], Any]) -> Callable[[Ref], Any]:
        return lambda ref: read(shop.orders[ref.number])

    return {
        "id": Searchable(lambda ref: ref.number, "id"),
        "created_at": Searchable(of(lambda o: o.placed.at), "time"),
        "updated_at": Searchable(of(lambda o: o.updated_at), "time"),
        "processed_at": Searchable(of(lambda o: o.placed.processed_at), "time"),
        "test": Searchable(of(lambda o: o.placed.test)),
        "name": Searchable(of(lambda o: f"#{o.placed.number}")),
        "email": Searchable(of(lambda o: o.placed.buyer.email)),
        "customer_id": Searchable(of(lambda o: o.placed.buyer.customer_id), "id"),
        "source_name": Searchable(of(lambda o: o.placed.source)),
        "cart_token": Searchable(of(lambda o: o.placed.token[::-1])),
        "checkout_token": Searchable(of(lambda o: o.placed.token)),
        "financial_status": Searchable(of(lambda o: o.financial_status)),
        "status": Searchable(of(_statuses), "set"),
    }


def _statuses(order: Order) -> frozenset[str]:
    """Cancelled orders are the only closed ones here; `any` is every order."""
    return frozenset({"any", "cancelled", "closed"} if order.cancelled else {"any", "open"})


def customer_fields(shop: Shop) -> dict[str, Searchable]:
    """The customers connection; `updated_at` matches whole days."""

    def of(read: Callable[[Any], Any]) -> Callable[[Ref], Any]:
        return lambda ref: read(shop.customers[ref.number])

    return {
        "id": Searchable(lambda ref: ref.number, "id"),
        "customer_date": Searchable(of(lambda c: c.created_at), "time"),
        "updated_at": Searchable(lambda ref: shop.customer_touched[ref.number], "day"),
        "email": Searchable(of(lambda c: c.email)),
        "phone": Searchable(of(lambda c: c.phone)),
        "first_name": Searchable(of(lambda c: c.first_name)),
        "last_name": Searchable(of(lambda c: c.last_name)),
        "state": Searchable(lambda _: "disabled"),
    }


def product_fields(shop: Shop) -> dict[str, Searchable]:
    """The products connection: a fixed catalogue, never updated."""
    opened = datetime.fromisoformat("2021-03-01T09:00:00+00:00")
    return {
        "id": Searchable(lambda ref: ref.number, "id"),
        "created_at": Searchable(lambda _: opened, "time"),
        "updated_at": Searchable(lambda _: opened, "time"),
        "tag": Searchable(lambda _: None),
        "title": Searchable(lambda _: None),
    }


FIELDS: dict[str, Callable[[Shop], dict[str, Searchable]]] = {
    "Order": order_fields,
    "Customer": customer_fields,
    "Product": product_fields,
}


def sort_value(shop: Shop, ref: Ref, key: str) -> Json:
    """What a sort key compares; keys that a warehouse does not use sort by id."""
    if ref.kind == "Order":
        order = shop.orders[ref.number]
        match key:
            case "UPDATED_AT":
                return order.updated_at
            case "CREATED_AT":
                return order.placed.at
            case "PROCESSED_AT":
                return order.placed.processed_at
    if ref.kind == "Customer" and key == "UPDATED_AT":
        return shop.customer_touched[ref.number]
    if ref.kind == "Customer" and key == "CREATED_AT":
        return shop.customers[ref.number].created_at
    return ref.number
