{{ config(materialized='view', post_hook=["alter view {{ this }} set (security_invoker = true)"]) }}

with days as (

    select
        customers.*,
        ({{ moment_of_asking() }} at time zone coalesce(shops.day_timezone, 'UTC'))::date as as_of_date,
        (customers.last_order_at at time zone coalesce(shops.day_timezone, 'UTC'))::date as last_shop_date

    from {{ ref('customers') }} as customers
    left join {{ ref('shops') }} as shops
        on customers.tenant_id = shops.tenant_id
    where customers.orders_count > 0

),

ranked as (

    select
        days.*,
        -- Equals share a rank, and so a class; amounts of two currencies are never compared.
        count(*) over (partition by tenant_id) as buyers,
        count(*) over (partition by tenant_id, currency) as buyers_of_currency,
        rank() over (partition by tenant_id order by last_shop_date) as recency_rank,
        rank() over (partition by tenant_id order by orders_count) as frequency_rank,
        rank() over (partition by tenant_id, currency order by net_spent) as monetary_rank

    from days

),

classed as (

    select
        ranked.*,
        {{ quintile('recency_rank', 'buyers') }} as r,
        {{ quintile('frequency_rank', 'buyers') }} as f,
        {{ quintile('monetary_rank', 'buyers_of_currency') }} as m

    from ranked

)

select
    tenant_id,
    as_of_date,
    buyer_key,
    customer_id,
    currency,
    as_of_date - last_shop_date as recency_days,
    orders_count as frequency,
    net_spent as monetary,
    r,
    f,
    m,
    r || '-' || f || '-' || m as rfm_class,
    shopify_rfm_group

from classed
