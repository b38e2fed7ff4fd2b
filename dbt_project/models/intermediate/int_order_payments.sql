{{ config(materialized='ephemeral') }}

with orders as (

    select * from {{ ref('stg_shopify__orders') }}
    where (tenant_id, order_id) in ({{ dirty_keys('dirty_orders', 'order_id') }})

),

admin_documents as (

    select
        tenant_id,
        id as order_id,
        lower(payload ->> 'displayFinancialStatus') as financial_status,
        payload -> 'transactions' as transactions

    from {{ source('raw', 'orders') }}
    where
        origin = 'admin'
        and (tenant_id, id) in ({{ dirty_keys('dirty_orders', 'order_id') }})

),

stated as (

    select
        tenant_id,
        order_id,
        sum(
            case when kind in ('sale', 'capture') then amount when kind = 'change' then -amount else 0 end
        ) as amount_paid,
        sum(case when kind = 'refund' then amount else 0 end) as amount_refunded

    from {{ ref('stg_shopify__transactions') }}
    where
        status = 'success'
        and not is_test
        and (tenant_id, order_id) in ({{ dirty_keys('dirty_orders', 'order_id') }})
    group by tenant_id, order_id

),

paid_back as (

    select * from {{ ref('int_order_refunds_paid') }}

),

judged as (

    select
        orders.*,
        coalesce(stated.amount_paid, 0) as stated_paid,
        coalesce(stated.amount_refunded, 0) as stated_refunded,
        coalesce(paid_back.amount_refunded, 0) as derived_refunded,
        -- What is due is less by a refund as soon as it is recorded, before its money moves.
        coalesce(
            orders.current_total_price
            + coalesce(paid_back.amount_refunded, 0)
            + coalesce(paid_back.amount_pending, 0),
            orders.total_price
        ) as covered,
        -- A webhook that moved no money leaves the transactions of the Admin document standing.
        orders.origin = 'admin' or (
            admin_documents.transactions is not null
            and admin_documents.financial_status = orders.financial_status
            and coalesce(paid_back.unread_payments, 0) = 0
        ) as is_stated

    from orders
    left join admin_documents
        on orders.tenant_id = admin_documents.tenant_id and orders.order_id = admin_documents.order_id
    left join stated
        on orders.tenant_id = stated.tenant_id and orders.order_id = stated.order_id
    left join paid_back
        on orders.tenant_id = paid_back.tenant_id and orders.order_id = paid_back.order_id

)

select
    tenant_id,
    order_id,
    case
        when is_stated then stated_paid
        when currency <> presentment_currency then null
        when financial_status = 'paid' then covered
        when financial_status in ('partially_paid', 'partially_refunded', 'refunded')
            then covered - coalesce(total_outstanding, 0)
        else 0
    end as amount_paid,
    case
        when is_stated then stated_refunded
        when currency <> presentment_currency then null
        else derived_refunded
    end as amount_refunded,
    is_stated

from judged
