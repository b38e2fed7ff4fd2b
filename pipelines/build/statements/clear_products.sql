delete from control.dirty_products
where build_group = any(%(settled)s::text[])
