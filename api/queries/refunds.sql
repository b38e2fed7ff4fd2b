-- One page of refunds, newest first. The order is total: ties are broken by the id. Counted and found by
-- the days' counts, as orders are.
with days as (
    select
        int_list_days.shop_date,
        int_list_days.refunds as listed,
        sum(int_list_days.refunds) over (order by int_list_days.shop_date desc) as rows_to_here
    from staging.int_list_days
    where
        int_list_days.tenant_id = $1
        and int_list_days.shop_date between $2 and $3
        and int_list_days.refunds > 0
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
        refunds.refund_id,
        refunds.order_id,
        refunds.order_name,
        refunds.amount,
        refunds.pending_amount,
        refunds.currency,
        refunds.reason,
        refunds.created_at,
        refunds.shop_date,
        refunds.goods_amount,
        refunds.shipping_amount,
        refunds.tax_amount,
        refunds.adjustment_amount,
        refunds.quantity,
        refunds.restocked_quantity,
        refunds.days_to_refund,
        refunds.is_full
    from marts.refunds
    where
        refunds.tenant_id = $1
        and refunds.shop_date between (select held.oldest from held) and (select held.newest from held)
    order by refunds.shop_date desc, refunds.created_at desc, refunds.refund_id desc
    limit $4 offset (select held.skipped from held)
)

select
    counted.total_count,
    page.*
from counted
left join page on true
order by page.shop_date desc, page.created_at desc, page.refund_id desc
