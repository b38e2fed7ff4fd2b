{{
    config(
        meta={'consumes': {'table': 'dirty_orders', 'column': 'order_id', 'key': 'order_id'}},
        indexes=[{'columns': ['tenant_id', 'shop_date']}],
        post_hook=["{{ mark_days('shop_date') }}"],
    )
}}

with orders as (

    select * from {{ ref('int_orders_due') }}

),

lines as materialized (

    select * from {{ ref('stg_shopify__order_lines') }}
    where (tenant_id, order_id) in ({{ dirty_keys('dirty_orders', 'order_id') }})

),

sales as (

    select
        tenant_id, order_id, sale_key, happened_at, reason, action, line_type, line_item_id, refund_id,
        quantity, gross, discount, net, tax, total, presentment_total, presentment_currency, 'agreement' as origin

    from {{ ref('int_sales_agreed') }}
    union all
    select
        derived.tenant_id, derived.order_id, derived.sale_key, derived.happened_at, derived.reason, derived.action,
        derived.line_type, derived.line_item_id, derived.refund_id, derived.quantity,
        derived.net + derived.discount as gross, derived.discount, derived.net, derived.tax,
        derived.net + derived.tax as total,
        case
            when orders.presentment_currency = orders.currency or orders.total_price = 0
                then derived.net + derived.tax
            -- Totals that no exchange rate explains must not overflow the column: then it is not known.
            when
                abs((derived.net + derived.tax) * orders.presentment_total_price)
                < 1000000000000000 * abs(orders.total_price)
                then
                    round(
                        (derived.net + derived.tax) * orders.presentment_total_price / orders.total_price,
                        {{ currency_digits('orders.presentment_currency') }}
                    )
        end as presentment_total,
        orders.presentment_currency,
        'derived' as origin

    from {{ ref('int_sales_derived') }} as derived
    inner join orders
        on derived.tenant_id = orders.tenant_id
        and derived.order_id = orders.order_id

)

select
    sales.tenant_id,
    sales.order_id,
    sales.sale_key,
    sales.happened_at,
    (sales.happened_at at time zone orders.iana_timezone)::date as shop_date,
    sales.reason,
    sales.action,
    sales.line_type,
    sales.line_item_id,
    sales.refund_id,
    lines.product_id,
    lines.variant_id,
    sales.quantity::integer as quantity,
    sales.gross::numeric(20, 4) as gross,
    sales.discount::numeric(20, 4) as discount,
    sales.net::numeric(20, 4) as net,
    sales.tax::numeric(20, 4) as tax,
    sales.total::numeric(20, 4) as total,
    orders.currency,
    sales.presentment_total::numeric(20, 4) as presentment_total,
    sales.presentment_currency,
    sales.origin

from sales
inner join orders
    on sales.tenant_id = orders.tenant_id
    and sales.order_id = orders.order_id
left join lines
    on sales.tenant_id = lines.tenant_id
    and sales.order_id = lines.order_id
    and sales.line_item_id = lines.line_item_id
