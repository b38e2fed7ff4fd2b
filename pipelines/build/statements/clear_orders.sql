delete from control.dirty_orders
where build_group = any(%(settled)s::text[])
