{{ config(meta={'consumes': {'table': 'dirty_days', 'column': 'shop_date', 'key': 'shop_date'}}) }}

with placed as (

    select
        tenant_id,
        shop_date,
        currency,
        count(*) as orders

    from {{ ref('orders') }}
    where (tenant_id, shop_date) in ({{ dirty_keys('dirty_days', 'shop_date') }})
    group by tenant_id, shop_date, currency

),

figures as (

    select
        tenant_id,
        shop_date,
        currency,
        {{ units_sold() }},
        {{ sales_figures() }}

    from {{ ref('ledger') }}
    where (tenant_id, shop_date) in ({{ dirty_keys('dirty_days', 'shop_date') }})
    group by tenant_id, shop_date, currency

)

select
    coalesce(placed.tenant_id, figures.tenant_id) as tenant_id,
    coalesce(placed.shop_date, figures.shop_date) as shop_date,
    coalesce(placed.currency, figures.currency) as currency,
    coalesce(placed.orders, 0)::integer as orders,
    coalesce(figures.units_sold, 0)::bigint as units_sold,
    {% for figure in each_figure() %}
    coalesce(figures.{{ figure }}, 0)::numeric(20, 4) as {{ figure }}{{ "," if not loop.last }}
    {% endfor %}

from placed
full join figures
    on placed.tenant_id = figures.tenant_id
    and placed.shop_date = figures.shop_date
    and placed.currency = figures.currency
