-- The days that they fell on in the marts as they stand; the models add the days that they fall on now.
insert into control.dirty_days (tenant_id, build_group, shop_date)
select days.tenant_id, %(build_group)s, days.shop_date
from (
    select tenant_id, order_id, shop_date from marts.ledger
    union all
    select tenant_id, order_id, shop_date from marts.orders
) as days
where (days.tenant_id, days.order_id) in (
    select dirty.tenant_id, dirty.order_id
    from control.dirty_orders as dirty
    where dirty.build_group = %(build_group)s
)
on conflict do nothing
