-- One page of refunds, newest first. The order is total: ties are broken by the id.
with counted as (
    select count(*) as total_count
    from marts.refunds
    where refunds.tenant_id = $1 and refunds.shop_date between $2 and $3
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
    where refunds.tenant_id = $1 and refunds.shop_date between $2 and $3
    order by refunds.created_at desc, refunds.refund_id desc
    limit $4 offset $5
)

select
    counted.total_count,
    page.*
from counted
left join page on true
order by page.created_at desc, page.refund_id desc
