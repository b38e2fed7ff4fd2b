select
    documents.tenant_id,
    documents.product_id,
    {{ shopify_id('fields.id') }} as variant_id,
    fields.position,
    fields.price::numeric(20, 4) as price,
    -- The levels of the stock are counted for themselves; the product's document may be older.
    coalesce(
        (
            select sum(
                coalesce(
                    (levels.payload ->> 'available')::bigint,
                    (
                        select (stock ->> 'quantity')::bigint
                        from jsonb_path_query(levels.payload, '$.quantities[*] ? (@.name == "available")') as stock
                        limit 1
                    )
                )
            )
            from {{ source('raw', 'inventory_levels') }} as levels
            where levels.tenant_id = documents.tenant_id
                and levels.parent_id = coalesce(
                    fields.inventory_item_id, substring(fields."inventoryItem" ->> 'id' from '[0-9]+$')
                )
                and not levels.payload ? 'deleted_at'
                and {{ is_newest('levels', source('raw', 'inventory_levels')) }}
        ),
        fields."inventoryQuantity",
        fields.inventory_quantity
    )::bigint as inventory_quantity

from {{ ref('stg_shopify__products') }} as documents
cross join lateral {{ each('documents.payload', 'variants') }} as variant
cross join lateral jsonb_to_record(variant) as fields (
    id text, position integer, price numeric,
    "inventoryQuantity" bigint, inventory_quantity bigint,
    "inventoryItem" jsonb, inventory_item_id text
)
where not documents.is_deleted
