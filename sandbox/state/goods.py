"""The catalogue and the stock as facts have left them."""

from __future__ import annotations

from datetime import datetime

from sandbox.facts import (
    GoodsFact,
    ProductDeleted,
    ProductSaved,
    StockCounted,
    StockRemoved,
    VariantSaved,
)


class Goods:
    """Products by id, and the levels of each item by location.

    Stock moves by counts only: what a sale does to it is the fulfilment's affair, and not imitated.
    """

    def __init__(self) -> None:
        self.products: dict[int, ProductSaved] = {}
        self.touched: dict[int, datetime] = {}
        self.levels: dict[tuple[int, int], StockCounted] = {}
        self._items: dict[int, tuple[int, VariantSaved]] = {}
        self._item_touched: dict[int, datetime] = {}
        self._variants: dict[int, int] = {}

    def record(self, fact: GoodsFact) -> None:
        """Take one fact into the books."""
        match fact:
            case ProductSaved():
                self._save(fact)
            case ProductDeleted():
                self._delete(fact)
            case StockCounted():
                self.levels[fact.inventory_item_id, fact.location_id] = fact
                self._moved(fact.inventory_item_id, fact.at)
            case StockRemoved():
                del self.levels[fact.inventory_item_id, fact.location_id]
                self._moved(fact.inventory_item_id, fact.at)

    def variant(self, variant_id: int) -> tuple[ProductSaved, VariantSaved] | None:
        """A variant that is still sold, with its product."""
        product = self.products.get(self._variants.get(variant_id, 0))
        if product is None:
            return None
        return product, next(v for v in product.variants if v.variant_id == variant_id)

    def items(self) -> list[int]:
        """The inventory items of all products, oldest first."""
        return list(self._items)

    def has_item(self, inventory_item_id: int) -> bool:
        """Whether a product still has the item."""
        return inventory_item_id in self._items

    def item(self, inventory_item_id: int) -> tuple[ProductSaved, VariantSaved]:
        """What an inventory item is the stock of."""
        product_id, variant = self._items[inventory_item_id]
        return self.products[product_id], variant

    def item_touched(self, inventory_item_id: int) -> datetime:
        """When an item or one of its levels moved last."""
        return self._item_touched[inventory_item_id]

    def levels_of(self, inventory_item_id: int) -> list[StockCounted]:
        """An item's levels by location."""
        found = [level for key, level in self.levels.items() if key[0] == inventory_item_id]
        return sorted(found, key=lambda level: level.location_id)

    def available(self, inventory_item_id: int) -> int:
        """The units of an item over all locations."""
        return sum(level.available for level in self.levels_of(inventory_item_id))

    def _save(self, saved: ProductSaved) -> None:
        self.products[saved.product_id] = saved
        self.touched[saved.product_id] = saved.at
        for variant in saved.variants:
            self._items[variant.inventory_item_id] = saved.product_id, variant
            self._variants[variant.variant_id] = saved.product_id
            self._item_touched.setdefault(variant.inventory_item_id, saved.at)

    def _delete(self, deleted: ProductDeleted) -> None:
        gone = self.products.pop(deleted.product_id)
        items = {variant.inventory_item_id for variant in gone.variants}
        for item in items:
            del self._items[item]
        self.levels = {key: level for key, level in self.levels.items() if key[0] not in items}

    def _moved(self, inventory_item_id: int, at: datetime) -> None:
        """Stock that moves touches its item and its product."""
        product_id, _ = self._items[inventory_item_id]
        self._item_touched[inventory_item_id] = at
        self.touched[product_id] = max(at, self.touched[product_id])
