{{ config(materialized='ephemeral') }}

with refunds as (

    select * from {{ ref('int_refunds_named') }}

),

known as (

    select * from {{ ref('stg_shopify__transactions') }}
    where
        kind = 'refund'
        and status = 'success'
        and (tenant_id, order_id) in ({{ dirty_keys('dirty_orders', 'order_id') }})

),

payments as (

    select
        refunds.tenant_id,
        refunds.order_id,
        {{ shopify_id('fields.id') }} as transaction_id,
        lower(fields.status) as status,
        coalesce(fields.amount, {{ amount('fields."amountSet"', 'null::jsonb') }}) as amount

    from refunds
    cross join lateral {{ each('refunds.payload', 'transactions') }} as item
    cross join lateral jsonb_to_record(item) as fields (
        id text, kind text, status text, test boolean, amount numeric, "amountSet" jsonb
    )
    where lower(fields.kind) = 'refund' and not coalesce(fields.test, false)

)

select
    payments.tenant_id,
    payments.order_id,
    sum(payments.amount) filter (where payments.status = 'success') as amount_refunded,
    sum(payments.amount) filter (where payments.status = 'pending') as amount_pending,
    count(*) filter (where payments.status = 'success' and known.transaction_id is null) as unread_payments

from payments
left join known
    on payments.tenant_id = known.tenant_id
    and payments.order_id = known.order_id
    and payments.transaction_id = known.transaction_id
group by payments.tenant_id, payments.order_id
