{{
    config(
        meta={'consumes': {'table': 'dirty_buyers', 'column': 'buyer_key', 'key': 'buyer_key'}},
        indexes=[
            {'columns': ['tenant_id', 'spent_order', 'buyer_key', 'customer_id']},
            {'columns': ['tenant_id', 'customer_id']},
        ],
    )
}}

with documents as (

    select * from {{ ref('stg_shopify__customers') }}
    where (tenant_id, buyer_key) in ({{ dirty_keys('dirty_buyers', 'buyer_key') }})

),

lives as (

    select * from {{ ref('int_buyer_lives') }}

),

latest_orders as (

    select * from {{ ref('stg_shopify__orders') }}
    where
        (tenant_id, order_id) in (
            select lives.tenant_id, lives.last_order_id
            from lives
        )

)

select
    coalesce(lives.tenant_id, documents.tenant_id) as tenant_id,
    coalesce(lives.buyer_key, documents.buyer_key) as buyer_key,
    coalesce(documents.customer_id, lives.customer_id) as customer_id,
    coalesce(documents.email, latest_orders.email) as email,
    coalesce(documents.phone, latest_orders.phone) as phone,
    coalesce(documents.first_name, latest_orders.customer_first_name) as first_name,
    coalesce(documents.last_name, latest_orders.customer_last_name) as last_name,
    coalesce(documents.created_at, lives.first_order_at) as created_at,
    documents.shopify_rfm_group,
    coalesce(lives.currency, documents.currency) as currency,
    coalesce(lives.orders_count, 0)::integer as orders_count,
    lives.first_order_id,
    lives.first_order_at,
    lives.last_order_at,
    date_trunc('month', lives.first_shop_date)::date as cohort_month,
    coalesce(lives.orders_count, 0) >= 2 as is_repeat,
    (lives.second_shop_date - lives.first_shop_date)::integer as days_to_second_order,
    coalesce(lives.total_sales, 0)::numeric(20, 4) as total_spent,
    -- Behind row security an index is not searched by a numeric: its comparison could tell of other rows.
    {{ as_whole_number('coalesce(lives.total_sales, 0)') }} as spent_order,
    coalesce(lives.net_sales, 0)::numeric(20, 4) as net_spent,
    ((lives.gross_sales - lives.discounts) / lives.figures_count)::numeric(20, 4) as average_order_value,
    {% for figure in each_figure() if figure not in ('net_sales', 'total_sales') %}
    coalesce(lives.{{ figure }}, 0)::numeric(20, 4) as {{ figure }},
    {% endfor %}
    case when lives.tenant_id is null then 0 else lives.amount_paid end::numeric(20, 4) as amount_paid,
    case when lives.tenant_id is null then 0 else lives.amount_refunded end::numeric(20, 4) as amount_refunded

from lives
full join documents
    on lives.tenant_id = documents.tenant_id
    and lives.buyer_key = documents.buyer_key
left join latest_orders
    on lives.tenant_id = latest_orders.tenant_id
    and lives.last_order_id = latest_orders.order_id
