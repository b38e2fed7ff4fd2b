-- Products with a document in those loads, and those whose stock stands in them (in a full build: all).
insert into control.dirty_products (tenant_id, build_group, product_id)
select touched.tenant_id, %(build_group)s, touched.product_id
from (
    select tenant_id, id as product_id
    from raw.products
    where %(full_refresh)s or _dlt_load_id in (select load_id from begun_loads)
    union
    select products.tenant_id, products.id
    from raw.products as products
    cross join lateral jsonb_path_query(products.payload, '$.variants[*]') as variant
    where
        -- Variants stand inside the documents: only shops with news of their stock are looked through.
        products.tenant_id in (
            select tenant_id
            from raw.inventory_levels
            where _dlt_load_id in (select load_id from begun_loads)
        )
        and (
            products.tenant_id,
            coalesce(variant ->> 'inventory_item_id', substring(variant #>> '{inventoryItem,id}' from '[0-9]+$'))
        ) in (
            select tenant_id, split_part(id, ':', 1)
            from raw.inventory_levels
            where _dlt_load_id in (select load_id from begun_loads)
        )
) as touched
on conflict do nothing
