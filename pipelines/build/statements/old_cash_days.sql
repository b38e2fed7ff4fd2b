-- The days on which money moved for the dirty orders as they stand; int_cash_moves adds the days of now.
insert into control.dirty_days (tenant_id, build_group, shop_date)
select distinct moves.tenant_id, %(build_group)s, moves.shop_date
from staging.int_cash_moves as moves
where (moves.tenant_id, moves.order_id) in (
    select dirty.tenant_id, dirty.order_id
    from control.dirty_orders as dirty
    where dirty.build_group = %(build_group)s
)
on conflict do nothing
