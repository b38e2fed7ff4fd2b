{{ config(materialized='ephemeral') }}

select
    tenant_id,
    shop_date,
    currency,
    sum(line_count) as line_items,
    count(distinct buyer_key) as customers,
    count(distinct lower(trim(email))) as emails,
    avg(gross_sales - discounts)::numeric(20, 4) as order_value,
    avg(discounts)::numeric(20, 4) as discount,
    count(*) filter (where discounts > 0) as with_discounts,
    count(*) filter (
        where (tenant_id, order_id) in (select tenant_id, order_id from {{ ref('refunds') }})
    ) as with_refunds,
    min(processed_at) as first_order_at,
    max(processed_at) as last_order_at

from {{ ref('orders') }}
group by tenant_id, shop_date, currency
