{{ config(materialized='view', post_hook=["alter view {{ this }} set (security_invoker = true)"]) }}

with lives as (

    select * from {{ ref('checkout_lives') }}

)

select
    tenant_id,
    checkout_id,
    source,
    cart_token,
    customer_id,
    email,
    phone,
    currency,
    total_price,
    presentment_currency,
    line_items_count,
    created_at,
    shop_date,
    last_activity_at,
    completed_at,
    order_id,
    weak_order_id,
    abandons_at,
    first_abandoned_at,
    recovered_value,
    minutes_to_recover,
    is_contactable,
    buyer_key,
    is_counted,
    uncounted_reason,
    case
        when completed_at is not null then 'COMPLETED'
        when abandons_at <= {{ moment_of_asking() }} then 'ABANDONED'
        else 'PENDING'
    end as status,
    case when abandons_at <= {{ moment_of_asking() }} then abandons_at end as abandoned_at,
    first_abandoned_at is not null
        or coalesce(abandons_at <= {{ moment_of_asking() }}, false) as was_abandoned,
    completed_at is not null and first_abandoned_at is not null as is_recovered,
    case when first_abandoned_at is not null then completed_at end as recovered_at

from lives
