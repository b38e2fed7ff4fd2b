insert into begun_orders
select tenant_id, order_id
from control.dirty_orders
where build_group = %(build_group)s
