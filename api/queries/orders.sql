-- One page of orders, newest first. The order is total, so that pages neither overlap nor skip.
-- The number of orders comes from the daily figures, so that it costs days and not orders.
with counted as (
    select coalesce(sum(daily_sales.orders), 0)::bigint as total_count
    from marts.daily_sales
    where daily_sales.tenant_id = $1 and daily_sales.shop_date between $2 and $3
),

page as (
    select
        orders.order_id,
        orders.order_name,
        orders.order_number,
        orders.total_price,
        orders.currency,
        orders.customer_id,
        orders.buyer_key,
        orders.created_at,
        orders.processed_at,
        orders.shop_date,
        orders.financial_status,
        orders.is_cancelled,
        orders.is_provisional
    from marts.orders
    where orders.tenant_id = $1 and orders.shop_date between $2 and $3
    order by orders.processed_at desc, orders.order_id desc
    limit $4 offset $5
)

select
    counted.total_count,
    page.*
from counted
left join page on true
order by page.processed_at desc, page.order_id desc
