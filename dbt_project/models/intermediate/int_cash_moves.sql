{{
    config(
        materialized='incremental',
        incremental_strategy='consumed',
        on_schema_change='fail',
        contract={'enforced': true},
        meta={'consumes': {'table': 'dirty_orders', 'column': 'order_id', 'key': 'order_id'}},
        indexes=[{'columns': ['tenant_id', 'shop_date']}],
        post_hook=["{{ mark_days('shop_date') }}"],
    )
}}

with orders as (

    select * from {{ ref('stg_shopify__orders') }}
    where (tenant_id, order_id) in ({{ dirty_keys('dirty_orders', 'order_id') }})

),

told as (

    select tenant_id, order_id, transaction_id, kind, gateway, processed_at, amount, 1 as preference
    from {{ ref('stg_shopify__transactions') }}
    where
        status = 'success'
        and not is_test
        and kind in ('sale', 'capture', 'change', 'refund')
        and transaction_id is not null
        and (tenant_id, order_id) in ({{ dirty_keys('dirty_orders', 'order_id') }})
    union all
    select tenant_id, order_id, transaction_id, kind, gateway, processed_at, amount, 2 as preference
    from {{ ref('int_refund_payments') }}

),

-- A refund's payment is told by the order, by the refund and by the order's webhook.
moved as (

    select distinct on (tenant_id, order_id, transaction_id) *
    from told
    order by tenant_id, order_id, transaction_id, preference

),

moves as (

    select
        orders.tenant_id,
        orders.order_id,
        'payment:' || moved.transaction_id as move_key,
        coalesce(moved.processed_at, orders.processed_at) as moved_at,
        moved.gateway,
        case when moved.kind in ('sale', 'capture') then moved.amount when moved.kind = 'change' then -moved.amount end
            as paid,
        case when moved.kind = 'refund' then moved.amount end as refunded,
        -- What only a refund tells is more than the order's list of payments knows yet.
        moved.amount is null or moved.preference = 2 as is_provisional

    from moved
    inner join orders
        on moved.tenant_id = orders.tenant_id
        and moved.order_id = orders.order_id
    union all
    -- When the rest was paid, if it was, only the Admin API can tell: between these two days.
    select
        orders.tenant_id,
        orders.order_id,
        'unknown:' || edges.edge as move_key,
        case edges.edge when 'first' then orders.processed_at else orders.document_at end as moved_at,
        null as gateway,
        null as paid,
        null as refunded,
        true as is_provisional

    from orders
    inner join {{ ref('int_order_payments') }} as payments
        on orders.tenant_id = payments.tenant_id
        and orders.order_id = payments.order_id
    cross join (values ('first'), ('last')) as edges (edge)
    where payments.is_stated is not true and coalesce(payments.amount_paid, 1) <> 0

)

select
    moves.tenant_id,
    moves.order_id,
    moves.move_key,
    (moves.moved_at at time zone orders.iana_timezone)::date as shop_date,
    orders.currency,
    coalesce(moves.paid, 0)::numeric(20, 4) as paid,
    coalesce(moves.refunded, 0)::numeric(20, 4) as refunded,
    coalesce(moves.gateway, '') not in ('gift_card', 'shopify_store_credit', 'store_credit') as is_cash,
    moves.is_provisional

from moves
inner join orders
    on moves.tenant_id = orders.tenant_id
    and moves.order_id = orders.order_id
