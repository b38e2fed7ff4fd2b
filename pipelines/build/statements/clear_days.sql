delete from control.dirty_days
where build_group = any(%(settled)s::text[])
