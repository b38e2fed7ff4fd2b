{{
    config(
        meta={'consumes': {'table': 'dirty_orders', 'column': 'order_id', 'key': 'order_id'}},
        indexes=[
            {'columns': ['tenant_id', 'shop_date', 'processed_at', 'order_id']},
            {'columns': ['tenant_id', 'buyer_key']},
            {'columns': ['tenant_id', 'checkout_token']},
            {'columns': ['tenant_id', 'customer_id']},
            {'columns': ['tenant_id', 'lower(email)']},
        ],
        post_hook=[
            "{{ mark_days('shop_date') }}",
            "{{ mark_list_days('dirty_orders', 'order_id') }}",
            "{{ rank_orders() }}",
        ],
    )
}}

with orders as materialized (

    select * from {{ ref('stg_shopify__orders') }}
    where (tenant_id, order_id) in ({{ dirty_keys('dirty_orders', 'order_id') }})

),

payments as materialized (

    select * from {{ ref('int_order_payments') }}

),

lines as materialized (

    select
        tenant_id,
        order_id,
        count(*) as line_count

    from {{ ref('stg_shopify__order_lines') }}
    where (tenant_id, order_id) in ({{ dirty_keys('dirty_orders', 'order_id') }})
    group by tenant_id, order_id

),

figures as materialized (

    select
        tenant_id,
        order_id,
        sum(total) as ledger_total,
        bool_or(origin = 'derived') as is_provisional,
        {{ units_sold() }},
        {{ sales_figures() }}

    from {{ ref('ledger') }}
    where (tenant_id, order_id) in ({{ dirty_keys('dirty_orders', 'order_id') }})
    group by tenant_id, order_id

)

select
    orders.tenant_id,
    orders.order_id,
    orders.order_name,
    orders.order_number,
    orders.buyer_key,
    orders.customer_id,
    orders.email,
    orders.created_at,
    orders.processed_at,
    orders.shop_date,
    orders.document_at as updated_at,
    orders.cancelled_at,
    orders.cancel_reason,
    orders.financial_status,
    orders.fulfillment_status,
    orders.source_name,
    orders.checkout_token,
    orders.cart_token,
    orders.currency,
    orders.presentment_currency,
    orders.total_price,
    orders.presentment_total_price,
    orders.current_total_price,
    {% for figure in each_figure() %}
    coalesce(figures.{{ figure }}, 0)::numeric(20, 4) as {{ figure }},
    {% endfor %}
    payments.amount_paid::numeric(20, 4) as amount_paid,
    payments.amount_refunded::numeric(20, 4) as amount_refunded,
    coalesce(figures.units_sold, 0)::bigint as units_sold,
    coalesce(lines.line_count, 0)::integer as line_count,
    orders.cancelled_at is not null as is_cancelled,
    coalesce(figures.is_provisional, false) as is_provisional,
    case
        when not coalesce(figures.is_provisional, false)
            then coalesce(figures.ledger_total, 0) - orders.current_total_price
    end::numeric(20, 4) as ledger_difference,
    -- Among the orders of this build, which is all of them in a full refresh; else rank_orders goes on.
    {{ place_in_life('orders') }} as order_rank,
    {{ place_in_life('orders') }} = 1 as is_first_order

from orders
left join figures
    on orders.tenant_id = figures.tenant_id
    and orders.order_id = figures.order_id
left join lines
    on orders.tenant_id = lines.tenant_id
    and orders.order_id = lines.order_id
left join payments
    on orders.tenant_id = payments.tenant_id
    and orders.order_id = payments.order_id
