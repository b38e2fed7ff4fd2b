{{ config(materialized='ephemeral') }}

with daily as (

    select * from {{ ref('daily_sales') }}

),

shops as (

    select * from {{ ref('shops') }}

),

openings as (

    select
        tenant_id,
        min(shop_date) as first_day

    from daily
    group by tenant_id

)

select
    tenant_id,
    shop_date,
    currency

from daily
union
select
    shops.tenant_id,
    spine.day::date as shop_date,
    shops.currency

from shops
inner join openings
    on shops.tenant_id = openings.tenant_id
cross join lateral generate_series(
    openings.first_day, ({{ moment_of_asking() }} at time zone shops.day_timezone)::date, interval '1 day'
) as spine (day)
where shops.currency is not null
