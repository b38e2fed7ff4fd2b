{{ config(materialized='ephemeral') }}

with named as (

    select
        refunds.*,
        false as is_embedded

    from {{ ref('stg_shopify__refunds') }} as refunds
    where (refunds.tenant_id, refunds.order_id) in ({{ dirty_keys('dirty_orders', 'order_id') }})
    union all
    select
        embedded.*,
        true as is_embedded

    from {{ ref('stg_shopify__embedded_refunds') }} as embedded
    where (embedded.tenant_id, embedded.order_id) in ({{ dirty_keys('dirty_orders', 'order_id') }})

)

select distinct on (tenant_id, order_id, refund_id)
    named.*,
    bool_or(is_embedded) over (partition by tenant_id, order_id, refund_id) as is_in_order

from named
order by tenant_id, order_id, refund_id, document_at desc, is_embedded desc
