-- How much of a tenant's shop is in the marts.
select
    (
        select count(*) from marts.products
        where products.tenant_id = $1 and products.is_listed
    ) as products,
    (
        select count(*) from marts.customers
        where customers.tenant_id = $1 and customers.customer_id is not null
    ) as customers,
    (
        select coalesce(sum(daily_sales.orders), 0)::bigint from marts.daily_sales
        where daily_sales.tenant_id = $1
    ) as orders
