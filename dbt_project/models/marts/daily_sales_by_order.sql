{{ config(meta={'consumes': {'table': 'dirty_days', 'column': 'shop_date', 'key': 'shop_date'}}) }}

-- Basis order_cohort: what became of the orders of a day, whenever it happened.

select
    tenant_id,
    shop_date,
    currency,
    count(*)::integer as orders,
    sum(units_sold)::bigint as units_sold,
    {% for figure in each_figure() %}
    sum({{ figure }})::numeric(20, 4) as {{ figure }}{{ "," if not loop.last }}
    {% endfor %}

from {{ ref('orders') }}
where (tenant_id, shop_date) in ({{ dirty_keys('dirty_days', 'shop_date') }})
group by tenant_id, shop_date, currency
