-- One page of buyers, biggest spender first. The order is total: ties are broken by the buyer's key.
with counted as (
    select count(*) as total_count
    from marts.customers
    where customers.tenant_id = $1
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
    where customers.tenant_id = $1
    order by customers.total_spent desc, customers.buyer_key
    limit $2 offset $3
)

select
    counted.total_count,
    page.*
from counted
left join page on true
order by page.total_spent desc, page.buyer_key
