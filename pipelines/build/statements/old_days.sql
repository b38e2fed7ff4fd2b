-- The days that they fell on in the marts as they stand, for every group: the first one to build moves
-- the orders under the others. The models add the days that they fall on now.
insert into control.dirty_days (tenant_id, build_group, shop_date)
select days.tenant_id, groups.build_group, days.shop_date
from (
    select distinct placed.tenant_id, placed.shop_date
    from (
        select tenant_id, order_id, shop_date from marts.ledger
        union all
        select tenant_id, order_id, shop_date from marts.orders
    ) as placed
    where (placed.tenant_id, placed.order_id) in (
        select dirty.tenant_id, dirty.order_id
        from control.dirty_orders as dirty
        where dirty.build_group = %(build_group)s
    )
) as days
cross join unnest(%(groups)s::text[]) as groups (build_group)
on conflict do nothing
