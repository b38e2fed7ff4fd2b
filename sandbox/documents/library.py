"""Looks up any Admin API document of a shop; an order's is kept until the order moves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from sandbox.catalogue import LOCATIONS
from sandbox.documents.admin_checkout import checkout_document
from sandbox.documents.admin_customer import customer_document, shop_document
from sandbox.documents.admin_order import order_document
from sandbox.documents.admin_product import (
    item_document,
    location_document,
    product_document,
    variant_document,
)
from sandbox.documents.parts import Document, Ref
from sandbox.state.shop import Shop


class Library:
    """Reads one shop under its lock."""

    def __init__(self, shop: Shop, clock: Callable[[], datetime]) -> None:
        self._shop = shop
        self._clock = clock
        self._orders: dict[int, tuple[int, Document]] = {}
        self._readers: dict[str, Callable[[int], Document | None]] = {
            "Order": self._order,
            "Customer": self._customer,
            "Product": self._product,
            "ProductVariant": self._variant,
            "InventoryItem": self._item,
            "Location": self._location,
            "AbandonedCheckout": self._checkout,
        }

    def find(self, ref: Ref) -> Document | None:
        """The document that a reference or a global id means, if it exists."""
        with self._shop.lock:
            if ref.kind == "Shop":
                return self.shop() if ref.number == self._shop.profile.shop_id else None
            read = self._readers.get(ref.kind)
            return read(ref.number) if read else None

    def shop(self) -> Document:
        """The shop itself, at this moment."""
        return shop_document(self._shop, self._clock())

    def all(self, kind: str) -> list[Ref]:
        """References to all documents of a kind, oldest first."""
        with self._shop.lock:
            return [Ref(kind, number) for number in self._numbers(kind)]

    def _numbers(self, kind: str) -> Iterable[int]:
        shop, goods = self._shop, self._shop.goods
        match kind:
            case "Order":
                return list(shop.orders)
            case "Customer":
                return list(shop.customers)
            case "Product":
                return list(goods.products)
            case "ProductVariant":
                return [v.variant_id for one in goods.products.values() for v in one.variants]
            case "InventoryItem":
                return goods.items()
            case "Location":
                return LOCATIONS
            case "AbandonedCheckout":
                return shop.checkouts.listed(self._clock())
            case _:
                return []

    def _customer(self, number: int) -> Document | None:
        known = number in self._shop.customers
        return customer_document(self._shop, number) if known else None

    def _product(self, number: int) -> Document | None:
        known = number in self._shop.goods.products
        return product_document(self._shop, number) if known else None

    def _variant(self, number: int) -> Document | None:
        found = self._shop.goods.variant(number)
        return variant_document(self._shop, *found) if found else None

    def _item(self, number: int) -> Document | None:
        known = self._shop.goods.has_item(number)
        return item_document(self._shop, number) if known else None

    def _location(self, number: int) -> Document | None:
        known = number in LOCATIONS
        return location_document(number, LOCATIONS.index(number)) if known else None

    def _checkout(self, number: int) -> Document | None:
        checkout = self._shop.checkouts.by_number.get(number)
        if checkout is None or not checkout.is_listed(self._clock()):
            return None
        return checkout_document(checkout, self._shop.profile)

    def _order(self, number: int) -> Document | None:
        order = self._shop.orders.get(number)
        if order is None:
            return None
        kept = self._orders.get(number)
        if kept is None or kept[0] != order.version:
            kept = (order.version, order_document(order, self._shop.profile))
            self._orders[number] = kept
        return kept[1]
