-- How much of a tenant's shop is in the marts.
select
    (
        select coalesce(sum(int_product_places.products), 0)::bigint
        from staging.int_product_places
        where int_product_places.tenant_id = $1
    ) as products,
    (
        select coalesce(sum(int_customer_places.customers), 0)::bigint
        from staging.int_customer_places
        where int_customer_places.tenant_id = $1
    ) as customers,
    (
        select coalesce(sum(daily_sales.orders), 0)::bigint from marts.daily_sales
        where daily_sales.tenant_id = $1
    ) as orders
