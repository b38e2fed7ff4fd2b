-- One page of orders, newest first. The order is total, so that pages neither overlap nor skip. Days and
-- how many orders each has tell the number of orders and where the page is: nothing that comes before the
-- page is read but what its own newest day begins with.
with days as (
    select
        int_list_days.shop_date,
        int_list_days.orders as listed,
        sum(int_list_days.orders) over (order by int_list_days.shop_date desc) as rows_to_here
    from staging.int_list_days
    where
        int_list_days.tenant_id = $1
        and int_list_days.shop_date between $2 and $3
        and int_list_days.orders > 0
),

counted as (
    select coalesce(max(days.rows_to_here), 0)::bigint as total_count from days
),

-- The days that hold the page, and how many rows of the newest of them come before it.
held as (
    select
        min(days.shop_date) as oldest,
        max(days.shop_date) as newest,
        $5 - min(days.rows_to_here - days.listed) as skipped
    from days
    where
        days.rows_to_here > $5
        and ($4::bigint is null or days.rows_to_here - days.listed - $4 < $5)
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
    where
        orders.tenant_id = $1
        and orders.shop_date between (select held.oldest from held) and (select held.newest from held)
    order by orders.shop_date desc, orders.processed_at desc, orders.order_id desc
    limit $4 offset (select held.skipped from held)
)

select
    counted.total_count,
    page.*
from counted
left join page on true
order by page.shop_date desc, page.processed_at desc, page.order_id desc
