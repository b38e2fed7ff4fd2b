{{ config(materialized='view', post_hook=["alter view {{ this }} set (security_invoker = true)"]) }}

with lives as (

    select * from {{ ref('customer_lives') }}

),

-- Grouped by what it is joined on, so that Postgres leaves it out where nobody asks for it.
abandoned as (

    select
        tenant_id,
        {{ whose('checkouts') }} as whose,
        count(*) as checkouts

    from {{ ref('checkouts') }} as checkouts
    where is_counted and status = 'ABANDONED'
    group by tenant_id, {{ whose('checkouts') }}

)

select
    lives.tenant_id,
    lives.buyer_key,
    lives.customer_id,
    lives.email,
    lives.phone,
    lives.first_name,
    lives.last_name,
    lives.created_at,
    lives.shopify_rfm_group,
    lives.currency,
    lives.orders_count,
    lives.first_order_id,
    lives.first_order_at,
    lives.last_order_at,
    lives.cohort_month,
    lives.is_repeat,
    lives.days_to_second_order,
    lives.total_spent,
    lives.net_spent,
    lives.average_order_value,
    lives.gross_sales,
    lives.discounts,
    lives.returns,
    lives.shipping,
    lives.duties,
    lives.additional_fees,
    lives.return_fees,
    lives.other_sales,
    lives.taxes,
    lives.tips,
    lives.gift_card_sales,
    lives.amount_paid,
    lives.amount_refunded,
    coalesce(abandoned.checkouts, 0) as abandoned_checkouts

from lives
left join abandoned
    on lives.tenant_id = abandoned.tenant_id
    and {{ whose('lives') }} = abandoned.whose
