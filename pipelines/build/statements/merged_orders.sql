-- The orders of a customer who was merged away, for every group: the first one to build moves them to
-- the kept customer, and then nothing leads the others to them.
insert into control.dirty_orders (tenant_id, build_group, order_id)
select orders.tenant_id, groups.build_group, orders.order_id
from raw.customer_merges as merges
inner join control.customer_buyers as customers
    on merges.tenant_id = customers.tenant_id and merges.id = customers.customer_id
inner join control.order_buyers as orders
    on customers.tenant_id = orders.tenant_id and customers.buyer_key = orders.buyer_key
cross join unnest(%(groups)s::text[]) as groups (build_group)
where merges._dlt_load_id in (select load_id from begun_loads)
on conflict do nothing
