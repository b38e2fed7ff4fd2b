with refunds as (

    select * from {{ ref('refunds') }}

),

orders as (

    select * from {{ ref('orders') }}

),

shops as (

    select * from {{ ref('shops') }}

),

units as (

    select
        tenant_id,
        order_id,
        refund_id,
        count(*) as lines,
        count(*) filter (where is_restocked) as restocked_lines

    from {{ ref('refund_lines') }}
    group by tenant_id, order_id, refund_id

),

booked as (

    select
        tenant_id,
        order_id,
        refund_id,
        -sum(tax) filter (where line_type in ('product', 'gift_card')) as goods_tax,
        sum(net) filter (where line_type = 'adjustment') as discrepancy,
        sum(tax) filter (where line_type = 'adjustment') as discrepancy_tax

    from {{ ref('ledger') }}
    where refund_id is not null
    group by tenant_id, order_id, refund_id

)

select
    refunds.tenant_id,
    refunds.tenant_id || '-' || refunds.refund_id as unique_key,
    refunds.refund_id,
    shops.shop_domain as source_relation,
    refunds.order_id,
    orders.customer_id,
    orders.email,
    orders.source_name as order_channel,
    orders.created_at as order_created_at,
    refunds.created_at as refund_created_at,
    {{ unfilled('timestamptz', ['refund_processed_at']) }}, {{ unfilled('boolean', ['is_processed']) }},
    refunds.days_to_refund,
    refunds.reason as refund_note,
    {{ unfilled('bigint', ['staff_user_id']) }},
    coalesce(units.lines, 0)::bigint as count_refund_line_items,
    refunds.quantity as total_quantity_refunded,
    refunds.goods_amount as subtotal,
    coalesce(booked.goods_tax, 0)::numeric(20, 4) as total_tax,
    (refunds.goods_amount + coalesce(booked.goods_tax, 0))::numeric(20, 4) as total_refunded,
    refunds.restocked_quantity as quantity_restocked,
    coalesce(units.restocked_lines, 0)::bigint as count_restocked_line_items,
    coalesce(units.restocked_lines, 0) > 0 as has_restock,
    coalesce(booked.discrepancy, 0)::numeric(20, 4) as refund_discrepancy_amount,
    coalesce(booked.discrepancy_tax, 0)::numeric(20, 4) as refund_discrepancy_tax_amount

from refunds
inner join orders
    on refunds.tenant_id = orders.tenant_id
    and refunds.order_id = orders.order_id
left join shops on refunds.tenant_id = shops.tenant_id
left join units
    on refunds.tenant_id = units.tenant_id
    and refunds.order_id = units.order_id
    and refunds.refund_id = units.refund_id
left join booked
    on refunds.tenant_id = booked.tenant_id
    and refunds.order_id = booked.order_id
    and refunds.refund_id = booked.refund_id
