"""Bodies of `products/*` and `inventory_levels/*`."""

from __future__ import annotations

from sandbox.cents import decimal
from sandbox.documents.parts import Document, instant, local
from sandbox.facts import ProductSaved, StockCounted, VariantSaved
from sandbox.identifiers import gid
from sandbox.profiles import Profile
from sandbox.state.shop import Shop


def product_body(shop: Shop, product_id: int) -> Document:
    """A product with its variants."""
    saved, profile = shop.goods.products[product_id], shop.profile
    touched = shop.goods.touched[product_id]
    return {
        "id": product_id,
        "admin_graphql_api_id": gid("Product", product_id),
        "body_html": f"<p>{saved.title}</p>",
        "created_at": local(saved.created_at, profile),
        "handle": handle(saved),
        "product_type": saved.product_type,
        "published_at": local(saved.published_at, profile) if saved.published_at else None,
        "template_suffix": None,
        "title": saved.title,
        "updated_at": local(touched, profile),
        "vendor": saved.vendor,
        "status": saved.status.lower(),
        "published_scope": "web",
        "tags": ", ".join(saved.tags),
        "variants": [
            _variant(shop, saved, variant, position)
            for position, variant in enumerate(saved.variants, start=1)
        ],
        "options": [
            {
                "id": product_id * 10 + 1,
                "product_id": product_id,
                "name": "Option",
                "position": 1,
                "values": [variant.title for variant in saved.variants],
            }
        ],
        "images": [],
        "image": None,
        "media": [],
        "variant_gids": [
            {
                "admin_graphql_api_id": gid("ProductVariant", variant.variant_id),
                "updated_at": instant(saved.at).replace("Z", ".000Z"),
            }
            for variant in saved.variants
        ],
        "has_variants_that_requires_components": False,
    }


def handle(saved: ProductSaved) -> str:
    """The product's place in the shop's addresses."""
    return "-".join("".join(c if c.isalnum() else " " for c in saved.title.lower()).split())


def _variant(shop: Shop, saved: ProductSaved, variant: VariantSaved, position: int) -> Document:
    currency = shop.profile.currency
    units = 0 if saved.gift_card else shop.goods.available(variant.inventory_item_id)
    struck = decimal(variant.compare_at, currency) if variant.compare_at is not None else None
    return {
        "id": variant.variant_id,
        "admin_graphql_api_id": gid("ProductVariant", variant.variant_id),
        "barcode": None,
        "compare_at_price": struck,
        "created_at": local(saved.created_at, shop.profile),
        "inventory_policy": "deny",
        "position": position,
        "price": decimal(variant.price, currency),
        "product_id": saved.product_id,
        "sku": variant.sku,
        "taxable": not saved.gift_card,
        "title": variant.title,
        "updated_at": local(saved.at, shop.profile),
        "option1": variant.title,
        "option2": None,
        "option3": None,
        "image_id": None,
        "inventory_item_id": variant.inventory_item_id,
        "inventory_quantity": units,
        "old_inventory_quantity": units,
    }


def level_body(level: StockCounted, profile: Profile) -> Document:
    """The stock of an item at a location."""
    return {
        "inventory_item_id": level.inventory_item_id,
        "location_id": level.location_id,
        "available": level.available,
        "updated_at": local(level.at, profile),
        "admin_graphql_api_id": level_gid(level),
    }


def level_gid(level: StockCounted) -> str:
    """A level's id is its location's, and the item's behind a question mark."""
    item = level.inventory_item_id
    return gid("InventoryLevel", level.location_id) + f"?inventory_item_id={item}"
