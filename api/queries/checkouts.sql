-- One page of the checkouts that count, newest first, in one status ($4) or in any (null), and for how
-- many seconds the answer holds: until the next open checkout of the shop turns abandoned. Counted and
-- found by the days' counts, as orders are; only the few open ones are counted here, for they depend on
-- the time. A page in one status reads its days' other checkouts, too.
with open_checkouts as (
    select
        checkouts.shop_date,
        checkouts.is_counted,
        checkouts.abandons_at
    from marts.checkouts
    where checkouts.tenant_id = $1 and checkouts.abandons_at > now()
),

next_change as (
    select
        min(open_checkouts.abandons_at) as changes_at,
        extract(epoch from min(open_checkouts.abandons_at) - now())::float8 as seconds_left
    from open_checkouts
),

open_days as (
    select
        open_checkouts.shop_date,
        count(*)::integer as pending
    from open_checkouts
    where open_checkouts.is_counted
    group by open_checkouts.shop_date
),

listed_days as (
    select
        int_list_days.shop_date,
        case $4::text
            when 'COMPLETED' then int_list_days.completed_checkouts
            when 'PENDING' then coalesce(open_days.pending, 0)
            when 'ABANDONED' then
                int_list_days.checkouts - int_list_days.completed_checkouts
                - coalesce(open_days.pending, 0)
            else int_list_days.checkouts
        end as listed
    from staging.int_list_days
    left join open_days on open_days.shop_date = int_list_days.shop_date
    where int_list_days.tenant_id = $1 and int_list_days.shop_date between $2 and $3
),

days as (
    select
        listed_days.shop_date,
        listed_days.listed,
        sum(listed_days.listed) over (order by listed_days.shop_date desc) as rows_to_here
    from listed_days
    where listed_days.listed > 0
),

counted as (
    select coalesce(max(days.rows_to_here), 0)::bigint as total_count from days
),

-- The days that hold the page, and how many rows of the newest of them come before it.
held as (
    select
        min(days.shop_date) as oldest,
        max(days.shop_date) as newest,
        $6 - min(days.rows_to_here - days.listed) as skipped
    from days
    where
        days.rows_to_here > $6
        and ($5::bigint is null or days.rows_to_here - days.listed - $5 < $6)
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
        and checkouts.shop_date between (select held.oldest from held) and (select held.newest from held)
        and ($4::text is null or checkouts.status = $4)
    order by checkouts.shop_date desc, checkouts.created_at desc, checkouts.checkout_id desc
    limit $5 offset (select held.skipped from held)
)

select
    counted.total_count,
    next_change.changes_at,
    next_change.seconds_left,
    page.*
from counted
cross join next_change
left join page on true
order by page.shop_date desc, page.created_at desc, page.checkout_id desc
