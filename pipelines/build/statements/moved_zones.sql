-- Every day of a shop that moved to another time zone may be another one.
insert into control.dirty_orders (tenant_id, build_group, order_id)
select distinct orders.tenant_id, %(build_group)s, orders.id
from raw.orders as orders
inner join control.tenants as tenants on orders.tenant_id = tenants.tenant_id
inner join control.shop_zones as zones on orders.tenant_id = zones.tenant_id
where zones.stated_timezone is distinct from tenants.iana_timezone
on conflict do nothing
