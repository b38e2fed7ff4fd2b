"""What happens to the catalogue and to stock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class VariantSaved:
    """One thing that can be put in a cart; `compare_at` is the price that is struck out."""

    variant_id: int
    inventory_item_id: int
    title: str
    sku: str
    price: int
    compare_at: int | None


@dataclass(frozen=True)
class ProductSaved:
    """A product was made or changed, with all its variants; the newest one stands."""

    at: datetime
    product_id: int
    created_at: datetime
    published_at: datetime | None
    title: str
    vendor: str
    product_type: str
    status: str
    gift_card: bool
    variants: tuple[VariantSaved, ...]
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProductDeleted:
    """A product was deleted; lines that sold it no longer name it."""

    at: datetime
    product_id: int


@dataclass(frozen=True)
class StockCounted:
    """So many units of an item are available at a location, which stocks it from now on."""

    at: datetime
    inventory_item_id: int
    location_id: int
    available: int


@dataclass(frozen=True)
class StockRemoved:
    """A location no longer stocks an item."""

    at: datetime
    inventory_item_id: int
    location_id: int


StockFact = StockCounted | StockRemoved
GoodsFact = ProductSaved | ProductDeleted | StockCounted | StockRemoved
