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
        int_customer_places.spent_order,
        int_customer_places.buyer_key,
        $3 - int_customer_places.nth * 1000 as skipped
    from staging.int_customer_places
    where int_customer_places.tenant_id = $1 and int_customer_places.nth <= $3 / 1000
    order by int_customer_places.nth desc
    limit 1
),

page as (
    select
        customer_lives.buyer_key,
        customer_lives.customer_id,
        customer_lives.email,
        customer_lives.first_name,
        customer_lives.last_name,
        customer_lives.total_spent,
        customer_lives.spent_order,
        customer_lives.currency,
        customer_lives.orders_count,
        customer_lives.created_at
    from marts.customer_lives
    where
        customer_lives.tenant_id = $1
        and (customer_lives.spent_order, customer_lives.buyer_key)
        <= ((select place.spent_order from place), (select place.buyer_key from place))
    order by customer_lives.spent_order desc, customer_lives.buyer_key desc
    limit $2 offset (select place.skipped from place)
)

select
    counted.total_count,
    page.*
from counted
left join page on true
order by page.spent_order desc, page.buyer_key desc
