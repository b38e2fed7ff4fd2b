-- Whose orders they were in the marts as they stand, for every group: `live` ranks the orders that such a
-- buyer keeps, and the whole build must know of it even when `live` moved them.
insert into control.dirty_buyers (tenant_id, build_group, buyer_key)
select standing.tenant_id, groups.build_group, standing.buyer_key
from (
    select distinct orders.tenant_id, orders.buyer_key
    from marts.orders as orders
    where (orders.tenant_id, orders.order_id) in (
        select dirty.tenant_id, dirty.order_id
        from control.dirty_orders as dirty
        where dirty.build_group = %(build_group)s
    )
) as standing
cross join unnest(%(groups)s::text[]) as groups (build_group)
on conflict do nothing
