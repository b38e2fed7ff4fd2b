{{ config(materialized='ephemeral') }}

with orders as (

    select * from {{ ref('orders') }}
    where (tenant_id, buyer_key) in ({{ dirty_keys('dirty_buyers', 'buyer_key') }})

),

ranked as (

    select
        orders.*,
        row_number() over (partition by tenant_id, buyer_key order by processed_at, order_id) as nth,
        -- Sums of two currencies have no meaning: the figures are those of the last order's currency.
        last_value(currency) over (
            partition by tenant_id, buyer_key order by processed_at, order_id
            rows between unbounded preceding and unbounded following
        ) as last_currency

    from orders

)

select
    tenant_id,
    buyer_key,
    last_currency as currency,
    count(*) as orders_count,
    count(*) filter (where currency = last_currency) as figures_count,
    max(order_id) filter (where nth = 1) as first_order_id,
    max(shop_date) filter (where nth = 1) as first_shop_date,
    max(shop_date) filter (where nth = 2) as second_shop_date,
    min(processed_at) as first_order_at,
    max(processed_at) as last_order_at,
    (array_agg(order_id order by nth desc))[1] as last_order_id,
    max(customer_id) as customer_id,
    {% for figure in each_figure() %}
    sum({{ figure }}) filter (where currency = last_currency) as {{ figure }},
    {% endfor %}
    case when bool_and(amount_paid is not null) then sum(amount_paid) filter (where currency = last_currency) end
        as amount_paid,
    case when bool_and(amount_refunded is not null) then sum(amount_refunded) filter (where currency = last_currency) end
        as amount_refunded

from ranked
group by tenant_id, buyer_key, last_currency
