-- Money as the transactions tell it, or until they are read the webhook of a plain order.

create table payments as
with told as (
    select tenant_id, cast(id as bigint) as order_id, unnest(payload->'$.transactions[*]') as payment
    from raw_orders
    where origin = 'admin'
)
select
    tenant_id,
    order_id,
    payment->>'$.kind' as kind,
    payment->>'$.gateway' as gateway,
    moment(payment->>'$.processedAt') as processed_at,
    money(payment->>'$.amountSet.shopMoney.amount') as amount
from told
join known_orders using (tenant_id, order_id)
where payment->>'$.status' = 'SUCCESS' and not cast(payment->>'$.test' as boolean);

create table read_orders as
select distinct tenant_id, order_id, true as is_read from agreed;

create table paid as
with summed as (
    select
        tenant_id,
        order_id,
        sum(case when kind in ('SALE', 'CAPTURE') then amount when kind = 'CHANGE' then -amount else 0 end)
            as amount_paid,
        sum(if(kind = 'REFUND', amount, 0)) as amount_refunded
    from payments
    group by tenant_id, order_id
),
-- Until the payments of a plain order are read, its webhook tells what is still to be paid.
told as (
    select
        tenant_id,
        order_id,
        money(payload->>'$.total_price') - money(payload->>'$.total_outstanding') as amount_told
    from known_orders
    where currency = payload->>'$.presentment_currency'
)
select
    tenant_id,
    order_id,
    if(is_read, coalesce(amount_paid, 0), amount_told) as amount_paid,
    if(is_read or amount_told is not null, coalesce(amount_refunded, 0), null) as amount_refunded
from known_orders
left join read_orders using (tenant_id, order_id)
left join summed using (tenant_id, order_id)
left join told using (tenant_id, order_id);
