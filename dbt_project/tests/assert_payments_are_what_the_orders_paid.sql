{{ config(severity='warn') }}

-- The payments of an order, cash or not, are what it says was paid and refunded. Orders whose payments
-- are not all known yet are left out. It is the document of one shop and stops no other shop's build.

with payments as (

    select
        tenant_id,
        order_id,
        sum(paid) as paid,
        sum(refunded) as refunded,
        bool_or(is_provisional) as is_provisional

    from {{ ref('int_cash_moves') }}
    group by tenant_id, order_id

)

select
    orders.tenant_id,
    orders.order_id

from {{ ref('orders') }} as orders
left join payments
    on orders.tenant_id = payments.tenant_id
    and orders.order_id = payments.order_id
where
    not coalesce(payments.is_provisional, false)
    and (
        coalesce(payments.paid, 0) <> orders.amount_paid
        or coalesce(payments.refunded, 0) <> orders.amount_refunded
    )
