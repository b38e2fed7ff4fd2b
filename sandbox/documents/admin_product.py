"""Admin API documents of the catalogue: as much as lines and recorded exchanges ask for."""

from __future__ import annotations

from functools import cache

from sandbox.catalogue import variants
from sandbox.cents import decimal
from sandbox.documents.parts import Document, Ref
from sandbox.identifiers import gid

_MADE = "2021-03-01T09:00:00Z"


@cache
def products(currency: str) -> dict[int, Document]:
    """All products by id, with their variants, priced in the shop's currency."""
    found: dict[int, Document] = {}
    for variant in variants():
        product = found.setdefault(
            variant.product_id,
            {
                "__typename": "Product",
                "id": gid("Product", variant.product_id),
                "legacyResourceId": str(variant.product_id),
                "title": variant.title,
                "handle": variant.title.lower().replace(" ", "-"),
                "status": "ACTIVE",
                "vendor": variant.vendor,
                "productType": "",
                "tags": [],
                "createdAt": _MADE,
                "updatedAt": _MADE,
                "isGiftCard": variant.gift_card,
                "variants": [],
                "metafields": [],
                "collections": [],
                "media": [],
                "sellingPlanGroups": [],
            },
        )
        product["variants"].append(product_variants(currency)[variant.variant_id])
    return found


@cache
def product_variants(currency: str) -> dict[int, Document]:
    """All variants by id."""
    return {
        variant.variant_id: {
            "__typename": "ProductVariant",
            "id": gid("ProductVariant", variant.variant_id),
            "legacyResourceId": str(variant.variant_id),
            "title": variant.variant_title,
            "sku": variant.sku,
            "price": decimal(variant.price, currency),
            "product": Ref("Product", variant.product_id),
            "createdAt": _MADE,
            "updatedAt": _MADE,
            "metafields": [],
        }
        for variant in variants()
    }
