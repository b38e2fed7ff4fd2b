{{ config(materialized='ephemeral') }}

with lines as (

    select * from {{ ref('order_lines') }}
    where
        product_id is not null
        and (tenant_id, product_id) in ({{ dirty_keys('dirty_products', 'product_id') }})

),

ranked as (

    select
        lines.*,
        row_number() over (
            partition by tenant_id, product_id order by shop_date desc, order_id desc, line_item_id desc
        ) as nth_from_last,
        -- Sums of two currencies have no meaning: the figures are those of the last line's currency.
        first_value(currency) over (
            partition by tenant_id, product_id order by shop_date desc, order_id desc, line_item_id desc
        ) as last_currency

    from lines

)

select
    tenant_id,
    product_id,
    last_currency as currency,
    max(title) filter (where nth_from_last = 1) as title,
    max(vendor) filter (where nth_from_last = 1) as vendor,
    count(distinct order_id) as orders_count,
    sum(units_sold) filter (where currency = last_currency) as units_sold,
    {% for figure in each_line_figure() %}
    sum({{ figure }}) filter (where currency = last_currency) as {{ figure }}{{ "," if not loop.last }}
    {% endfor %}

from ranked
group by tenant_id, product_id, last_currency
