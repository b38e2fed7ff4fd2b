{{
    config(
        meta={'consumes': {'table': 'dirty_orders', 'column': 'order_id', 'key': 'order_id'}},
        indexes=[
            {'columns': ['tenant_id', 'shop_date', 'created_at', 'refund_id']},
        ],
        post_hook=["{{ mark_list_days('dirty_orders', 'order_id') }}"],
    )
}}

with orders as (

    select * from {{ ref('stg_shopify__orders') }}
    where (tenant_id, order_id) in ({{ dirty_keys('dirty_orders', 'order_id') }})

),

paid as (

    select * from {{ ref('int_refunds_paid') }}

),

booked as (

    select
        tenant_id, order_id, refund_id,
        min(happened_at) as happened_at,
        -sum(net) filter (where line_type in ('product', 'gift_card')) as goods_amount,
        -sum(net) filter (where line_type = 'shipping') as shipping_amount,
        -sum(tax) as tax_amount,
        -- Duties, fees and tips that went back, too: the parts of a refund are the whole of it.
        -sum(net) filter (where line_type not in ('product', 'gift_card', 'shipping')) as adjustment_amount,
        -sum(quantity) filter (where line_item_id is not null) as quantity

    from {{ ref('ledger') }}
    where
        refund_id is not null
        and (tenant_id, order_id) in ({{ dirty_keys('dirty_orders', 'order_id') }})
    group by tenant_id, order_id, refund_id

),

units as (

    select
        tenant_id, order_id, refund_id,
        sum(quantity) as quantity,
        sum(restocked_quantity) as restocked_quantity

    from {{ ref('refund_lines') }}
    where (tenant_id, order_id) in ({{ dirty_keys('dirty_orders', 'order_id') }})
    group by tenant_id, order_id, refund_id

),

known as (

    select
        coalesce(paid.tenant_id, booked.tenant_id) as tenant_id,
        coalesce(paid.order_id, booked.order_id) as order_id,
        coalesce(paid.refund_id, booked.refund_id) as refund_id,
        coalesce(paid.created_at, booked.happened_at) as created_at,
        {% for part in ('goods_amount', 'shipping_amount', 'tax_amount', 'adjustment_amount') %}
        coalesce(booked.{{ part }}, 0)::numeric(20, 4) as {{ part }},
        {% endfor %}
        case when paid.tenant_id is null then 0 else paid.amount end::numeric(20, 4) as amount,
        case when paid.tenant_id is null then 0 else paid.pending_amount end::numeric(20, 4) as pending_amount,
        paid.presentment_amount,
        booked.quantity as booked_quantity,
        paid.header_total,
        paid.reason

    from paid
    full join booked
        on paid.tenant_id = booked.tenant_id
        and paid.order_id = booked.order_id
        and paid.refund_id = booked.refund_id

)

select
    known.tenant_id,
    known.order_id,
    known.refund_id,
    orders.order_name,
    known.created_at,
    (known.created_at at time zone orders.iana_timezone)::date as shop_date,
    orders.currency,
    orders.presentment_currency,
    known.goods_amount,
    known.shipping_amount,
    known.tax_amount,
    known.adjustment_amount,
    known.amount,
    known.pending_amount,
    coalesce(units.quantity, known.booked_quantity, 0)::bigint as quantity,
    coalesce(units.restocked_quantity, 0)::bigint as restocked_quantity,
    known.header_total::numeric(20, 4) as header_total,
    (
        known.header_total
        - known.goods_amount - known.shipping_amount - known.tax_amount - known.adjustment_amount
    )::numeric(20, 4) as discrepancy,
    known.reason,
    (known.created_at at time zone orders.iana_timezone)::date - orders.shop_date as days_to_refund,
    coalesce(
        known.presentment_amount > 0
        and known.presentment_amount >= coalesce(orders.presentment_total_price, orders.total_price),
        false
    ) as is_full

from known
inner join orders
    on known.tenant_id = orders.tenant_id
    and known.order_id = orders.order_id
left join units
    on known.tenant_id = units.tenant_id
    and known.order_id = units.order_id
    and known.refund_id = units.refund_id
