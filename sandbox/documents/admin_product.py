"""Admin API documents of the catalogue and the stock."""

from __future__ import annotations

from sandbox.cents import decimal
from sandbox.documents.parts import Document, Ref, instant
from sandbox.documents.webhook_product import handle, level_gid
from sandbox.facts import ProductSaved, StockCounted, VariantSaved
from sandbox.identifiers import gid
from sandbox.state.shop import Shop


def product_document(shop: Shop, product_id: int) -> Document:
    """A product; its variants stand elsewhere."""
    saved = shop.goods.products[product_id]
    titles = [variant.title for variant in saved.variants]
    return {
        "__typename": "Product",
        "id": gid("Product", product_id),
        "legacyResourceId": str(product_id),
        "title": saved.title,
        "handle": handle(saved),
        "descriptionHtml": f"<p>{saved.title}</p>",
        "status": saved.status,
        "vendor": saved.vendor,
        "productType": saved.product_type,
        "tags": list(saved.tags),
        "createdAt": instant(saved.created_at),
        "updatedAt": instant(shop.goods.touched[product_id]),
        "publishedAt": instant(saved.published_at) if saved.published_at else None,
        "isGiftCard": saved.gift_card,
        "totalInventory": sum(shop.goods.available(v.inventory_item_id) for v in saved.variants),
        "hasOnlyDefaultVariant": titles == ["Default Title"],
        "templateSuffix": None,
        "variantsCount": {"count": len(titles), "precision": "EXACT"},
        "options": [
            {
                "__typename": "ProductOption",
                "id": gid("ProductOption", product_id * 10 + 1),
                "name": "Option",
                "position": 1,
                "values": titles,
            }
        ],
        "variants": [Ref("ProductVariant", variant.variant_id) for variant in saved.variants],
        "metafields": [],
        "collections": [],
        "media": [],
        "sellingPlanGroups": [],
    }


def variant_document(shop: Shop, saved: ProductSaved, variant: VariantSaved) -> Document:
    """One variant, priced in the shop's currency."""
    currency = shop.profile.currency
    units = shop.goods.available(variant.inventory_item_id)
    struck = decimal(variant.compare_at, currency) if variant.compare_at is not None else None
    return {
        "__typename": "ProductVariant",
        "id": gid("ProductVariant", variant.variant_id),
        "legacyResourceId": str(variant.variant_id),
        "title": variant.title,
        "sku": variant.sku,
        "barcode": None,
        "position": saved.variants.index(variant) + 1,
        "price": decimal(variant.price, currency),
        "compareAtPrice": struck,
        "taxable": not saved.gift_card,
        "inventoryQuantity": units,
        "inventoryPolicy": "DENY",
        "availableForSale": saved.gift_card or units > 0,
        "selectedOptions": [{"name": "Option", "value": variant.title}],
        "inventoryItem": Ref("InventoryItem", variant.inventory_item_id),
        "product": Ref("Product", saved.product_id),
        "createdAt": instant(saved.created_at),
        "updatedAt": instant(saved.at),
        "media": [],
        "metafields": [],
    }


def item_document(shop: Shop, inventory_item_id: int) -> Document:
    """What a variant is in stock; gift cards are not tracked."""
    saved, variant = shop.goods.item(inventory_item_id)
    cost = {
        "amount": decimal(variant.price * 2 // 5, shop.profile.currency),
        "currencyCode": shop.profile.currency,
    }
    return {
        "__typename": "InventoryItem",
        "id": gid("InventoryItem", inventory_item_id),
        "legacyResourceId": str(inventory_item_id),
        "sku": variant.sku,
        "tracked": not saved.gift_card,
        "createdAt": instant(saved.created_at),
        "updatedAt": instant(shop.goods.item_touched(inventory_item_id)),
        "requiresShipping": not saved.gift_card,
        "unitCost": None if saved.gift_card else cost,
        "variant": Ref("ProductVariant", variant.variant_id),
        "inventoryLevels": [
            _level(saved, level) for level in shop.goods.levels_of(inventory_item_id)
        ],
    }


def _level(saved: ProductSaved, level: StockCounted) -> Document:
    at = instant(level.at)
    amounts = {
        "available": level.available,
        "on_hand": level.available,
        "committed": 0,
        "incoming": 0,
    }
    return {
        "__typename": "InventoryLevel",
        "id": level_gid(level),
        "createdAt": instant(saved.created_at),
        "updatedAt": at,
        "location": Ref("Location", level.location_id),
        "item": Ref("InventoryItem", level.inventory_item_id),
        "quantities": [
            {
                "__typename": "InventoryQuantity",
                "id": gid("InventoryQuantity", level.location_id) + f"?name={name}",
                "name": name,
                "quantity": units,
                "updatedAt": at,
            }
            for name, units in amounts.items()
        ],
    }


def location_document(location_id: int, number: int) -> Document:
    """A place that keeps stock."""
    return {
        "__typename": "Location",
        "id": gid("Location", location_id),
        "legacyResourceId": str(location_id),
        "name": ("Main store", "Warehouse")[number],
        "isActive": True,
    }
