{{ config(materialized='view', post_hook=["alter view {{ this }} set (security_invoker = true)"]) }}

with counted as (

    select * from {{ ref('checkouts') }}
    where is_counted

)

select
    tenant_id,
    shop_date,
    currency,
    count(*) as created,
    count(*) filter (where is_contactable) as contactable,
    count(*) filter (where status = 'COMPLETED') as completed,
    count(*) filter (where status = 'ABANDONED') as abandoned,
    count(*) filter (where is_recovered) as recovered,
    sum(total_price)::numeric(20, 4) as created_value,
    coalesce(sum(total_price) filter (where status = 'COMPLETED'), 0)::numeric(20, 4) as completed_value,
    coalesce(sum(total_price) filter (where status = 'ABANDONED'), 0)::numeric(20, 4) as abandoned_value,
    coalesce(sum(recovered_value) filter (where is_recovered), 0)::numeric(20, 4) as recovered_value

from counted
group by tenant_id, shop_date, currency
