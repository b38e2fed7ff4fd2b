with products as (

    select * from {{ ref('products') }}

),

shops as (

    select * from {{ ref('shops') }}

),

sold as (

    select
        lines.tenant_id,
        lines.product_id,
        count(*) as lines,
        sum(lines.quantity) as quantity,
        min(orders.processed_at) as first_order_at,
        max(orders.processed_at) as last_order_at

    from {{ ref('order_lines') }} as lines
    inner join {{ ref('orders') }} as orders
        on lines.tenant_id = orders.tenant_id
        and lines.order_id = orders.order_id
    where lines.product_id is not null
    group by lines.tenant_id, lines.product_id

),

moved as (

    select
        tenant_id,
        product_id,
        -sum(quantity) filter (where action = 'return') as quantity_returned,
        sum(tax) filter (where action <> 'return') as tax

    from {{ ref('ledger') }}
    where line_type = 'product' and product_id is not null
    group by tenant_id, product_id

)

select
    products.tenant_id, products.product_id, products.handle, products.product_type,
    {{ unfilled('text', ['published_scope']) }},
    products.title, products.vendor, products.status, products.is_deleted,
    products.created_at as created_timestamp,
    products.updated_at as updated_timestamp,
    products.published_at as published_timestamp,
    {{ unfilled('timestamptz', ['_fivetran_synced']) }}, shops.shop_domain as source_relation,
    {{ unfilled('text', ['metafield_star_wars_fullname', 'metafield_star_wars_numbersequels']) }},
    {{ unfilled('text', ['collections', 'tags']) }},
    products.variant_count as count_variants,
    {{ unfilled('boolean', ['has_product_media']) }},
    products.units_sold as total_quantity_sold,
    (products.gross_sales - products.discounts)::numeric(20, 4) as subtotal_sold,
    (products.units_sold - coalesce(moved.quantity_returned, 0))::bigint as quantity_sold_net_refunds,
    products.net_sales as subtotal_sold_net_refunds,
    sold.first_order_at as first_order_timestamp,
    sold.last_order_at as most_recent_order_timestamp,
    (sold.quantity::numeric / sold.lines)::numeric(20, 4) as avg_quantity_per_order_line,
    products.discounts as product_total_discount,
    (products.discounts / sold.lines)::numeric(20, 4) as product_avg_discount_per_order_line,
    coalesce(moved.tax, 0)::numeric(20, 4) as product_total_tax,
    (coalesce(moved.tax, 0) / sold.lines)::numeric(20, 4) as product_avg_tax_per_order_line

from products
left join shops on products.tenant_id = shops.tenant_id
left join sold
    on products.tenant_id = sold.tenant_id
    and products.product_id = sold.product_id
left join moved
    on products.tenant_id = moved.tenant_id
    and products.product_id = moved.product_id
