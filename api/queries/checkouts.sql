-- One page of the checkouts that count, newest first, in one status ($4) or in any (null), and for how
-- many seconds the answer holds: until the next open checkout of the shop turns abandoned.
with counted as (
    select count(*) as total_count
    from marts.checkouts
    where
        checkouts.tenant_id = $1
        and checkouts.is_counted
        and checkouts.shop_date between $2 and $3
        and ($4::text is null or checkouts.status = $4)
),

next_change as (
    select extract(epoch from min(checkouts.abandons_at) - now())::float8 as seconds_left
    from marts.checkouts
    where checkouts.tenant_id = $1 and checkouts.status = 'PENDING'
),

page as (
    select
        checkouts.checkout_id,
        checkouts.email,
        checkouts.phone,
        checkouts.customer_id,
        checkouts.total_price,
        checkouts.currency,
        checkouts.status,
        checkouts.line_items_count,
        checkouts.created_at,
        checkouts.completed_at,
        checkouts.abandoned_at,
        checkouts.was_abandoned,
        checkouts.is_recovered,
        checkouts.order_id,
        checkouts.shop_date
    from marts.checkouts
    where
        checkouts.tenant_id = $1
        and checkouts.is_counted
        and checkouts.shop_date between $2 and $3
        and ($4::text is null or checkouts.status = $4)
    order by checkouts.created_at desc, checkouts.checkout_id desc
    limit $5 offset $6
)

select
    counted.total_count,
    next_change.seconds_left,
    page.*
from counted
cross join next_change
left join page on true
order by page.created_at desc, page.checkout_id desc
