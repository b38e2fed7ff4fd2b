-- Whose orders they were in the marts as they stand.
insert into control.dirty_buyers (tenant_id, build_group, buyer_key)
select distinct orders.tenant_id, %(build_group)s, orders.buyer_key
from marts.orders as orders
where (orders.tenant_id, orders.order_id) in (
    select dirty.tenant_id, dirty.order_id
    from control.dirty_orders as dirty
    where dirty.build_group = %(build_group)s
)
on conflict do nothing
