"""Kinds `product_*` and `inventory_*`: the catalogue and the stock move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sandbox.catalogue import LOCATIONS
from sandbox.errors import BadParameter, NothingSuitable
from sandbox.facts import (
    Fact,
    ProductDeleted,
    ProductSaved,
    StockCounted,
    StockRemoved,
    VariantSaved,
)
from sandbox.kinds.scene import Kind, Scene
from sandbox.wishes import text, whole

_NAMES = ("Lantern", "Rucksack", "Scarf", "Teapot", "Axe", "Hammock", "Candle", "Apron")
_STATUS = {"ACTIVE": 80, "DRAFT": 15, "ARCHIVED": 5}
_DEAREST = 10_000_000


def draft_create(scene: Scene) -> Sequence[Fact]:
    """A product with one to four variants, each stocked at one location."""
    ids, number = scene.shop.ids, scene.shop.ids.next("Product")
    price = whole(scene.params, "price", scene.rng.randrange(500, 20_000), high=_DEAREST)
    count = scene.count("variants", 20) or scene.rng.choices((1, 2, 4), (50, 30, 20))[0]
    status = scene.choice("status", _STATUS)
    title = text(scene.params, "title") or f"{scene.rng.choice(_NAMES)} No. {number % 1000}"
    variants = tuple(
        VariantSaved(
            ids.next("ProductVariant"),
            ids.next("InventoryItem"),
            f"Size {at}" if count > 1 else "Default Title",
            f"NEW-{number % 100_000}-{at}",
            price,
            price * 6 // 5 if at % 2 else None,
        )
        for at in range(1, count + 1)
    )
    saved = ProductSaved(
        at=scene.at,
        product_id=number,
        created_at=scene.at,
        published_at=scene.at if status == "ACTIVE" else None,
        title=title,
        vendor="Northpine",
        product_type="Goods",
        status=status,
        gift_card=False,
        variants=variants,
        tags=("novelty",),
    )
    stocked = [
        StockCounted(scene.at, v.inventory_item_id, LOCATIONS[0], scene.rng.randrange(50))
        for v in variants
    ]
    return [saved, *stocked]


def draft_update(scene: Scene) -> Sequence[Fact]:
    """Prices, title or status change."""
    product = _product(scene)
    price = product.variants[0].price
    if "title" not in scene.params and "status" not in scene.params:
        price = max(1, price * scene.rng.randrange(90, 116) // 100)
    price = whole(scene.params, "price", price, high=_DEAREST)
    more = price - product.variants[0].price
    variants = [replace(v, price=max(0, v.price + more)) for v in product.variants]
    status = scene.choice("status", _STATUS) if "status" in scene.params else product.status
    return [
        replace(
            product,
            at=scene.at,
            title=text(scene.params, "title") or product.title,
            status=status,
            published_at=product.published_at or (scene.at if status == "ACTIVE" else None),
            variants=tuple(variants),
        )
    ]


def draft_delete(scene: Scene) -> Sequence[Fact]:
    """The wished product, else one that nobody has bought: its lines would name it no more."""
    if "product_id" in scene.params:
        return [ProductDeleted(scene.at, _product(scene).product_id)]
    books = scene.shop
    named = {line.product_id for order in books.orders.values() for line in order.lines.values()}
    for checkout in books.checkouts.by_token.values():
        named |= {line.product_id for line in checkout.saved.lines}
    unsold = [number for number in books.goods.products if number not in named]
    if not unsold:
        raise NothingSuitable("Every product was bought; name a product_id.")
    return [ProductDeleted(scene.at, scene.rng.choice(unsold))]


def draft_stock(scene: Scene) -> Sequence[Fact]:
    """An item is counted at a location: one that stocks it already, unless another is wished."""
    item = _item(scene)
    known = [level.location_id for level in scene.shop.goods.levels_of(item)]
    place = scene.rng.choice(known or LOCATIONS[:1])
    if "location_id" in scene.params:
        place = whole(scene.params, "location_id", 0)
        if place not in LOCATIONS:
            raise BadParameter(f"location_id is {place}; give one of {LOCATIONS}.")
    units = scene.rng.randrange(120)
    units = whole(scene.params, "available", units, low=-100_000, high=1_000_000)
    return [StockCounted(scene.at, item, place, units)]


def draft_disconnect(scene: Scene) -> Sequence[Fact]:
    """A location stops stocking an item that another one stocks, too."""
    goods, wish = scene.shop.goods, "inventory_item_id" in scene.params
    items = [_item(scene)] if wish else [i for i in goods.items() if len(goods.levels_of(i)) > 1]
    levels = goods.levels_of(scene.rng.choice(items)) if items else []
    if not levels:
        raise NothingSuitable("No item is stocked so; name another inventory_item_id.")
    return [StockRemoved(scene.at, levels[-1].inventory_item_id, levels[-1].location_id)]


def _product(scene: Scene) -> ProductSaved:
    products = scene.shop.goods.products
    if "product_id" in scene.params:
        number = whole(scene.params, "product_id", 0)
        if number not in products:
            raise NothingSuitable(f"Product {number} is unknown; name another product_id.")
        return products[number]
    return scene.rng.choice([one for one in products.values() if not one.gift_card])


def _item(scene: Scene) -> int:
    goods = scene.shop.goods
    items = [item for item in goods.items() if not goods.item(item)[0].gift_card]
    if "inventory_item_id" in scene.params:
        number = whole(scene.params, "inventory_item_id", 0)
        if number not in items:
            raise NothingSuitable(f"Item {number} is unknown; name another inventory_item_id.")
        return number
    return scene.rng.choice(items)


_SHELF = ("title", "price", "status")
_ITEM = ("inventory_item_id",)
GOODS = (
    Kind("product_create", "a product is added", draft_create, (*_SHELF, "variants")),
    Kind("product_update", "a product changes", draft_update, ("product_id", *_SHELF)),
    Kind("product_delete", "a product is deleted", draft_delete, ("product_id",)),
    Kind(
        "inventory_update",
        "an item is counted at a location",
        draft_stock,
        (*_ITEM, "location_id", "available"),
    ),
    Kind("inventory_disconnect", "a location stops stocking an item", draft_disconnect, _ITEM),
)
