-- One page of products that the shop lists, newest first. The order is total: ties are broken by the id.
with counted as (
    select count(*) as total_count
    from marts.products
    where products.tenant_id = $1 and products.is_listed
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
    where products.tenant_id = $1 and products.is_listed
    order by products.created_at desc nulls last, products.product_id desc
    limit $2 offset $3
)

select
    counted.total_count,
    page.*
from counted
left join page on true
order by page.created_at desc nulls last, page.product_id desc
