"""What the bodies about products and stock must look like: the fields that the models cast."""

from pipelines.landed.checks import (
    absent,
    each,
    every,
    fields,
    flag,
    identifier,
    moment,
    money,
    optional,
    recent_moment,
    text,
    whole_number,
)

VARIANT = fields(
    {
        "id": identifier,
        "position": optional(whole_number),
        **every("price compare_at_price", optional(money)),
        "inventory_item_id": optional(identifier),
        "inventory_quantity": optional(whole_number),
        "taxable": optional(flag),
        **every("created_at updated_at", optional(moment)),
        **every("title sku barcode", optional(text)),
        **every("compareAtPrice inventoryItem inventoryQuantity legacyResourceId", absent),
    }
)
PRODUCT = fields(
    {
        "id": identifier,
        "updated_at": recent_moment,
        **every("created_at published_at", optional(moment)),
        **every("title vendor product_type handle status tags", optional(text)),
        "variants": each(VARIANT, once=True),
        **every("createdAt updatedAt publishedAt productType isGiftCard totalInventory", absent),
        **every("variantsCount legacyResourceId deleted_at", absent),
    }
)
INVENTORY_PLACE = fields({"inventory_item_id": identifier, "location_id": identifier})
INVENTORY_LEVEL = fields(
    {
        **every("inventory_item_id location_id", identifier),
        "available": optional(whole_number),
        "updated_at": recent_moment,
        **every("id inventoryItemId locationId updatedAt quantities deleted_at", absent),
    }
)
