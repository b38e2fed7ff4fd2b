-- The headline figures over everything that a tenant has. Amounts of one currency only are added:
-- the shop's ($2), or the newest day's while the shop has not stated one.
with shop as (
    select coalesce($2, (
        select daily_sales.currency
        from marts.daily_sales
        where daily_sales.tenant_id = $1
        order by daily_sales.shop_date desc, daily_sales.orders desc, daily_sales.currency
        limit 1
    )) as currency
),

days as (
    select
        daily_sales.shop_date,
        sum(daily_sales.orders)::bigint as orders,
        coalesce(
            sum(daily_sales.total_sales) filter (where daily_sales.currency = shop.currency), 0
        ) as revenue
    from marts.daily_sales
    cross join shop
    where daily_sales.tenant_id = $1
    group by daily_sales.shop_date
),

latest_days as (
    select * from days
    order by shop_date desc
    limit $3
),

top_customers as (
    select
        customers.buyer_key,
        customers.customer_id,
        customers.email,
        customers.first_name,
        customers.last_name,
        customers.total_spent,
        customers.orders_count
    from marts.customers
    cross join shop
    where customers.tenant_id = $1 and coalesce(customers.currency, shop.currency) = shop.currency
    order by customers.total_spent desc, customers.buyer_key
    limit 5
)

select
    shop.currency,
    (select coalesce(sum(days.orders), 0)::bigint from days) as orders_count,
    (select coalesce(sum(days.revenue), 0) from days) as total_revenue,
    (
        select count(*) from marts.customers
        where customers.tenant_id = $1 and customers.customer_id is not null
    ) as customers_count,
    (
        select count(*) from marts.orders
        where orders.tenant_id = $1 and orders.is_provisional
    ) as provisional,
    (
        select coalesce(json_agg(top_customers order by total_spent desc, buyer_key), '[]')
        from top_customers
    ) as top_customers,
    (
        select coalesce(json_agg(latest_days order by shop_date desc), '[]')
        from latest_days
    ) as orders_by_date
from shop
