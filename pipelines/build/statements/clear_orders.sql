delete from control.dirty_orders as dirty
where dirty.build_group = %(build_group)s
    and (dirty.tenant_id, dirty.order_id) in (select tenant_id, order_id from begun_orders)
