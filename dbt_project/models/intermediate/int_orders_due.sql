{{ config(materialized='ephemeral') }}

with orders as (

    select * from {{ ref('stg_shopify__orders') }}

),

due as (

    select
        orders.*,
        (
            select documents.updated_at
            from {{ source('raw', 'orders') }} as documents
            where documents.tenant_id = orders.tenant_id
                and documents.id = orders.order_id
                and documents.origin = 'admin'
                and jsonb_path_exists(documents.payload, '$.agreements[*].sales[*]')
        ) as agreements_at

    from orders
    where (orders.tenant_id, orders.order_id) in ({{ dirty_keys('dirty_orders', 'order_id') }})

)

select
    due.*,
    agreements_at is null or document_at > agreements_at as is_document_newer,
    -- What an agreement of a later moment says about a cancellation is not said again.
    case when agreements_at is null or cancelled_at > agreements_at then cancelled_at end as derived_cancelled_at

from due
