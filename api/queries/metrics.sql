-- The headline figures of some shop days ($3 to $4, both inclusive), or of everything: then $5 says how
-- many of the latest days are listed; for a range it is null. Sales are dated by the ledger, orders by
-- the day they were processed; a range's buyers rank by their ledger rows in it. Amounts of one currency
-- only are added: the shop's ($2), or the newest day's while the shop has not stated one.
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

listed_days as (
    select
        days.shop_date,
        days.orders,
        days.revenue
    from days
    order by days.shop_date desc
    limit $5::bigint
),

placed as (
    select
        orders.buyer_key,
        orders.customer_id,
        orders.is_provisional
    from marts.orders
    where orders.tenant_id = $1 and orders.shop_date between $3 and $4 and $5::bigint is null
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
        and $5::bigint is null
    group by orders.buyer_key
    order by total_spent desc, orders.buyer_key desc
    limit 5
),

top_customers as (
    (
        select
            customer_lives.buyer_key,
            customer_lives.customer_id,
            customer_lives.email,
            customer_lives.first_name,
            customer_lives.last_name,
            customer_lives.total_spent,
            customer_lives.orders_count
        from marts.customer_lives
        cross join shop
        where
            customer_lives.tenant_id = $1
            and coalesce(customer_lives.currency, shop.currency) = shop.currency
            and $5::bigint is not null
        order by customer_lives.spent_order desc, customer_lives.buyer_key desc
        limit 5
    )
    union all
    select
        spent.buyer_key,
        customers.customer_id,
        customers.email,
        customers.first_name,
        customers.last_name,
        spent.total_spent,
        (select count(*) from placed where placed.buyer_key = spent.buyer_key) as orders_count
    from spent
    left join marts.customers
        on customers.tenant_id = $1 and customers.buyer_key = spent.buyer_key
)

select
    shop.currency,
    (select coalesce(sum(days.orders), 0)::bigint from days) as orders_count,
    (select coalesce(sum(days.revenue), 0) from days) as total_revenue,
    case when $5::bigint is null then (select count(distinct placed.customer_id) from placed) else (
        select coalesce(sum(int_customer_places.customers), 0)::bigint
        from staging.int_customer_places where int_customer_places.tenant_id = $1
    ) end as customers_count,
    case when $5::bigint is null then (select count(*) from placed where placed.is_provisional) else (
        select coalesce(sum(int_list_days.provisional_orders), 0)::bigint
        from staging.int_list_days where int_list_days.tenant_id = $1
    ) end as provisional,
    (
        select coalesce(json_agg(top_customers order by total_spent desc, buyer_key desc), '[]')
        from top_customers
    ) as top_customers,
    (
        select coalesce(json_agg(listed_days order by shop_date desc), '[]')
        from listed_days
    ) as orders_by_date
from shop
