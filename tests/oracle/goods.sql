-- What was sold, by line of an order and by product, and what the shop says of its products.

create table marts.order_lines as
with sold as (
    select tenant_id, order_id, line_item_id, sum(columns(getvariable('goods_figures')))
    from goods
    group by all
)
select
    lines.tenant_id,
    order_id,
    line_item_id,
    line->>'$.title' as title,
    coalesce(line->>'$.variantTitle', line->>'$.variant_title') as variant_title,
    line->>'$.sku' as sku,
    line->>'$.vendor' as vendor,
    product_id,
    variant_id,
    coalesce(cast(coalesce(line->>'$.isGiftCard', line->>'$.gift_card') as boolean), false)
        as is_gift_card,
    cast(line->>'$.quantity' as bigint) as quantity,
    cast(coalesce(line->>'$.currentQuantity', line->>'$.current_quantity') as bigint)
        as current_quantity,
    money(coalesce(line->>'$.originalUnitPriceSet.shopMoney.amount', line->>'$.price')) as unit_price,
    currency,
    shop_date,
    coalesce(columns(getvariable('goods_figures')), 0)
from lines
join known_orders using (tenant_id, order_id)
left join sold using (tenant_id, order_id, line_item_id);

create table deleted_products as
select tenant_id, cast(id as bigint) as product_id
from raw_products
where payload->>'$.deleted_at' is not null;

-- What was said of a product while it was there.
create table described_products as
select tenant_id, cast(id as bigint) as product_id, payload, updated_at
from raw_products
where payload->>'$.deleted_at' is null
qualify row_number() over (partition by tenant_id, id order by updated_at desc, origin) = 1;

create table stock as
with spoken as (
    select *
    from raw_inventory_levels
    qualify row_number() over (partition by tenant_id, id order by updated_at desc, origin) = 1
)
select
    tenant_id,
    cast(parent_id as bigint) as inventory_item_id,
    sum(
        coalesce(
            (
                select cast(told->>'$.quantity' as bigint)
                from unnest(payload->'$.quantities[*]') as quantities (told)
                where told->>'$.name' = 'available'
            ),
            cast(payload->>'$.available' as bigint)
        )
    ) as available
from spoken
where payload->>'$.deleted_at' is null
group by all;

create table offered as
with variants as (
    select tenant_id, product_id, unnest(payload->'$.variants[*]') as variant
    from described_products
    anti join deleted_products using (tenant_id, product_id)
),
told as (
    select
        tenant_id,
        product_id,
        number_of(variant->>'$.id') as variant_id,
        cast(variant->>'$.position' as integer) as place,
        money(variant->>'$.price') as price,
        cast(coalesce(variant->>'$.inventoryQuantity', variant->>'$.inventory_quantity') as bigint)
            as quantity,
        number_of(coalesce(variant->>'$.inventoryItem.id', variant->>'$.inventory_item_id'))
            as inventory_item_id
    from variants
)
select
    tenant_id,
    product_id,
    first(price order by place, variant_id) as price,
    min(price) as price_min,
    max(price) as price_max,
    count(*) as variant_count,
    sum(coalesce(available, quantity)) as inventory_quantity
from told
left join stock using (tenant_id, inventory_item_id)
group by tenant_id, product_id;
