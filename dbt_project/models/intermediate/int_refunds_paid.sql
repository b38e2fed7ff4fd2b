{{ config(materialized='ephemeral') }}

with orders as (

    select * from {{ ref('stg_shopify__orders') }}
    where (tenant_id, order_id) in ({{ dirty_keys('dirty_orders', 'order_id') }})

),

listed as (

    select
        documents.tenant_id,
        documents.id as order_id,
        {{ shopify_id("refund ->> 'id'") }} as refund_id,
        refund as payload,
        coalesce((refund ->> 'createdAt')::timestamptz, documents.updated_at) as created_at

    from {{ source('raw', 'orders') }} as documents
    cross join lateral {{ each('documents.payload', 'refunds') }} as refund
    where
        documents.origin = 'admin'
        and refund ->> 'id' is not null
        and (documents.tenant_id, documents.id) in ({{ dirty_keys('dirty_orders', 'order_id') }})

),

known as (

    select
        coalesce(named.tenant_id, listed.tenant_id) as tenant_id,
        coalesce(named.order_id, listed.order_id) as order_id,
        coalesce(named.refund_id, listed.refund_id) as refund_id,
        coalesce(named.created_at, listed.created_at) as created_at,
        nullif(trim(coalesce(named.payload ->> 'note', listed.payload ->> 'note')), '') as reason,
        coalesce(
            {{ amount("named.payload -> 'totalRefundedSet'", 'null::jsonb') }},
            {{ amount("listed.payload -> 'totalRefundedSet'", 'null::jsonb') }}
        ) as header_total,
        named.payload

    from {{ ref('int_refunds_named') }} as named
    full join listed
        on named.tenant_id = listed.tenant_id
        and named.order_id = listed.order_id
        and named.refund_id = listed.refund_id

),

payments as (

    select
        known.tenant_id,
        known.order_id,
        known.refund_id,
        -- A webhook tells a payment in the currency that it was made in; nothing is converted by us.
        bool_and(fields.currency is null or fields.currency = orders.currency) as is_shop_money,
        sum(coalesce({{ amount('fields."amountSet"', 'null::jsonb') }}, fields.amount))
            filter (where lower(fields.status) = 'success') as succeeded,
        sum(coalesce({{ amount('fields."amountSet"', 'null::jsonb', 'presentment') }}, fields.amount))
            filter (where lower(fields.status) = 'success') as presentment_succeeded,
        sum(coalesce({{ amount('fields."amountSet"', 'null::jsonb') }}, fields.amount))
            filter (where lower(fields.status) in ('pending', 'awaiting_response')) as pending

    from known
    inner join orders
        on known.tenant_id = orders.tenant_id
        and known.order_id = orders.order_id
    cross join lateral {{ each('known.payload', 'transactions') }} as item
    cross join lateral jsonb_to_record(item) as fields (
        kind text, status text, test boolean, amount numeric, currency text, "amountSet" jsonb
    )
    where
        lower(fields.kind) = 'refund' and not coalesce(fields.test, false)
    group by known.tenant_id, known.order_id, known.refund_id

)

select
    known.tenant_id,
    known.order_id,
    known.refund_id,
    known.created_at,
    known.reason,
    known.header_total,
    case
        when not coalesce(known.payload ? 'transactions', false) then coalesce(known.header_total, 0)
        when payments.tenant_id is null then 0
        when payments.is_shop_money then coalesce(payments.succeeded, 0)
        else known.header_total
    end as amount,
    case
        when payments.tenant_id is null then 0
        when payments.is_shop_money then coalesce(payments.pending, 0)
    end as pending_amount,
    payments.presentment_succeeded as presentment_amount

from known
left join payments
    on known.tenant_id = payments.tenant_id
    and known.order_id = payments.order_id
    and known.refund_id = payments.refund_id
