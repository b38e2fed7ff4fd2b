-- The headline figures of some shop days ($3 to $4, both inclusive): sales dated by the ledger,
-- orders by the day they were processed, buyers by what their ledger rows of these days add up to.
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
    where daily_sales.tenant_id = $1 and daily_sales.shop_date between $3 and $4
    group by daily_sales.shop_date
),

placed as (
    select
        orders.buyer_key,
        orders.customer_id,
        orders.is_provisional
    from marts.orders
    where orders.tenant_id = $1 and orders.shop_date between $3 and $4
),

spent as (
    select
        orders.buyer_key,
        coalesce(
            sum(ledger.total) filter (where ledger.line_type not in ('tip', 'gift_card')), 0
        ) as total_spent
    from marts.ledger
    inner join marts.orders
        on orders.tenant_id = ledger.tenant_id and orders.order_id = ledger.order_id
    cross join shop
    where
        ledger.tenant_id = $1
        and ledger.shop_date between $3 and $4
        and ledger.currency = shop.currency
    group by orders.buyer_key
    order by total_spent desc, orders.buyer_key
    limit 5
),

top_customers as (
    select
        spent.buyer_key,
        customers.customer_id,
        customers.email,
        customers.first_name,
        customers.last_name,
        spent.total_spent,
        (
            select count(*) from placed
            where placed.buyer_key = spent.buyer_key
        ) as orders_count
    from spent
    left join marts.customers
        on customers.tenant_id = $1 and customers.buyer_key = spent.buyer_key
)

select
    shop.currency,
    (select coalesce(sum(days.orders), 0)::bigint from days) as orders_count,
    (select coalesce(sum(days.revenue), 0) from days) as total_revenue,
    (select count(distinct placed.customer_id) from placed) as customers_count,
    (select count(*) from placed where placed.is_provisional) as provisional,
    (
        select coalesce(json_agg(top_customers order by total_spent desc, buyer_key), '[]')
        from top_customers
    ) as top_customers,
    (
        select coalesce(json_agg(days order by shop_date desc), '[]')
        from days
    ) as orders_by_date
from shop
