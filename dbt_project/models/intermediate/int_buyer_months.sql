{{
    config(
        materialized='incremental',
        incremental_strategy='consumed',
        on_schema_change='fail',
        contract={'enforced': true},
        meta={'consumes': {'table': 'dirty_buyers', 'column': 'buyer_key', 'key': 'buyer_key'}},
        indexes=[{'columns': ['tenant_id', 'cohort_month']}],
        post_hook=["{{ mark_cohorts() }}"],
    )
}}

with orders as (

    select * from {{ ref('orders') }}
    where (tenant_id, buyer_key) in ({{ dirty_keys('dirty_buyers', 'buyer_key') }})

),

moments as (

    select
        tenant_id,
        buyer_key,
        date_trunc('month', shop_date)::date as month,
        currency,
        1 as orders,
        0 as net_sales

    from orders
    union all
    select
        orders.tenant_id,
        orders.buyer_key,
        date_trunc('month', ledger.shop_date)::date as month,
        ledger.currency,
        0 as orders,
        {{ net_sales() }} as net_sales

    from orders
    inner join {{ ref('ledger') }} as ledger
        on orders.tenant_id = ledger.tenant_id
        and orders.order_id = ledger.order_id
    group by orders.tenant_id, orders.buyer_key, date_trunc('month', ledger.shop_date), ledger.currency

),

counted as (

    select
        lives.tenant_id,
        lives.buyer_key,
        date_trunc('month', lives.first_shop_date)::date as cohort_month,
        -- What an import dates before the order that it belongs to is of the first month.
        greatest(
            0, {{ months('moments.month') }} - {{ months('lives.first_shop_date') }}
        )::integer as month_number,
        lives.currency,
        moments.orders,
        -- As in customers: two currencies are never added.
        case when moments.currency = lives.currency then moments.net_sales else 0 end as net_sales

    from {{ ref('int_buyer_lives') }} as lives
    inner join moments
        on lives.tenant_id = moments.tenant_id
        and lives.buyer_key = moments.buyer_key

)

select
    tenant_id,
    buyer_key,
    cohort_month,
    month_number,
    currency,
    sum(orders)::integer as orders,
    sum(net_sales)::numeric(20, 4) as net_sales

from counted
group by tenant_id, buyer_key, cohort_month, month_number, currency
