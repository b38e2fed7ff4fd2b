insert into control.dirty_orders (tenant_id, build_group, order_id)
select distinct tenant_id, %(build_group)s, id
from raw.orders
on conflict do nothing
