"""What each connection can be searched and sorted by, read from the books, not from documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.documents.parts import Json, Ref
from sandbox.facts import ProductSaved
from sandbox.graph.search import Searchable
from sandbox.state.checkouts import Checkout
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
        "customer_id": Searchable(of(lambda o: o.customer_id), "id"),
        "source_name": Searchable(of(lambda o: o.placed.source)),
        "cart_token": Searchable(of(lambda o: o.placed.cart_token)),
        "checkout_token": Searchable(of(lambda o: o.placed.checkout_token)),
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
    """The products connection; `updated_at` moves with the stock, too."""

    def of(read: Callable[[ProductSaved], Any]) -> Callable[[Ref], Any]:
        return lambda ref: read(shop.goods.products[ref.number])

    return {
        "id": Searchable(lambda ref: ref.number, "id"),
        "created_at": Searchable(of(lambda p: p.created_at), "time"),
        "updated_at": Searchable(lambda ref: shop.goods.touched[ref.number], "time"),
        "published_at": Searchable(of(lambda p: p.published_at), "time"),
        "status": Searchable(of(lambda p: p.status)),
        "tag": Searchable(of(lambda p: frozenset(p.tags)), "set"),
        "title": Searchable(of(lambda p: p.title)),
        "vendor": Searchable(of(lambda p: p.vendor)),
    }


def item_fields(shop: Shop) -> dict[str, Searchable]:
    """The inventoryItems connection."""
    goods = shop.goods
    return {
        "id": Searchable(lambda ref: ref.number, "id"),
        "created_at": Searchable(lambda ref: goods.item(ref.number)[0].created_at, "time"),
        "updated_at": Searchable(lambda ref: goods.item_touched(ref.number), "time"),
        "sku": Searchable(lambda ref: goods.item(ref.number)[1].sku),
    }


def checkout_fields(shop: Shop) -> dict[str, Searchable]:
    """The abandonedCheckouts connection; without a sort key for `updated_at`."""

    def of(read: Callable[[Checkout], Any]) -> Callable[[Ref], Any]:
        return lambda ref: read(shop.checkouts.by_number[ref.number])

    return {
        "id": Searchable(lambda ref: ref.number, "id"),
        "created_at": Searchable(of(lambda c: c.saved.created_at), "time"),
        "updated_at": Searchable(of(lambda c: c.updated_at), "time"),
        "email_state": Searchable(lambda _: "not_sent"),
        "recovery_state": Searchable(of(_recovery)),
        "status": Searchable(of(lambda c: "closed" if c.completed_at else "open")),
    }


def _recovery(checkout: Checkout) -> str:
    return "recovered" if checkout.completed_at else "not_recovered"


def variant_fields(shop: Shop) -> dict[str, Searchable]:
    """The productVariants connection."""
    return {"id": Searchable(lambda ref: ref.number, "id")}


FIELDS: dict[str, Callable[[Shop], dict[str, Searchable]]] = {
    "Order": order_fields,
    "Customer": customer_fields,
    "Product": product_fields,
    "ProductVariant": variant_fields,
    "InventoryItem": item_fields,
    "Location": variant_fields,
    "AbandonedCheckout": checkout_fields,
}


def sort_value(shop: Shop, ref: Ref, key: str) -> Json:
    """What a sort key compares; keys that a warehouse does not use sort by id."""
    read = _SORTED.get((ref.kind, key))
    return read(shop, ref.number) if read else ref.number


_SORTED: dict[tuple[str, str], Callable[[Shop, int], Any]] = {
    ("Order", "UPDATED_AT"): lambda shop, number: shop.orders[number].updated_at,
    ("Order", "CREATED_AT"): lambda shop, number: shop.orders[number].placed.at,
    ("Order", "PROCESSED_AT"): lambda shop, number: shop.orders[number].placed.processed_at,
    ("Customer", "UPDATED_AT"): lambda shop, number: shop.customer_touched[number],
    ("Customer", "CREATED_AT"): lambda shop, number: shop.customers[number].created_at,
    ("Product", "UPDATED_AT"): lambda shop, number: shop.goods.touched[number],
    ("Product", "CREATED_AT"): lambda shop, number: shop.goods.products[number].created_at,
    ("AbandonedCheckout", "CREATED_AT"): lambda shop, number: (
        shop.checkouts.by_number[number].saved.created_at
    ),
}
