{{ config(materialized='ephemeral') }}

with orders as (

    select * from {{ ref('stg_shopify__orders') }}
    where (tenant_id, order_id) in ({{ dirty_keys('dirty_orders', 'order_id') }})

),

refunds as (

    select * from {{ ref('int_refunds_named') }}

)

select
    refunds.tenant_id,
    refunds.order_id,
    {{ shopify_id('fields.id') }} as transaction_id,
    'refund' as kind,
    fields.gateway,
    coalesce(fields."processedAt", fields.processed_at, fields.created_at, refunds.created_at) as processed_at,
    -- A webhook tells a payment in the currency that it was made in; nothing is converted by us.
    coalesce(
        {{ amount('fields."amountSet"', 'null::jsonb') }},
        case when coalesce(fields.currency, orders.currency) = orders.currency then fields.amount end
    )::numeric(20, 4) as amount

from refunds
inner join orders
    on refunds.tenant_id = orders.tenant_id
    and refunds.order_id = orders.order_id
cross join lateral {{ each('refunds.payload', 'transactions') }} as item
cross join lateral jsonb_to_record(item) as fields (
    id text, kind text, status text, test boolean, gateway text, amount numeric, currency text,
    processed_at timestamptz, created_at timestamptz, "processedAt" timestamptz, "amountSet" jsonb
)
where
    lower(fields.kind) = 'refund'
    and lower(fields.status) = 'success'
    and not coalesce(fields.test, false)
    and {{ shopify_id('fields.id') }} is not null
