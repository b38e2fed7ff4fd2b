{{ config(materialized='ephemeral') }}

with orders as (

    select * from {{ ref('int_orders_due') }}

),

refunds as (

    select * from {{ ref('int_refunds_named') }}

)

select
    refunds.tenant_id,
    refunds.order_id,
    refunds.refund_id,
    refunds.payload,
    refunds.created_at,
    orders.has_taxes_included,
    refunds.created_at > orders.document_at and not refunds.is_in_order as is_newer_than_order

from refunds
inner join orders
    on refunds.tenant_id = orders.tenant_id
    and refunds.order_id = orders.order_id
left join {{ source('raw', 'orders') }} as agreed
    on refunds.tenant_id = agreed.tenant_id
    and refunds.order_id = agreed.id
    and agreed.origin = 'admin'
    and orders.agreements_at is not null
where
    orders.agreements_at is null
    or (
        refunds.created_at >= orders.agreements_at
        and not coalesce(
            agreed.payload -> 'refunds'
            @> jsonb_build_array(jsonb_build_object('id', 'gid://shopify/Refund/' || refunds.refund_id)),
            false
        )
        and not coalesce(
            agreed.payload -> 'agreements' @> jsonb_build_array(jsonb_build_object(
                'refund', jsonb_build_object('id', 'gid://shopify/Refund/' || refunds.refund_id)
            )),
            false
        )
    )
