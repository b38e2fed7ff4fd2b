with daily as (

    select * from {{ ref('daily_sales') }}

),

shops as (

    select * from {{ ref('shops') }}

),

days as (

    select * from {{ ref('int_shop_days') }}

),

placed as (

    select * from {{ ref('int_orders_by_day') }}

),

sums as (

    select
        tenant_id,
        shop_date,
        currency,
        {{ package_sums() }},
        -sum(quantity) filter (where line_type = 'product' and action = 'return') as returned,
        count(distinct variant_id) filter (where line_type = 'product' and action = 'order') as variants,
        count(distinct product_id) filter (where line_type = 'product' and action = 'order') as products,
        sum(quantity) filter (where line_type = 'gift_card' and action = 'order') as gift_cards

    from {{ ref('ledger') }}
    group by tenant_id, shop_date, currency

),

abandoned as (

    select
        tenant_id,
        shop_date,
        count(*) as checkouts,
        count(distinct customer_id) as customers,
        count(distinct lower(email)) as emails

    from {{ ref('checkouts') }}
    where is_counted and status = 'ABANDONED'
    group by tenant_id, shop_date

)

select
    days.tenant_id, days.shop_date as date_day, shops.shop_id, shops.name, shops.shop_domain as domain,
    false as is_deleted, days.currency, {{ unfilled('text', ['enabled_presentment_currencies']) }},
    shops.iana_timezone, shops.created_at, shops.shop_domain as source_relation,
    coalesce(daily.orders, 0) as count_orders,
    coalesce(placed.line_items, 0)::bigint as count_line_items,
    coalesce(placed.line_items::numeric / nullif(daily.orders, 0), 0)::numeric(20, 4) as avg_line_item_count,
    coalesce(placed.customers, 0) as count_customers, coalesce(placed.emails, 0) as count_customer_emails,
    coalesce(sums.order_adjusted_total, 0)::numeric(20, 4) as order_adjusted_total,
    coalesce(placed.order_value, 0)::numeric(20, 4) as avg_order_value,
    {% for figure in [
        'shipping_cost', 'order_adjustment_amount', 'order_adjustment_tax_amount', 'refund_subtotal', 'refund_total_tax'
    ] %}
    coalesce(sums.{{ figure }}, 0)::numeric(20, 4) as {{ figure }},
    {% endfor %}
    coalesce(daily.discounts, 0)::numeric(20, 4) as total_discounts,
    coalesce(placed.discount, 0)::numeric(20, 4) as avg_discount,
    coalesce(sums.shipping_discount_amount, 0)::numeric(20, 4) as shipping_discount_amount,
    coalesce(sums.shipping_discount_amount / nullif(daily.orders, 0), 0)::numeric(20, 4) as avg_shipping_discount_amount,
    {{ unfilled('numeric(20, 4)', ['percentage_calc_discount_amount', 'avg_percentage_calc_discount_amount']) }},
    {{ unfilled('numeric(20, 4)', ['fixed_amount_discount_amount', 'avg_fixed_amount_discount_amount']) }},
    {{ unfilled('integer', ['count_discount_codes_applied', 'count_locations_ordered_from']) }},
    coalesce(placed.with_discounts, 0) as count_orders_with_discounts,
    coalesce(placed.with_refunds, 0) as count_orders_with_refunds,
    placed.first_order_at as first_order_timestamp, placed.last_order_at as last_order_timestamp,
    coalesce(daily.units_sold, 0) as quantity_sold,
    coalesce(sums.returned, 0)::bigint as quantity_refunded,
    (coalesce(daily.units_sold, 0) - coalesce(sums.returned, 0))::bigint as quantity_net,
    coalesce(daily.units_sold::numeric / nullif(daily.orders, 0), 0)::numeric(20, 4) as avg_quantity_sold,
    coalesce((daily.units_sold - coalesce(sums.returned, 0))::numeric / nullif(daily.orders, 0), 0)::numeric(20, 4)
        as avg_quantity_net,
    coalesce(sums.variants, 0) as count_variants_sold, coalesce(sums.products, 0) as count_products_sold,
    coalesce(sums.gift_cards, 0)::bigint as quantity_gift_cards_sold,
    {{ unfilled('bigint', ['quantity_requiring_shipping']) }},
    {% for figure in ['gross_sales', 'discounts', 'returns', 'net_sales'] %}
    coalesce(daily.{{ figure }}, 0)::numeric(20, 4) as {{ figure }},
    {% endfor %}
    coalesce(abandoned.checkouts, 0) as count_abandoned_checkouts,
    coalesce(abandoned.customers, 0) as count_customers_abandoned_checkout,
    coalesce(abandoned.emails, 0) as count_customer_emails_abandoned_checkout

from days
left join shops on days.tenant_id = shops.tenant_id
left join daily
    on days.tenant_id = daily.tenant_id and days.shop_date = daily.shop_date and days.currency = daily.currency
left join placed
    on days.tenant_id = placed.tenant_id and days.shop_date = placed.shop_date and days.currency = placed.currency
left join sums
    on days.tenant_id = sums.tenant_id and days.shop_date = sums.shop_date and days.currency = sums.currency
left join abandoned
    on days.tenant_id = abandoned.tenant_id and days.shop_date = abandoned.shop_date
    and days.currency = shops.currency
