-- A row for each product that has a document, or had one, or was sold.

create table marts.products as
with sold as (
    select tenant_id, product_id, sum(columns(getvariable('goods_figures')))
    from goods
    where product_id is not null
    group by all
),
ordered as (
    select
        tenant_id,
        product_id,
        count(distinct order_id) as orders_count,
        last(title order by processed_at, order_id, line_item_id) as line_title,
        last(vendor order by processed_at, order_id, line_item_id) as line_vendor
    from marts.order_lines
    join (select tenant_id, order_id, processed_at from known_orders) using (tenant_id, order_id)
    where product_id is not null
    group by tenant_id, product_id
),
told as (
    select tenant_id, cast(id as bigint) as product_id, max(updated_at) as updated_at
    from raw_products
    group by all
),
known as (
    select tenant_id, product_id from described_products
    union
    select tenant_id, product_id from deleted_products
    union
    select tenant_id, product_id from ordered
)
select
    known.tenant_id,
    product_id,
    coalesce(payload->>'$.title', line_title) as title,
    coalesce(payload->>'$.vendor', line_vendor) as vendor,
    coalesce(payload->>'$.productType', payload->>'$.product_type') as product_type,
    payload->>'$.handle' as handle,
    lower(payload->>'$.status') as status,
    moment(coalesce(payload->>'$.createdAt', payload->>'$.created_at')) as created_at,
    coalesce(described_products.updated_at, told.updated_at) as updated_at,
    moment(coalesce(payload->>'$.publishedAt', payload->>'$.published_at')) as published_at,
    price,
    price_min,
    price_max,
    shops.currency,
    coalesce(variant_count, 0) as variant_count,
    coalesce(inventory_quantity, 0) as inventory_quantity,
    deleted_products.product_id is not null as is_deleted,
    payload is not null and deleted_products.product_id is null as is_listed,
    coalesce(orders_count, 0) as orders_count,
    coalesce(columns(getvariable('goods_figures')), 0)
from known
join shops using (tenant_id)
left join described_products using (tenant_id, product_id)
left join told using (tenant_id, product_id)
left join deleted_products using (tenant_id, product_id)
left join offered using (tenant_id, product_id)
left join ordered using (tenant_id, product_id)
left join sold using (tenant_id, product_id);
