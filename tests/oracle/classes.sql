-- Each buyer's classes on the shop's day of the last build: fifths of the shop's buyers, ties together.

create table marts.customer_rfm as
with lives as (
    select
        tenant_id,
        customer_id,
        guest_order_id,
        customers.currency,
        shop_day(getvariable('build_began'), iana_timezone) as as_of_date,
        datediff('day', shop_day(last_order_at, iana_timezone), as_of_date) as recency_days,
        orders_count as frequency,
        net_spent as monetary,
        shopify_rfm_group
    from marts.customers
    join (select tenant_id, iana_timezone from shops) using (tenant_id)
    where orders_count > 0
),
counted as (
    select
        *,
        greatest(count(*) over (partition by tenant_id) - 1, 1) as others,
        rank() over (partition by tenant_id order by recency_days desc) - 1 as older,
        rank() over (partition by tenant_id order by frequency) - 1 as rarer,
        rank() over (partition by tenant_id order by monetary) - 1 as lesser
    from lives
)
select
    * exclude (others, older, rarer, lesser),
    least(older * 5 // others + 1, 5) as r,
    least(rarer * 5 // others + 1, 5) as f,
    least(lesser * 5 // others + 1, 5) as m,
    concat(r, '-', f, '-', m) as rfm_class
from counted;
