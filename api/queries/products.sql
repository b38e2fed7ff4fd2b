-- One page of products that the shop lists, newest first and those without a date last. The order is
-- total: ties are broken by the id. Counted and found by places, as customers are.
with counted as (
    select coalesce(sum(int_product_places.products), 0)::bigint as total_count
    from staging.int_product_places
    where int_product_places.tenant_id = $1
),

place as (
    select
        int_product_places.listed_from,
        int_product_places.product_id,
        $3 - int_product_places.nth * 1000 as skipped
    from staging.int_product_places
    where int_product_places.tenant_id = $1 and int_product_places.nth <= $3 / 1000
    order by int_product_places.nth desc
    limit 1
),

page as (
    select
        products.product_id,
        products.title,
        products.vendor,
        products.product_type,
        products.handle,
        products.status,
        products.price,
        products.currency,
        products.created_at,
        products.inventory_quantity,
        products.units_sold,
        products.total_sales
    from marts.products
    where
        products.tenant_id = $1
        and products.is_listed
        and (
            case when products.created_at is null then '-infinity'::timestamptz else products.created_at end,
            products.product_id
        )
        <= ((select place.listed_from from place), (select place.product_id from place))
    order by
        case when products.created_at is null then '-infinity'::timestamptz else products.created_at end desc,
        products.product_id desc
    limit $2 offset (select place.skipped from place)
)

select
    counted.total_count,
    page.*
from counted
left join page on true
order by page.created_at desc nulls last, page.product_id desc
