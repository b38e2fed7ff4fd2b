-- What was paid back in some shop days ($3 to $4, both inclusive). Amounts of one currency only are
-- added: the shop's ($2), or the newest refund's while the shop has not stated one.
with shop as (
    select coalesce($2, (
        select refunds.currency
        from marts.refunds
        where refunds.tenant_id = $1
        order by refunds.shop_date desc, refunds.created_at desc, refunds.refund_id desc
        limit 1
    )) as currency
),

told as (
    select
        refunds.pending_amount,
        refunds.amount,
        coalesce(refunds.currency = shop.currency, false) as is_added
    from marts.refunds
    cross join shop
    where refunds.tenant_id = $1 and refunds.shop_date between $3 and $4
)

select
    (select shop.currency from shop) as currency,
    count(*) as refunds,
    coalesce(sum(told.amount) filter (where told.is_added), 0) as amount,
    coalesce(round(avg(told.amount) filter (where told.is_added), 2), 0) as average_amount,
    coalesce(sum(told.pending_amount) filter (where told.is_added), 0) as pending_amount
from told
