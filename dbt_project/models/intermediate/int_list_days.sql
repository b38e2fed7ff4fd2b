{{
    config(
        materialized='incremental',
        incremental_strategy='consumed',
        on_schema_change='fail',
        contract={'enforced': true},
        grants={'select': ['shopmart_reader']},
        tags=['live'],
        meta={'consumes': {'table': 'dirty_list_days', 'column': 'shop_date', 'key': 'shop_date'}},
    )
}}

with placed as (

    select
        tenant_id,
        shop_date,
        count(*) as orders,
        count(*) filter (where is_provisional) as provisional_orders

    from {{ ref('orders') }}
    where (tenant_id, shop_date) in ({{ dirty_keys('dirty_list_days', 'shop_date') }})
    group by tenant_id, shop_date

),

begun as (

    select
        tenant_id,
        shop_date,
        count(*) as checkouts,
        count(completed_at) as completed_checkouts

    from {{ ref('checkout_lives') }}
    where
        is_counted
        and (tenant_id, shop_date) in ({{ dirty_keys('dirty_list_days', 'shop_date') }})
    group by tenant_id, shop_date

),

given_back as (

    select
        tenant_id,
        shop_date,
        count(*) as refunds

    from {{ ref('refunds') }}
    where (tenant_id, shop_date) in ({{ dirty_keys('dirty_list_days', 'shop_date') }})
    group by tenant_id, shop_date

)

select
    days.tenant_id,
    days.shop_date,
    coalesce(placed.orders, 0)::integer as orders,
    coalesce(placed.provisional_orders, 0)::integer as provisional_orders,
    coalesce(begun.checkouts, 0)::integer as checkouts,
    coalesce(begun.completed_checkouts, 0)::integer as completed_checkouts,
    coalesce(given_back.refunds, 0)::integer as refunds

from ({{ dirty_keys('dirty_list_days', 'shop_date') }}) as days
left join placed
    on days.tenant_id = placed.tenant_id
    and days.shop_date = placed.shop_date
left join begun
    on days.tenant_id = begun.tenant_id
    and days.shop_date = begun.shop_date
left join given_back
    on days.tenant_id = given_back.tenant_id
    and days.shop_date = given_back.shop_date
where coalesce(placed.orders, begun.checkouts, given_back.refunds) > 0
