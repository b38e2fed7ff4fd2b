-- Refunds by three witnesses: the ledger, the money, the lines.

create table marts.refunds as
with taken_back as (
    select
        tenant_id,
        order_id,
        refund_id,
        -sum(if(line_type in ('product', 'gift_card'), net, 0)) as goods_amount,
        -sum(if(line_type = 'shipping', net, 0)) as shipping_amount,
        -sum(tax) as tax_amount,
        -sum(if(line_type in ('product', 'gift_card', 'shipping'), 0, net)) as adjustment_amount
    from ledger
    where refund_id is not null
    group by all
),
payments as (
    select tenant_id, refund_id, unnest(payload->'$.transactions[*]') as payment from known_refunds
),
paid_back as (
    select
        tenant_id,
        refund_id,
        sum(if(payment->>'$.status' = 'SUCCESS', money(payment->>'$.amountSet.shopMoney.amount'), 0))
            as amount,
        sum(if(payment->>'$.status' = 'SUCCESS', money(payment->>'$.amountSet.presentmentMoney.amount'), 0))
            as presented,
        sum(
            if(
                payment->>'$.status' in ('PENDING', 'AWAITING_RESPONSE'),
                money(payment->>'$.amountSet.shopMoney.amount'),
                0
            )
        ) as pending_amount
    from payments
    where payment->>'$.kind' = 'REFUND' and not coalesce(cast(payment->>'$.test' as boolean), false)
    group by all
),
units as (
    select tenant_id, refund_id, sum(quantity) as quantity, sum(restocked_quantity) as restocked_quantity
    from marts.refund_lines
    group by all
)
select
    tenant_id,
    refund_id,
    order_id,
    order_name,
    known_refunds.created_at,
    known_refunds.shop_date,
    known_refunds.currency,
    presentment_currency,
    coalesce(goods_amount, 0) as goods_amount,
    coalesce(shipping_amount, 0) as shipping_amount,
    coalesce(tax_amount, 0) as tax_amount,
    coalesce(adjustment_amount, 0) as adjustment_amount,
    coalesce(amount, 0) as amount,
    coalesce(pending_amount, 0) as pending_amount,
    coalesce(quantity, 0) as quantity,
    coalesce(restocked_quantity, 0) as restocked_quantity,
    money(payload->>'$.totalRefundedSet.shopMoney.amount') as header_total,
    header_total
    - coalesce(goods_amount + shipping_amount + tax_amount + adjustment_amount, 0) as discrepancy,
    present(payload->>'$.note') as reason,
    datediff('day', order_date, known_refunds.shop_date) as days_to_refund,
    coalesce(presented, 0) > 0 and presented >= presentment_total_price as is_full
from known_refunds
join (
    select tenant_id, order_id, order_name, presentment_currency, presentment_total_price
    from marts.orders
) using (tenant_id, order_id)
left join taken_back using (tenant_id, order_id, refund_id)
left join paid_back using (tenant_id, refund_id)
left join units using (tenant_id, refund_id);
