{{
    config(
        meta={'consumes': 'a day'},
        incremental_strategy='daily',
        full_refresh=false,
        on_schema_change='append_new_columns',
    )
}}

with shops as (

    select
        shops.tenant_id,
        shops.day_timezone,
        {{ today_of_shop() }} as as_of_date

    from {{ ref('shops') }} as shops

),

due as (

    select * from shops
    {% if is_incremental() %}
    where
        shops.tenant_id in ({{ dirty_shops() }})
        or not exists (
            select 1
            from {{ this }} as standing
            where standing.tenant_id = shops.tenant_id and standing.as_of_date = shops.as_of_date
        )
    {% endif %}

),

days as (

    select
        customers.*,
        due.as_of_date,
        (customers.last_order_at at time zone due.day_timezone)::date as last_shop_date

    from {{ ref('customers') }} as customers
    inner join due
        on customers.tenant_id = due.tenant_id
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
    currency,
    (as_of_date - last_shop_date)::integer as recency_days,
    orders_count as frequency,
    net_spent as monetary,
    r,
    f,
    m,
    r || '-' || f || '-' || m as rfm_class,
    shopify_rfm_group

from classed
