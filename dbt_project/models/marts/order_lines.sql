{{
    config(
        meta={'consumes': {'table': 'dirty_orders', 'column': 'order_id', 'key': 'order_id'}},
        indexes=[{'columns': ['tenant_id', 'product_id']}],
        post_hook=["{{ mark_products() }}"],
    )
}}

with lines as (

    select * from {{ ref('stg_shopify__order_lines') }}
    where (tenant_id, order_id) in ({{ dirty_keys('dirty_orders', 'order_id') }})

),

orders as (

    select * from {{ ref('orders') }}
    where (tenant_id, order_id) in ({{ dirty_keys('dirty_orders', 'order_id') }})

),

figures as (

    select
        tenant_id,
        order_id,
        line_item_id,
        {{ units_sold() }},
        sum(gross) filter (where line_type = 'product' and action in ('order', 'update')) as gross_sales,
        sum(discount) filter (where line_type = 'product' and action in ('order', 'update')) as discounts,
        -sum(net) filter (where line_type = 'product' and action = 'return') as returns,
        sum(net) filter (where line_type = 'product' and action <> 'unknown') as net_sales,
        sum(tax) filter (where line_type = 'product') as taxes,
        sum(total) filter (where line_type = 'product') as total_sales,
        sum(total) filter (where line_type = 'gift_card') as gift_card_sales

    from {{ ref('ledger') }}
    where
        line_item_id is not null
        and (tenant_id, order_id) in ({{ dirty_keys('dirty_orders', 'order_id') }})
    group by tenant_id, order_id, line_item_id

)

select
    lines.tenant_id,
    lines.order_id,
    lines.line_item_id,
    lines.title,
    lines.variant_title,
    lines.sku,
    lines.vendor,
    lines.product_id,
    lines.variant_id,
    lines.line_type = 'gift_card' as is_gift_card,
    lines.quantity,
    lines.current_quantity,
    lines.unit_price,
    orders.currency,
    orders.shop_date,
    coalesce(figures.units_sold, 0)::bigint as units_sold,
    coalesce(figures.gross_sales, 0)::numeric(20, 4) as gross_sales,
    coalesce(figures.discounts, 0)::numeric(20, 4) as discounts,
    coalesce(figures.returns, 0)::numeric(20, 4) as returns,
    coalesce(figures.net_sales, 0)::numeric(20, 4) as net_sales,
    coalesce(figures.taxes, 0)::numeric(20, 4) as taxes,
    coalesce(figures.total_sales, 0)::numeric(20, 4) as total_sales,
    coalesce(figures.gift_card_sales, 0)::numeric(20, 4) as gift_card_sales

from lines
inner join orders
    on lines.tenant_id = orders.tenant_id
    and lines.order_id = orders.order_id
left join figures
    on lines.tenant_id = figures.tenant_id
    and lines.order_id = figures.order_id
    and lines.line_item_id = figures.line_item_id
