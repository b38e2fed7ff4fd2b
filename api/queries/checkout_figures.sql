-- What became of the checkouts begun in some shop days ($3 to $4, both inclusive). Values of one
-- currency only are added: the shop's ($2), or the newest checkout's while the shop has not stated one.
with shop as (
    select coalesce($2, (
        select checkouts.currency
        from marts.checkouts
        where checkouts.tenant_id = $1
        order by checkouts.shop_date desc, checkouts.created_at desc, checkouts.checkout_id desc
        limit 1
    )) as currency
),

begun as (
    select
        checkouts.status,
        checkouts.was_abandoned,
        checkouts.is_recovered,
        checkouts.is_contactable,
        case when checkouts.currency = shop.currency then checkouts.total_price else 0 end as price,
        case when checkouts.currency = shop.currency then checkouts.recovered_value else 0 end
            as recovered_value
    from marts.checkouts
    cross join shop
    where
        checkouts.tenant_id = $1
        and checkouts.is_counted
        and checkouts.shop_date between $3 and $4
),

summed as (
    select
        count(*) as total,
        count(*) filter (where begun.status = 'COMPLETED') as completed,
        count(*) filter (where begun.status = 'ABANDONED') as abandoned,
        count(*) filter (where begun.status = 'PENDING') as pending,
        count(*) filter (where begun.status = 'ABANDONED' and begun.is_contactable) as contactable,
        count(*) filter (where begun.was_abandoned) as was_abandoned,
        count(*) filter (where begun.is_recovered) as recovered,
        coalesce(sum(begun.price) filter (where begun.status = 'ABANDONED'), 0) as abandoned_value,
        coalesce(sum(begun.price) filter (where begun.status = 'COMPLETED'), 0) as completed_value,
        coalesce(sum(begun.recovered_value) filter (where begun.is_recovered), 0) as recovered_value
    from begun
)

select
    (select shop.currency from shop) as currency,
    summed.*,
    coalesce(round(100.0 * summed.completed / nullif(summed.total, 0), 2), 0) as conversion_rate,
    coalesce(round(100.0 * summed.abandoned / nullif(summed.total, 0), 2), 0) as abandonment_rate,
    round(
        100.0 * summed.was_abandoned
        / nullif(summed.was_abandoned + summed.completed - summed.recovered, 0), 2
    ) as settled_abandonment_rate,
    round(100.0 * summed.recovered / nullif(summed.was_abandoned, 0), 2) as recovery_rate,
    (
        select extract(epoch from min(checkouts.abandons_at) - now())::float8
        from marts.checkouts
        where checkouts.tenant_id = $1 and checkouts.abandons_at > now()
    ) as seconds_left
from summed
