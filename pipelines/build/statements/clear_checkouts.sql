delete from control.dirty_checkouts
where build_group = any(%(settled)s::text[])
