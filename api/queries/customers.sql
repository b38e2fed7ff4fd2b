-- One page of buyers, biggest spender first. The order is total: ties are broken by the buyer's key. The
-- places of every thousandth buyer tell the number of buyers and where the page is, so that a thousand rows
-- are skipped at most.
with counted as (
    select coalesce(sum(int_customer_places.buyers), 0)::bigint as total_count
    from staging.int_customer_places
    where int_customer_places.tenant_id = $1
),

place as (
    select
        int_customer_places.total_spent,
        int_customer_places.buyer_key,
        $3 - int_customer_places.nth * 1000 as skipped
    from staging.int_customer_places
    where int_customer_places.tenant_id = $1 and int_customer_places.nth <= $3 / 1000
    order by int_customer_places.nth desc
    limit 1
),

page as (
    select
        customers.buyer_key,
        customers.customer_id,
        customers.email,
        customers.first_name,
        customers.last_name,
        customers.total_spent,
        customers.currency,
        customers.orders_count,
        customers.created_at
    from marts.customers
    where
        customers.tenant_id = $1
        and (customers.total_spent, customers.buyer_key)
        <= ((select place.total_spent from place), (select place.buyer_key from place))
    order by customers.total_spent desc, customers.buyer_key desc
    limit $2 offset (select place.skipped from place)
)

select
    counted.total_count,
    page.*
from counted
left join page on true
order by page.total_spent desc, page.buyer_key desc
