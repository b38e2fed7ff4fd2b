"""Looks up any Admin API document of a shop; an order's is kept until the order moves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sandbox.documents.admin_customer import customer_document, shop_document
from sandbox.documents.admin_order import order_document
from sandbox.documents.admin_product import product_variants, products
from sandbox.documents.parts import Document, Ref
from sandbox.state.shop import Shop


class Library:
    """Reads one shop under its lock."""

    def __init__(self, shop: Shop, clock: Callable[[], datetime]) -> None:
        self._shop = shop
        self._clock = clock
        self._currency = shop.profile.currency
        self._orders: dict[int, tuple[int, Document]] = {}

    def find(self, ref: Ref) -> Document | None:
        """The document that a reference or a global id means, if it exists."""
        with self._shop.lock:
            match ref.kind:
                case "Order":
                    return self._order(ref.number)
                case "Customer":
                    known = ref.number in self._shop.customers
                    return customer_document(self._shop, ref.number) if known else None
                case "Product":
                    return products(self._currency).get(ref.number)
                case "ProductVariant":
                    return product_variants(self._currency).get(ref.number)
                case "Shop":
                    own = ref.number == self._shop.profile.shop_id
                    return self.shop() if own else None
                case _:
                    return None

    def shop(self) -> Document:
        """The shop itself, at this moment."""
        return shop_document(self._shop.profile, self._clock())

    def all(self, kind: str) -> list[Ref]:
        """References to all documents of a kind, oldest first."""
        with self._shop.lock:
            numbers = {
                "Order": list(self._shop.orders),
                "Customer": list(self._shop.customers),
                "Product": list(products(self._currency)),
            }.get(kind, [])
        return [Ref(kind, number) for number in numbers]

    def _order(self, number: int) -> Document | None:
        order = self._shop.orders.get(number)
        if order is None:
            return None
        kept = self._orders.get(number)
        if kept is None or kept[0] != order.version:
            kept = (order.version, order_document(order, self._shop.profile))
            self._orders[number] = kept
        return kept[1]
