-- The days on which dirty orders, their refunds and dirty checkouts are listed as the marts stand, for
-- every group. The models add the days that they are listed on now.
insert into control.dirty_list_days (tenant_id, build_group, shop_date)
select days.tenant_id, groups.build_group, days.shop_date
from (
    select orders.tenant_id, orders.shop_date
    from marts.orders as orders
    inner join control.dirty_orders as dirty
        on orders.tenant_id = dirty.tenant_id and orders.order_id = dirty.order_id
    where dirty.build_group = %(build_group)s
    union
    select refunds.tenant_id, refunds.shop_date
    from marts.refunds as refunds
    inner join control.dirty_orders as dirty
        on refunds.tenant_id = dirty.tenant_id and refunds.order_id = dirty.order_id
    where dirty.build_group = %(build_group)s
    union
    select lives.tenant_id, lives.shop_date
    from marts.checkout_lives as lives
    inner join control.dirty_checkouts as dirty
        on lives.tenant_id = dirty.tenant_id and lives.checkout_id = dirty.checkout_id
    where dirty.build_group = %(build_group)s
) as days
cross join unnest(%(groups)s::text[]) as groups (build_group)
where days.shop_date is not null
on conflict do nothing
